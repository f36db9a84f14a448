//! Looking into JSON, with words when something is missing.

use serde_json::Value;

/// Looks into JSON by pointers.
pub(crate) trait Json {
    fn at(&self, pointer: &str) -> &Value;
    fn text(&self, pointer: &str) -> String;
    fn number(&self, pointer: &str) -> u64;
    fn list(&self, pointer: &str) -> &[Value];
    fn texts(&self, pointer: &str) -> Vec<String>;
}

impl Json for Value {
    #[track_caller]
    fn at(&self, pointer: &str) -> &Value {
        self.pointer(pointer).unwrap_or_else(|| panic!("there is no {pointer} in {self:#}"))
    }

    #[track_caller]
    fn text(&self, pointer: &str) -> String {
        let found = self.at(pointer);
        found.as_str().unwrap_or_else(|| panic!("{pointer} is no text in {self:#}")).to_owned()
    }

    #[track_caller]
    fn number(&self, pointer: &str) -> u64 {
        let found = self.at(pointer);
        found.as_u64().unwrap_or_else(|| panic!("{pointer} is no number in {self:#}"))
    }

    #[track_caller]
    fn list(&self, pointer: &str) -> &[Value] {
        let found = self.at(pointer);
        found.as_array().unwrap_or_else(|| panic!("{pointer} is no list in {self:#}"))
    }

    #[track_caller]
    fn texts(&self, pointer: &str) -> Vec<String> {
        self.list(pointer).iter().map(|item| item.text("")).collect()
    }
}

/// Returns whether a ticket carries a flag.
pub(crate) fn has_flag(ticket: &Value, flag: &str) -> bool {
    ticket.texts("/flags").iter().any(|own| own == flag)
}

/// Returns a ticket's offers to a responder, oldest first.
pub(crate) fn offers_to<'a>(ticket: &'a Value, responder: &str) -> Vec<&'a Value> {
    ticket.list("/offers").iter().filter(|offer| offer["responder"] == responder).collect()
}

/// Returns whom a ticket's place in the team was offered, oldest first.
pub(crate) fn asked_for(ticket: &Value, role: &str) -> Vec<String> {
    let offers = ticket.list("/offers").iter().filter(|offer| offer["role"] == role);
    offers.map(|offer| offer.text("/responder")).collect()
}
