//! People keep the registry: who is protected, who goes, with which devices. Every change has its line in
//! the log: who, when, and which fields, without what was in them.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use silverbell_domain::{
    DeviceId, DistrictId, Fault, Ids, Protocol, Responder, ResponderId, Senior, SeniorId, UnixMs,
    UserId, check_responder, check_senior,
};
use silverbell_store::{
    Access, AccessAct, Constraint, Device, DeviceChange, FileWrite, Idempotency, NewDevice,
    RegistryChange, Replaces, Store, StoreError, Thing,
};

use super::Actor;
use super::standby::STANDBY_IS_POSITION;
use crate::{Board, Dispatcher, UseCaseError};

/// Why the registry was not changed.
#[derive(Debug)]
pub enum RegistryRefused {
    /// What is wrong, field by field.
    Wrong(Vec<Fault>),
    /// Somebody else changed it since it was read.
    Changed,
    /// Something of this name is there already, in words.
    Taken(String),
    /// The state does not allow it, in words.
    Conflict(String),
    /// There is no such thing.
    NotFound(&'static str),
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for RegistryRefused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Violates(Constraint::NoSuchThing) => Self::Changed,
            StoreError::Violates(Constraint::Taken) => {
                Self::Taken("it is there already, or this request's key was used before".into())
            }
            error => Self::Store(error),
        }
    }
}

impl From<RegistryRefused> for UseCaseError {
    fn from(why: RegistryRefused) -> Self {
        match why {
            RegistryRefused::Wrong(faults) => {
                let words = faults.iter().map(ToString::to_string);
                Self::Invalid(words.collect::<Vec<_>>().join("; "))
            }
            RegistryRefused::Changed => {
                let why = "others change this file at the same time: try again".into();
                Self::Conflict { why, current: None }
            }
            RegistryRefused::Taken(why) | RegistryRefused::Conflict(why) => {
                Self::Conflict { why, current: None }
            }
            RegistryRefused::NotFound(what) => Self::NotFound(what),
            RegistryRefused::Store(error) => Self::Store(error),
        }
    }
}

/// What a change of a registry takes, beside a running service too.
#[derive(Clone, Copy)]
pub struct RegistryDesk<'a> {
    /// Where it is kept.
    pub store: &'a dyn Store,
    /// Where identities come from.
    pub ids: &'a dyn Ids,
    /// Who changes it; nobody's identity for the command line.
    pub by: UserId,
    /// The present.
    pub now: UnixMs,
}

impl fmt::Debug for RegistryDesk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryDesk").field("by", &self.by).finish_non_exhaustive()
    }
}

/// A device as it is wanted.
#[derive(Clone, Debug)]
pub struct WantedDevice {
    /// What it speaks.
    pub protocol: Protocol,
    /// What it calls itself.
    pub ident: String,
    /// SHA-256 of its key, where it has one.
    pub key_sha256: Option<[u8; 32]>,
    /// Its model's name in the settings.
    pub model: Option<String>,
}

