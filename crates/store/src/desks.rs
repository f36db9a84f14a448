//! Desks of the call centre and shift notes, as they are kept.

use silverbell_domain::{DistrictId, OperatorDesk, ShiftNote, ShiftNoteId, UnixMs, UserId};

use crate::{Idempotency, UserRole};

/// What is written of desks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskWrite {
    /// Somebody sits there, and does this.
    Told(OperatorDesk),
    /// Nobody sits there any more.
    Left(UserId),
    /// A shift note, and the key of the person's request.
    Note(Box<ShiftNote>, Option<Idempotency>),
    /// Somebody has read a note; the first time counts.
    Read {
        /// The note's district.
        district: DistrictId,
        /// The note, which has to be there.
        note: ShiftNoteId,
        /// Who.
        reader: UserId,
        /// When.
        at: UnixMs,
    },
}

/// A desk with who sits there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatedDesk {
    /// The desk.
    pub desk: OperatorDesk,
    /// The person's name.
    pub name: String,
    /// What the person may.
    pub role: UserRole,
}

/// A shift note with who wrote it and who has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownNote {
    /// The note.
    pub note: ShiftNote,
    /// Who wrote it, by name.
    pub name: String,
    /// Who has read it, in this order.
    pub read_by: Vec<NoteReader>,
}

/// Who has read a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteReader {
    /// Who.
    pub user: UserId,
    /// That person's name.
    pub name: String,
    /// When.
    pub at: UnixMs,
}
