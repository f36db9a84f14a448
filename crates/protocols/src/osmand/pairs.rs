//! The names and values of a request, from wherever they stand.

use serde_json::{Map, Value};

use crate::http_request::{self, HttpRequest};
use crate::json;

/// Names and values of one report, the better source first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pairs(Vec<(String, String)>);

/// How deep objects are looked into; real ones have three levels.
const MAX_DEPTH: usize = 8;

impl Pairs {
    /// Returns all values of a name, in lower case.
    pub(super) fn all<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(given, _)| given.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Returns the first value that is not empty, of the first of these names that has one.
    pub(super) fn first(&self, names: &[&'static str]) -> Option<&str> {
        self.read(names, |value| (!value.trim().is_empty()).then_some(value))
    }

    /// Returns the first value that can be read, of the first of these names that has one.
    pub(super) fn read<'a, T>(
        &'a self,
        names: &[&'static str],
        read: impl Fn(&'a str) -> Option<T>,
    ) -> Option<T> {
        names.iter().find_map(|name| self.all(name).find_map(&read))
    }

    fn add(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// Adds an object: its own values, then those of the objects in it.
    fn add_object(&mut self, object: &Map<String, Value>, depth: usize) {
        for (name, value) in object.iter().filter(|(name, _)| *name != "_") {
            match value {
                Value::Array(list) => {
                    list.iter().filter_map(json::text).for_each(|value| self.add(name, value));
                }
                // An alarm that is no word is one that we do not know.
                Value::Object(inside) if is_alarm(name) && !inside.is_empty() => {
                    self.add(name, "object".into());
                }
                plain => {
                    json::text(plain).into_iter().for_each(|value| self.add(name, value));
                }
            }
        }
        let inside = object.values().filter_map(Value::as_object).filter(|_| depth < MAX_DEPTH);
        inside.for_each(|inside| self.add_object(inside, depth + 1));
        // A query that was filled in, of which the plugin tells everything better.
        if let Some(query) = object.get("_").and_then(Value::as_str) {
            self.0.extend(http_request::form(query.as_bytes()));
        }
    }
}

fn is_alarm(name: &str) -> bool {
    name.eq_ignore_ascii_case("alarm")
}

/// Returns the reports of a request, in the order in which they were sent.
pub(super) fn of(request: &HttpRequest<'_>) -> Vec<Pairs> {
    let query = request.query();
    let is_json =
        request.content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    let document = (is_json || json::looks_like(request.body)).then(|| json::read(request.body));
    let mut reports = match document.flatten() {
        Some(document) => of_document(&document),
        None => vec![Pairs(http_request::form(request.body))],
    };
    // A document without a report may stand beside a query that is one.
    if reports.is_empty() {
        reports.push(Pairs::default());
    }
    for report in &mut reports {
        report.0.splice(0..0, query.iter().cloned());
    }
    reports.retain(|report| !report.0.is_empty());
    reports
}

/// Returns the reports of a document: it, its `location`, or a list of either.
fn of_document(document: &Value) -> Vec<Pairs> {
    if let Value::Array(list) = document {
        return list.iter().flat_map(of_document).collect();
    }
    let Some(root) = document.as_object() else { return Vec::new() };
    let batch = ["location", "locations"].iter().find_map(|name| root.get(*name)?.as_array());
    let Some(batch) = batch else {
        let mut pairs = Pairs::default();
        pairs.add_object(root, 0);
        return vec![pairs];
    };
    let mut common = Pairs::default();
    common.add_object(root, 0);
    let locations = batch.iter().filter_map(Value::as_object);
    let mut reports: Vec<_> = locations.map(|location| with(location, &common)).collect();
    if reports.is_empty() {
        reports.push(common);
    }
    reports
}

/// Returns the report of a location in a batch, with what the batch says of all.
fn with(location: &Map<String, Value>, common: &Pairs) -> Pairs {
    let mut pairs = Pairs::default();
    pairs.add_object(location, 0);
    pairs.0.extend(common.0.iter().cloned());
    pairs
}
