//! Photos of a ticket, kept under seal.

use std::sync::Arc;

use silverbell_domain::{
    MAX_PHOTOS, PhotoId, PhotoOf, Picture, Reader, Refusal, Ticket, TicketId, TicketPhoto, UserId,
};
use silverbell_seal::{OpenError, SealError, Seals};
use silverbell_store::{
    Access, AccessAct, Idempotency, Photo, StoreError, Subject, Thing, sealed_photo,
};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::keys::{is_open_to, kept};
use super::{Actor, Changed};
use crate::{Dispatcher, UseCaseError};

/// Why a photo was not kept or not shown.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// As with any change of a ticket.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
    /// Not for this person. The try is on record.
    #[error("photos are for operators, and for who is on the way or at the door")]
    Refused,
    /// It cannot be sealed.
    #[error(transparent)]
    NotSealed(#[from] SealError),
    /// It cannot be opened.
    #[error(transparent)]
    NotOpened(#[from] OpenError),
}

impl From<StoreError> for PhotoError {
    fn from(error: StoreError) -> Self {
        Self::UseCase(error.into())
    }
}

impl Dispatcher {
    /// Keeps a photo of a ticket.
    ///
    /// # Errors
    /// [`PhotoError`].
    pub async fn add_photo(
        &self,
        seals: &Arc<Seals>,
        ticket: TicketId,
        what: PhotoOf,
        picture: Vec<u8>,
        reader: Reader,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, PhotoError> {
        let before = Arc::new(self.ticket(ticket).await?);
        if !is_open_to(&before, reader) {
            return Err(PhotoError::Refused);
        }
        if before.photos.len() >= MAX_PHOTOS {
            let why = "the ticket has 20 photos already, and takes no more".to_owned();
            return Err(UseCaseError::Conflict { why, current: Some(before) }.into());
        }
        let (id, now) = (PhotoId(self.ids.next()), self.clock.now());
        let district = before.district.clone();
        let bytes = u32::try_from(picture.len()).unwrap_or(u32::MAX);
        let (about, seals) = (sealed_photo(&district, id), seals.clone());
        let sealed = spawn_blocking(move || seals.seal(&about, &picture)).await;
        let sealed = sealed.map_err(broke_down)??;
        self.store.put_photo(Photo { id, district, ticket, at: now, sealed: kept(sealed) }).await?;
        let note = TicketPhoto { id, what, at: now, by: actor.user, bytes };
        let idempotency = actor
            .idempotency
            .clone()
            .map(|request| Idempotency { subject: Subject::Photo(id), ..request });
        let changed = self
            .try_change(ticket, idempotency.as_ref(), |ticket, now| {
                if matches!(reader, Reader::Responder(who) if !ticket.engages(who)) {
                    return Err(Refusal::State("the task is over: tell the centre"));
                }
                ticket.add_photo(note, now, self.policy())
            })
            .await;
        let is_done = matches!(changed, Ok(Changed::Done(_)));
        let settled = match changed {
            Ok(changed) => self.settled(changed, idempotency.as_ref()).await,
            Err(error) => Err(error),
        };
        if !is_done
            && !matches!(settled, Err(UseCaseError::Store(_)))
            && let Err(error) = self.store.drop_photo(id).await
        {
            tracing::warn!(photo = %id, %error, "a photo that became part of no ticket is left");
        }
        Ok(settled?)
    }

    /// Returns a photo, once it stands in the log that it was looked at.
    ///
    /// # Errors
    /// [`PhotoError`].
    pub async fn read_photo(
        &self,
        seals: &Arc<Seals>,
        id: PhotoId,
        readers: impl Fn(&Ticket) -> Reader,
        user: UserId,
    ) -> Result<(Picture, Zeroizing<Vec<u8>>), PhotoError> {
        let missing = || UseCaseError::NotFound("photo");
        let photo = self.store.photo(id).await?.ok_or_else(missing)?;
        let ticket = Arc::new(self.ticket(photo.ticket).await?);
        let line = Access {
            id: self.ids.next(),
            district: photo.district.clone(),
            at: self.clock.now(),
            by: user,
            thing: Thing::Photo(id),
            act: AccessAct::Read,
            ticket: Some(ticket.id),
            allowed: true,
            why: None,
        };
        if !is_open_to(&ticket, readers(&ticket)) {
            let why = Some("not_engaged".to_owned());
            self.store.log_access(Access { allowed: false, why, ..line }).await?;
            return Err(PhotoError::Refused);
        }
        let (about, seals) = (sealed_photo(&photo.district, id), seals.clone());
        let opened = spawn_blocking(move || seals.open(&about, &photo.sealed.bytes)).await;
        let opened = match opened.map_err(broke_down)? {
            Ok(opened) => opened,
            Err(unreadable) => {
                let why = Some("sealed".to_owned());
                self.store.log_access(Access { allowed: false, why, ..line }).await?;
                return Err(unreadable.into());
            }
        };
        let picture = Picture::of(&opened).ok_or(OpenError::Damaged)?;
        self.store.log_access(line).await?;
        Ok((picture, opened))
    }
}

pub(crate) fn broke_down(error: tokio::task::JoinError) -> StoreError {
    tracing::error!(%error, "a photo could not be sealed or opened");
    StoreError::Unavailable("it could not be sealed or opened; the log says why".into())
}