impl RegistryDesk<'_> {
    /// Returns a line of the log.
    #[must_use]
    pub fn line(
        &self,
        district: &DistrictId,
        thing: Thing,
        act: AccessAct,
        why: impl Into<String>,
    ) -> Access {
        let why = why.into();
        Access {
            id: self.ids.next(),
            district: district.clone(),
            at: self.now,
            by: self.by,
            thing,
            act,
            ticket: None,
            allowed: true,
            why: (!why.is_empty()).then_some(why),
        }
    }

    /// Puts in a senior.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn add_senior(
        &self,
        mut senior: Senior,
        idempotency: Option<Idempotency>,
    ) -> Result<Senior, RegistryRefused> {
        faultless(check_senior(&senior, self.now))?;
        senior.changed_at = Some(self.now);
        let mut change = RegistryChange::of(senior.district.clone());
        change.accesses = vec![self.line(
            &senior.district,
            Thing::Senior(senior.id),
            AccessAct::Add,
            String::new(),
        )];
        change.seniors = vec![FileWrite { file: senior.clone(), replaces: Replaces::Nothing }];
        change.idempotency = idempotency;
        self.store.change_registry(change).await?;
        Ok(senior)
    }

    /// Replaces a senior's file as it was read. One that says nothing else is left as it is.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn replace_senior(
        &self,
        known: &Senior,
        senior: Senior,
    ) -> Result<Senior, RegistryRefused> {
        faultless(check_senior(&senior, self.now))?;
        self.write_senior(known, senior).await
    }

    /// As [`Self::replace_senior`], also where an old file has faults that are nobody's concern now.
    pub(crate) async fn write_senior(
        &self,
        known: &Senior,
        mut senior: Senior,
    ) -> Result<Senior, RegistryRefused> {
        let fields = changed_fields(known, &senior);
        if fields.is_empty() {
            return Ok(known.clone());
        }
        senior.changed_at = Some(next_change(known.changed_at, self.now));
        let mut change = RegistryChange::of(senior.district.clone());
        let thing = Thing::Senior(senior.id);
        change.accesses =
            vec![self.line(&senior.district, thing, AccessAct::Change, fields.join(","))];
        let replaces = Replaces::ChangedAt(known.changed_at);
        change.seniors = vec![FileWrite { file: senior.clone(), replaces }];
        self.store.change_registry(change).await?;
        Ok(senior)
    }

    /// Puts in a responder, off duty.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn add_responder(
        &self,
        mut responder: Responder,
        idempotency: Option<Idempotency>,
    ) -> Result<Responder, RegistryRefused> {
        faultless(check_responder(&responder, self.now))?;
        responder.changed_at = Some(self.now);
        let mut change = RegistryChange::of(responder.district.clone());
        let thing = Thing::Responder(responder.id);
        change.accesses = vec![self.line(&responder.district, thing, AccessAct::Add, "")];
        change.responders =
            vec![FileWrite { file: responder.clone(), replaces: Replaces::Nothing }];
        change.idempotency = idempotency;
        self.store.change_registry(change).await?;
        Ok(responder)
    }

    /// Replaces a responder's file as it was read; duty stays as it is kept.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn replace_responder(
        &self,
        known: &Responder,
        mut responder: Responder,
    ) -> Result<Responder, RegistryRefused> {
        faultless(check_responder(&responder, self.now))?;
        responder.changed_at = Some(next_change(known.changed_at, self.now));
        let responder = responder.keeping_duty_of(known);
        let fields = changed_fields(known, &responder);
        if fields.is_empty() {
            return Ok(known.clone());
        }
        let mut change = RegistryChange::of(responder.district.clone());
        let act = match (known.left_at, responder.left_at) {
            (None, Some(_)) => AccessAct::Retire,
            _ => AccessAct::Change,
        };
        let thing = Thing::Responder(responder.id);
        change.accesses = vec![self.line(&responder.district, thing, act, fields.join(","))];
        let replaces = Replaces::ChangedAt(known.changed_at);
        change.responders = vec![FileWrite { file: responder.clone(), replaces }];
        self.store.change_registry(change).await?;
        Ok(responder)
    }

    /// Puts in a senior's device.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn add_device(
        &self,
        senior: &Senior,
        wanted: WantedDevice,
        idempotency: Option<Idempotency>,
    ) -> Result<Device, RegistryRefused> {
        let WantedDevice { protocol, ident, key_sha256, model } = wanted;
        let ident = protocol.ident(ident.trim()).to_owned();
        if !protocol.is_ident(&ident) {
            let words = "what the device calls itself: 4 to 20 digits for watch, gt06, jt808 and h02, else \
                         1 to 128 characters without blanks";
            let code = if ident.is_empty() { "missing" } else { "not_an_ident" };
            return Err(RegistryRefused::Wrong(vec![Fault::new("ident", code, words)]));
        }
        let id = DeviceId(self.ids.next());
        let idempotency = idempotency.map(|request| Idempotency {
            subject: silverbell_store::Subject::Device(id),
            ..request
        });
        let (district, senior) = (senior.district.clone(), senior.id);
        let device = NewDevice {
            id,
            district: district.clone(),
            senior,
            protocol,
            ident: ident.clone(),
            key_sha256,
            model: model.clone(),
        };
        let why = format!("{} {ident}, senior {senior}", protocol.as_str());
        let mut change = RegistryChange::of(district.clone());
        change.accesses = vec![self.line(&district, Thing::Device(id), AccessAct::Add, why)];
        change.devices = vec![DeviceChange::Add(device)];
        change.idempotency = idempotency;
        match self.store.change_registry(change).await {
            Ok(()) => Ok(Device { id, district, senior, protocol, ident, key_sha256, model }),
            Err(StoreError::Violates(Constraint::Taken)) => {
                let there = self.store.device(protocol, &ident).await?;
                let which = there.map_or_else(String::new, |it| {
                    format!(" (device {}, of senior {})", it.id, it.senior)
                });
                let protocol = protocol.as_str();
                Err(RegistryRefused::Taken(format!(
                    "a {protocol} device calls itself {ident} already{which}: check the number on \
                     this one; an ident is one device's within its protocol"
                )))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes a device.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn change_device(
        &self,
        device: &Device,
        what: DeviceChange,
        idempotency: Option<Idempotency>,
    ) -> Result<(), RegistryRefused> {
        let (act, why) = match &what {
            DeviceChange::Add(_) => (AccessAct::Add, String::new()),
            DeviceChange::Retire(_) => {
                let (protocol, ident) = (device.protocol.as_str(), &device.ident);
                (AccessAct::Retire, format!("{protocol} {ident}, senior {}", device.senior))
            }
            DeviceChange::Move { senior, .. } => {
                (AccessAct::Move, format!("from senior {} to {senior}", device.senior))
            }
            DeviceChange::Key { .. } => (AccessAct::NewKey, String::new()),
        };
        let mut change = RegistryChange::of(device.district.clone());
        change.accesses = vec![self.line(&device.district, Thing::Device(device.id), act, why)];
        change.devices = vec![what];
        change.idempotency = idempotency;
        Ok(self.store.change_registry(change).await?)
    }
}

/// Returns a time of change that differs from the last one.
#[must_use]
pub(crate) fn next_change(last: Option<UnixMs>, now: UnixMs) -> UnixMs {
    last.map_or(now, |last| now.max(UnixMs(last.0.saturating_add(1))))
}

fn faultless(faults: Vec<Fault>) -> Result<(), RegistryRefused> {
    if faults.is_empty() { Ok(()) } else { Err(RegistryRefused::Wrong(faults)) }
}

/// Returns the names of the fields in which two files differ.
#[must_use]
pub fn changed_fields<T: Serialize>(one: &T, other: &T) -> Vec<String> {
    // Numbers, texts and flags: neither can fail.
    let fields = |file: &T| match serde_json::to_value(file) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => serde_json::Map::new(),
    };
    let (one, other) = (fields(one), fields(other));
    let mut names: Vec<String> = one
        .keys()
        .chain(other.keys())
        .filter(|name| *name != "changed_at" && one.get(*name) != other.get(*name))
        .cloned()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Dispatcher {
    /// Returns what a person changes the registry with.
    #[must_use]
    pub fn registry(&self, by: UserId) -> RegistryDesk<'_> {
        RegistryDesk { store: self.store(), ids: self.ids(), by, now: self.clock.now() }
    }

    /// Changes a device, and knows it here at once; other nodes look it up anew within half a minute.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn change_device(
        &self,
        device: &Device,
        what: DeviceChange,
        actor: &Actor,
    ) -> Result<(), RegistryRefused> {
        let desk = self.registry(actor.user);
        desk.change_device(device, what, actor.idempotency.clone()).await?;
        self.equipment.forget(device);
        Ok(())
    }

    /// Replaces a senior's file by what `edit` makes of the one that is kept, if that was last changed
    /// then.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn edit_senior(
        &self,
        id: SeniorId,
        read: Option<UnixMs>,
        by: UserId,
        edit: impl FnOnce(&Senior) -> Senior + Send,
    ) -> Result<Senior, RegistryRefused> {
        let _turn = self.turn_to_change(id.0).await;
        let known = self.store.senior(id).await?.ok_or(RegistryRefused::NotFound("senior"))?;
        if known.changed_at != read {
            return Err(RegistryRefused::Changed);
        }
        let senior = edit(&known);
        self.registry(by).replace_senior(&known, senior).await
    }

    /// Replaces a responder's file by what `edit` makes of the one that is kept, if that was last changed
    /// then. Whoever leaves the service goes off duty by it, and has to be through with tickets first;
    /// duty is otherwise left as it is.
    ///
    /// # Errors
    /// [`RegistryRefused`]
    pub async fn edit_responder(
        &self,
        board: &Board,
        id: ResponderId,
        read: Option<UnixMs>,
        by: UserId,
        edit: impl FnOnce(&Responder) -> Responder + Send,
    ) -> Result<Responder, RegistryRefused> {
        let _turn = self.turn_to_change(id.0).await;
        let known =
            self.store.responder(id).await?.ok_or(RegistryRefused::NotFound("responder"))?;
        if known.changed_at != read {
            return Err(RegistryRefused::Changed);
        }
        let responder = edit(&known);
        if responder.left_at.is_some() && known.left_at.is_none() {
            let engaged = self.tickets_of(id).into_iter().find(|ticket| ticket.engages(id));
            if let Some(ticket) = engaged {
                return Err(RegistryRefused::Conflict(format!(
                    "is on ticket {}: withdraw the offer or wait until it is done, then try again",
                    ticket.number
                )));
            }
        }
        if responder.standby != known.standby
            && responder.left_at.is_none()
            && self.is_taken_for_position(board, &known)
        {
            return Err(RegistryRefused::Conflict(STANDBY_IS_POSITION.into()));
        }
        self.registry(by).replace_responder(&known, responder).await
    }
}

#[cfg(test)]
mod tests {
    use silverbell_testkit::senior;

    use super::*;

    #[test]
    fn a_change_is_told_by_the_names_of_its_fields_and_by_nothing_of_what_is_in_them() {
        let known = senior(1);
        let changed = Senior {
            phone: "13800000000".into(),
            tier: Some(silverbell_domain::Tier::Home),
            changed_at: Some(UnixMs(1)),
            ..known.clone()
        };
        assert_eq!(changed_fields(&known, &changed), ["phone", "tier"]);
        assert_eq!(changed_fields(&known, &known), Vec::<String>::new());
    }
}
