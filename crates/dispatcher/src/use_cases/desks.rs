//! Who sits at the desks of the call centre, and what one shift tells the next.

use silverbell_domain::{
    DeskState, DistrictId, Kind, OperatorDesk, ShiftNote, ShiftNoteId, UnixMs, UserId,
};
use silverbell_store::{
    Constraint, DeskWrite, Idempotency, SeatedDesk, ShownNote, StoreError, Subject,
};

use super::Actor;
use crate::{Dispatcher, UseCaseError};

/// Desks are listed to this many: a district has a dozen.
const MOST_DESKS: u32 = 500;

/// Shift notes are shown for so long, seconds: three days, so that nobody misses one over a weekend off.
const NOTES_SHOWN_S: i64 = 3 * 86_400;

/// So many notes are shown, the newest.
const MOST_NOTES: u32 = 100;

/// What a page tells of its desk.
#[derive(Clone, Copy, Debug)]
pub struct DeskNews {
    /// What the person is doing; as before when missing, ready at first.
    pub state: Option<DeskState>,
    /// Whether the person heard the alarm when it was tried; `None`: it was not.
    pub heard: Option<bool>,
}

impl Dispatcher {
    /// Keeps that somebody is at a desk, and what that person is doing.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was kept then.
    pub async fn tell_desk(
        &self,
        user: UserId,
        news: DeskNews,
    ) -> Result<OperatorDesk, StoreError> {
        let _turn = self.turn_to_change(user.0).await;
        let (before, now) = (self.store.desk(user).await?, self.clock.now());
        let was_there = before.filter(|desk| desk.is_there(now));
        let state = news.state.or(was_there.map(|desk| desk.state)).unwrap_or(DeskState::Ready);
        let mut desk = OperatorDesk::told(before, user, state, now);
        if let Some(heard) = news.heard {
            desk.sound_heard_at = heard.then_some(now);
        }
        self.store.write_desk(DeskWrite::Told(desk)).await?;
        Ok(desk)
    }

    /// Nobody sits at this person's desk any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn leave_desk(&self, user: UserId) -> Result<(), StoreError> {
        self.store.write_desk(DeskWrite::Left(user)).await
    }

    /// Returns the desks of these districts at which somebody sits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn desks(&self, districts: &[DistrictId]) -> Result<Vec<SeatedDesk>, StoreError> {
        let since = UnixMs(self.clock.now().0.saturating_sub(OperatorDesk::GONE_AFTER_MS - 1));
        self.store.desks(districts, since, MOST_DESKS).await
    }

    /// Returns the shift notes that are shown, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shift_notes(
        &self,
        districts: &[DistrictId],
    ) -> Result<Vec<ShownNote>, StoreError> {
        let since = self.clock.now().plus_s(-NOTES_SHOWN_S);
        self.store.shift_notes(districts, since, MOST_NOTES).await
    }

    /// Writes a shift note; whoever writes it has read it.
    ///
    /// # Errors
    /// [`UseCaseError::Invalid`] in words; [`UseCaseError::Store`].
    pub async fn add_shift_note(
        &self,
        district: &DistrictId,
        text: &str,
        actor: &Actor,
    ) -> Result<ShiftNoteId, UseCaseError> {
        let text = ShiftNote::text(text).map_err(UseCaseError::Invalid)?;
        let (id, at) = (ShiftNoteId(self.ids.next()), self.clock.now());
        // Work on devices waits for the morning; what is handed over are people.
        let open_tickets = self.board(district).map(|board| {
            board.read(|inner| {
                let all = inner.set.tickets().values();
                all.filter(|ticket| ticket.kind != Kind::Equipment).count()
            })
        });
        let open_tickets = open_tickets.and_then(|n| u32::try_from(n).ok());
        let (by, district) = (actor.user, district.clone());
        let note = ShiftNote { id, district, by, at, text, open_tickets };
        let subject = Subject::ShiftNote(id);
        let request = actor.idempotency.clone();
        let request = request.map(|request| Idempotency { subject, ..request });
        match self.store.write_desk(DeskWrite::Note(Box::new(note), request.clone())).await {
            Ok(()) => Ok(id),
            Err(StoreError::Violates(Constraint::Taken)) => self.same_note(request).await,
            Err(error) => Err(error.into()),
        }
    }

    /// The same request came twice at once: the other one wrote it.
    async fn same_note(&self, request: Option<Idempotency>) -> Result<ShiftNoteId, UseCaseError> {
        let other = || UseCaseError::Invalid("this Idempotency-Key was used otherwise".into());
        let own = request.ok_or_else(other)?;
        match self.store.idempotent(own.user, &own.key).await? {
            Some(Idempotency { subject: Subject::ShiftNote(id), fingerprint, .. })
                if fingerprint == own.fingerprint =>
            {
                Ok(id)
            }
            Some(_) | None => Err(other()),
        }
    }

    /// Keeps that somebody has read a note of one of these districts; the first time counts.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`] when there is none, or it is shown no more; [`UseCaseError::Store`].
    pub async fn read_shift_note(
        &self,
        districts: &[DistrictId],
        id: ShiftNoteId,
        reader: UserId,
    ) -> Result<(), UseCaseError> {
        let known = self.shift_notes(districts).await?;
        let known = known.into_iter().find(|shown| shown.note.id == id);
        let district = known.ok_or(UseCaseError::NotFound("shift note"))?.note.district;
        let at = self.clock.now();
        Ok(self.store.write_desk(DeskWrite::Read { district, note: id, reader, at }).await?)
    }
}
