//! The responders' own safety.

use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::{
    By, Desk, DistrictId, HelpWanted, LatLon, OfferId, Position, PositionSource, Refusal,
    ResponderId, SceneReport, Sex, Ticket, TicketId, ToldPlace, UnixMs, WaitReason, Weather,
    open_distress, waits_for,
};
use silverbell_store::{Commit, Constraint, Idempotency, StoreError, Subject, TicketCommit};

use tokio::time::sleep;

use super::Actor;
use crate::{Dispatcher, UseCaseError};

/// The board learns within this of what was committed.
const SOON: Duration = Duration::from_millis(20);

/// How often an SOS is tried to be opened or joined when the ticket was closed, or another one
/// opened, just then.
const ATTEMPTS: u32 = 25;

/// `on_behalf`: an operator says it for whoever is on the telephone.
fn by_whom(on_behalf: bool, actor: &Actor) -> By {
    if on_behalf { By::OnBehalf { user: actor.user } } else { actor.person() }
}

impl Dispatcher {
    /// A responder presses the own SOS: a ticket of its own, to where the phone is, or was last. Pressed
    /// again it joins the open one.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn distress(
        &self,
        id: ResponderId,
        told: Option<LatLon>,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let board = self.board_of(id).ok_or(UseCaseError::NotFound("responder"))?;
        let person = board.person(id).ok_or(UseCaseError::NotFound("responder"))?;
        let (by, policy) = (actor.person(), self.policy());
        let fix =
            |(point, at)| Position { point, accuracy_m: None, source: PositionSource::Gps, at };
        // With its age: an old place is better than none, and said to be old.
        let place = told.map(|point| (point, self.clock.now())).or(person.position).map(fix);
        for _ in 0..ATTEMPTS {
            let open = board.read(|inner| inner.set.distress_of(id).cloned());
            if let Some(open) = open {
                let joined = self.change(open.id, None, |ticket, now| {
                    if !ticket.is_open() {
                        return Err(Refusal::State("the ticket was closed meanwhile"));
                    }
                    Ok(ticket.distress_again(id, told, by, now, policy))
                });
                match joined.await {
                    Err(UseCaseError::Conflict { .. }) => continue,
                    joined => return joined,
                }
            }
            let (now, new) = (self.clock.now(), TicketId(self.ids.next()));
            let (ticket, events) = open_distress(new, &person.responder, place, by, now, policy);
            let part = TicketCommit { ticket, expected_version: 0, events };
            let outbox = self.to_tell(&part);
            let idempotency = actor.idempotency.clone();
            let idempotency =
                idempotency.map(|own| Idempotency { subject: Subject::Ticket(new), ..own });
            let commit = Commit { tickets: vec![part], outbox, idempotency };
            match self.store.commit(commit).await {
                Ok(mut committed) => {
                    self.give_up_tasks(id, by).await;
                    return committed.tickets.pop().ok_or(UseCaseError::NotFound("ticket"));
                }
                // Pressed twice at once: the board is about to learn of the other.
                Err(StoreError::Violates(Constraint::OneOpenEmergency | Constraint::Taken)) => {
                    sleep(SOON).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let why = "the SOS opens and closes too fast; press again".to_owned();
        Err(UseCaseError::Conflict { why, current: None })
    }

    /// Whoever owns the tickets that a responder in distress had accepted is told. The own SOS is kept
    /// already: what fails here is logged, and loses nobody.
    async fn give_up_tasks(&self, id: ResponderId, by: By) {
        for ticket in self.tickets_of(id).into_iter().filter(|ticket| ticket.engages(id)) {
            let desk = self.board(&ticket.district);
            let desk = desk.map(|board| board.read(|inner| inner.set.desk)).unwrap_or_default();
            let told = self.change(ticket.id, None, |ticket, now| {
                Ok(ticket.lost_to_distress(id, by, desk, now, self.policy()))
            });
            if let Err(error) = told.await {
                tracing::error!(ticket = %ticket.id, %error, "nobody is told who is lost to it");
            }
        }
    }

    /// The phone of a responder has moved: an open own SOS follows it.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn distress_moved(
        &self,
        id: ResponderId,
        point: LatLon,
        at: UnixMs,
    ) -> Result<(), UseCaseError> {
        let board = self.board_of(id).ok_or(UseCaseError::NotFound("responder"))?;
        let Some(open) = board.read(|inner| inner.set.distress_of(id).map(|ticket| ticket.id))
        else {
            return Ok(());
        };
        let position = Position { point, accuracy_m: None, source: PositionSource::Gps, at };
        let moved = self.change(open, None, |ticket, now| {
            Ok(ticket.distress_moved(position, now, self.policy()).into_iter().collect())
        });
        moved.await.map(drop)
    }

    /// Whoever is at a door says that all is well; `on_behalf`: an operator who talked to them does.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn safety_word(
        &self,
        id: OfferId,
        minutes: Option<u32>,
        on_behalf: bool,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        let by = by_whom(on_behalf, actor);
        self.change(ticket.id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.give_word(id, minutes, by, now, self.policy())
        })
        .await
    }

    /// Whoever goes to a senior asks for support or 120; `on_behalf`: an operator who talked to them does.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn ask_help(
        &self,
        id: OfferId,
        what: HelpWanted,
        on_behalf: bool,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let by = by_whom(on_behalf, actor);
        self.ask_help_by(id, what, by, actor.idempotency.as_ref()).await
    }

    pub(super) async fn ask_help_by(
        &self,
        id: OfferId,
        what: HelpWanted,
        by: By,
        key: Option<&Idempotency>,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        let desk = self.desk_of(&ticket);
        self.change(ticket.id, key, |ticket, now| {
            ticket.ask_help(id, what, by, desk, now, self.policy())
        })
        .await
    }

    /// Whoever goes says that the address is wrong, and where the senior is instead.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn doubt_place(
        &self,
        id: OfferId,
        told: ToldPlace,
        on_behalf: bool,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        let (by, desk) = (by_whom(on_behalf, actor), self.desk_of(&ticket));
        self.change(ticket.id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.doubt_place(id, told.clone(), by, desk, now, self.policy())
        })
        .await
    }

    /// Whoever is at the door, or is done there, tells how the senior is, and when by the phone.
    ///
    /// # Errors
    /// [`UseCaseError`]
    pub async fn report_scene(
        &self,
        id: OfferId,
        (report, at): (SceneReport, UnixMs),
        on_behalf: bool,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.glance_of_offer(id).await?;
        let (by, desk) = (by_whom(on_behalf, actor), self.desk_of(&ticket));
        self.change(ticket.id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.report_scene(id, report.clone(), at, by, desk, now, self.policy())
        })
        .await
    }

    /// Returns who is there to hear of it.
    fn desk_of(&self, ticket: &Ticket) -> Desk {
        let board = self.board(&ticket.district);
        board.map(|board| board.read(|inner| inner.set.desk)).unwrap_or_default()
    }

    /// Says what the weather forbids in a district.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn set_weather(
        &self,
        district: &DistrictId,
        weather: Option<Weather>,
    ) -> Result<(), UseCaseError> {
        let board = self.board(district).ok_or(UseCaseError::NotFound("district"))?;
        self.store.set_weather(district, weather.clone()).await?;
        board.set_weather(weather, self.clock.now());
        Ok(())
    }

    /// Returns why a responder should wait at the door of a ticket; `sex` is the senior's.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn waits_for(
        &self,
        ticket: &Ticket,
        responder: ResponderId,
        sex: Option<Sex>,
    ) -> Result<Vec<WaitReason>, UseCaseError> {
        let board = self.board(&ticket.district);
        let Some(person) = board.and_then(|board| board.person(responder)) else {
            return Ok(Vec::new());
        };
        let minute = self.minute_of_day(ticket, self.clock.now()).await?;
        Ok(waits_for(ticket, &person.responder, sex, minute, self.policy()))
    }

    /// Returns the minute of the day where a ticket is; of a district that nobody knows, in UTC.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn minute_of_day(&self, ticket: &Ticket, now: UnixMs) -> Result<u16, UseCaseError> {
        let districts = self.store.districts().await?;
        let district = districts.into_iter().find(|district| district.id == ticket.district);
        let zone = district.and_then(|it| jiff::tz::TimeZone::get(&it.time_zone).ok());
        let at = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        let local = at.to_zoned(zone.unwrap_or(jiff::tz::TimeZone::UTC));
        Ok(u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs()))
    }
}
