//! The messages by their numbers: the standard's, and those of makers that Traccar understands.

pub(super) const TERMINAL_ANSWER: u16 = 0x0001;
pub(super) const HEARTBEAT: u16 = 0x0002;
pub(super) const LOGOUT: u16 = 0x0003;
pub(super) const REGISTER: u16 = 0x0100;
pub(super) const AUTHENTICATE: u16 = 0x0102;
pub(super) const PARAMETERS: u16 = 0x0104;
pub(super) const ATTRIBUTES: u16 = 0x0107;
pub(super) const TIME: u16 = 0x0109;
pub(super) const LOCATION: u16 = 0x0200;
/// The answer to [`LOCATE`].
pub(super) const LOCATION_ANSWER: u16 = 0x0201;
/// A maker's batch, lengths in one byte; seven bytes of it are a charge and a time.
pub(super) const SMALL_BATCH: u16 = 0x0210;
/// The answer to an order to lock or unlock, with a location.
pub(super) const CONTROL_ANSWER: u16 = 0x0500;
pub(super) const HEARTBEAT_2: u16 = 0x0506;
pub(super) const COMMAND_ANSWER: u16 = 0x0701;
pub(super) const DRIVER: u16 = 0x0702;
pub(super) const BATCH: u16 = 0x0704;
pub(super) const MEDIA_EVENT: u16 = 0x0800;
pub(super) const MEDIA: u16 = 0x0801;
pub(super) const TRANSPARENT: u16 = 0x0900;
pub(super) const TIMEZONE: u16 = 0x1007;
pub(super) const TEXT_ANSWER: u16 = 0x1300;
pub(super) const ACCELERATION: u16 = 0x2070;
/// Reports of electronic locks, which count their frames in one byte.
pub(super) const LOCK: u16 = 0x5501;
/// The same, of what the satellites did not tell.
pub(super) const LOCK_BLIND: u16 = 0x5502;
pub(super) const TEXT: u16 = 0x6006;
pub(super) const PHOTO: u16 = 0x8888;

/// Ours to locks.
pub(super) const LOCK_ANSWER: u16 = 0x4401;
/// Ours: the platform's general answer.
pub(super) const ANSWER: u16 = 0x8001;
pub(super) const REGISTER_ANSWER: u16 = 0x8100;
pub(super) const SET_PARAMETERS: u16 = 0x8103;
pub(super) const TIME_ANSWER: u16 = 0x8109;
pub(super) const LOCATE: u16 = 0x8201;
pub(super) const SEND_TEXT: u16 = 0x8300;

/// Returns whether devices send this message. One that they do not send is noise unless its check
/// byte and its length are right.
pub(super) const fn is_known(id: u16) -> bool {
    matches!(
        id,
        TERMINAL_ANSWER
            ..=LOGOUT
                | REGISTER
                | AUTHENTICATE
                | PARAMETERS
                | ATTRIBUTES
                | TIME
                | LOCATION
                | LOCATION_ANSWER
                | SMALL_BATCH
                | CONTROL_ANSWER
                | HEARTBEAT_2
                | COMMAND_ANSWER
                | DRIVER
                | BATCH
                | MEDIA_EVENT
                | MEDIA
                | TRANSPARENT
                | TIMEZONE
                | TEXT_ANSWER
                | ACCELERATION
                | LOCK
                | LOCK_BLIND
                | TEXT
                | PHOTO
    )
}

/// Returns whether its frames are counted in one byte.
pub(super) const fn has_short_serial(id: u16) -> bool {
    matches!(id, LOCK | LOCK_BLIND)
}

/// Returns whether this message tells of places, and may so hold an alarm.
pub(super) const fn is_location(id: u16) -> bool {
    matches!(id, LOCATION | LOCATION_ANSWER | SMALL_BATCH | CONTROL_ANSWER | BATCH | TRANSPARENT)
}
