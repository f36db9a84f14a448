//! A senior's face, kept under seal: so that the right person is found at a roadside.

use std::sync::Arc;

use silverbell_domain::{Picture, Senior, TicketId, UserId};
use silverbell_seal::{OpenError, Seals};
use silverbell_store::{Access, AccessAct, Face, StoreError, Thing, sealed_face};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::keys::kept;
use super::photos::{PhotoError, broke_down};
use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Keeps a senior's face instead of an older one; `None` removes it.
    ///
    /// # Errors
    /// [`PhotoError`]; nothing was changed then.
    pub async fn put_face(
        &self,
        seals: &Arc<Seals>,
        senior: &Senior,
        picture: Option<Vec<u8>>,
        user: UserId,
    ) -> Result<(), PhotoError> {
        let act = if picture.is_some() { AccessAct::Change } else { AccessAct::Retire };
        let access = self.face_line(senior, user, act, None);
        let Some(picture) = picture else {
            return Ok(self.store.put_face(senior.id, None, access).await?);
        };
        let (about, seals) = (sealed_face(&senior.district, senior.id), seals.clone());
        let sealed = spawn_blocking(move || seals.seal(&about, &picture)).await;
        let sealed = kept(sealed.map_err(broke_down)??);
        let (district, at) = (senior.district.clone(), self.clock.now());
        let face = Face { senior: senior.id, district, at, sealed };
        Ok(self.store.put_face(senior.id, Some(face), access).await?)
    }

    /// Returns a senior's face, once it stands in the log that it was looked at.
    ///
    /// # Errors
    /// [`PhotoError`].
    pub async fn read_face(
        &self,
        seals: &Arc<Seals>,
        senior: &Senior,
        ticket: Option<TicketId>,
        user: UserId,
    ) -> Result<(Picture, Zeroizing<Vec<u8>>), PhotoError> {
        let missing = || UseCaseError::NotFound("face");
        let face = self.store.face(senior.id).await?.ok_or_else(missing)?;
        let (about, seals) = (sealed_face(&face.district, senior.id), seals.clone());
        let opened = spawn_blocking(move || seals.open(&about, &face.sealed.bytes)).await;
        let opened = opened.map_err(broke_down)??;
        let picture = Picture::of(&opened).ok_or(OpenError::Damaged)?;
        self.store.log_access(self.face_line(senior, user, AccessAct::Read, ticket)).await?;
        Ok((picture, opened))
    }

    /// Keeps that somebody wanted to see a face and was refused.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn face_refused(
        &self,
        senior: &Senior,
        ticket: Option<TicketId>,
        user: UserId,
    ) -> Result<(), StoreError> {
        let line = self.face_line(senior, user, AccessAct::Read, ticket);
        let why = Some("not_engaged".to_owned());
        self.store.log_access(Access { allowed: false, why, ..line }).await
    }

    fn face_line(
        &self,
        senior: &Senior,
        by: UserId,
        act: AccessAct,
        ticket: Option<TicketId>,
    ) -> Access {
        Access {
            id: self.ids.next(),
            district: senior.district.clone(),
            at: self.clock.now(),
            by,
            thing: Thing::Face(senior.id),
            act,
            ticket,
            allowed: true,
            why: None,
        }
    }
}
