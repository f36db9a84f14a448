//! The types of frames.

pub(super) const LOGIN: u8 = 0x01;
pub(super) const GPS: u8 = 0x10;
/// GPS and a cell with a long code of the network.
pub(super) const GPS_LBS_WIDE: u8 = 0x11;
pub(super) const GPS_LBS: u8 = 0x12;
pub(super) const STATUS: u8 = 0x13;
pub(super) const STRING: u8 = 0x15;
/// Unlike 0x26 in local time and with its own tail (traccar/traccar#3603).
pub(super) const ALARM: u8 = 0x16;
/// Wi-Fi with a count in the place of the length; with a length of 0x28 GPS and a card.
pub(super) const WIFI: u8 = 0x17;
pub(super) const LBS_EXTEND: u8 = 0x18;
pub(super) const LBS_ALARM: u8 = 0x19;
pub(super) const GPS_PHONE: u8 = 0x1a;
pub(super) const GPS_LBS_EXTEND: u8 = 0x1e;
pub(super) const STRING_UTC: u8 = 0x21;
pub(super) const GPS_LBS_UTC: u8 = 0x22;
pub(super) const HEARTBEAT: u8 = 0x23;
pub(super) const LBS_MULTIPLE_3: u8 = 0x24;
pub(super) const GPS_LBS_DRIVER: u8 = 0x25;
pub(super) const ALARM_UTC: u8 = 0x26;
pub(super) const ALARM_FENCES: u8 = 0x27;
pub(super) const LBS_MULTIPLE_1: u8 = 0x28;
pub(super) const ADDRESS_REQUEST: u8 = 0x2a;
pub(super) const LBS_WIFI: u8 = 0x2c;
pub(super) const GPS_LBS_4: u8 = 0x2d;
pub(super) const LBS_MULTIPLE_2: u8 = 0x2e;
pub(super) const GPS_LBS_5: u8 = 0x31;
/// A status in short frames, an AZ735's position in long ones.
pub(super) const GPS_LBS_STATUS: u8 = 0x32;
/// Wi-Fi in short frames, an AZ735's alarm in long ones.
pub(super) const WIFI_5: u8 = 0x33;
/// An SL4X's cells or an X1's position, by length.
pub(super) const LBS_3: u8 = 0x34;
pub(super) const PHOTO_INFO: u8 = 0x35;
/// A status in short frames, part of a picture in long ones.
pub(super) const STATUS_MODULES: u8 = 0x36;
pub(super) const GPS_LBS_MODULES: u8 = 0x37;
pub(super) const GPS_LBS_8: u8 = 0x38;
pub(super) const ALARM_MODULES: u8 = 0x39;
pub(super) const BATTERY: u8 = 0x40;
pub(super) const MULTIMEDIA: u8 = 0x41;
pub(super) const CARD: u8 = 0x61;
pub(super) const WIFI_2: u8 = 0x69;
pub(super) const MODULAR: u8 = 0x70;
/// Our commands, and their answers in some firmware.
pub(super) const COMMAND: u8 = 0x80;
pub(super) const TIME_REQUEST: u8 = 0x8a;
pub(super) const OBD: u8 = 0x8c;
pub(super) const INFO: u8 = 0x94;
/// The alarm of cameras.
pub(super) const EVENT: u8 = 0x95;
pub(super) const ADDRESS_RESPONSE: u8 = 0x97;
pub(super) const SERIAL: u8 = 0x9b;
pub(super) const GPS_LBS_4G: u8 = 0xa0;
pub(super) const LBS_4G: u8 = 0xa1;
/// Wi-Fi and 4G cells; with a length of 0x40 GPS and a status.
pub(super) const WIFI_4G: u8 = 0xa2;
/// One fence's alarm; with a length of 0x0c a status.
pub(super) const FENCE: u8 = 0xa3;
pub(super) const ALARM_4G: u8 = 0xa4;
pub(super) const LBS_ALARM_4G: u8 = 0xa5;
pub(super) const LBS_ADDRESS: u8 = 0xa7;
pub(super) const WIFI_ALARM: u8 = 0xa9;
pub(super) const BLUETOOTH: u8 = 0xb2;
pub(super) const DEVICE_STATUS: u8 = 0xf1;
pub(super) const PERIPHERAL: u8 = 0xf2;
pub(super) const WIFI_4: u8 = 0xf3;

/// Types that carry no content worth reading here, but do occur: satellites, fault codes,
/// attendance, information, and the answers to commands.
const OTHERS: [u8; 8] = [0x14, 0x1f, 0x65, 0x66, 0x81, 0x82, 0x98, 0xb0];

/// Returns whether this type exists: of noise, three in four do not.
pub(super) fn is_known(kind: u8) -> bool {
    is_read(kind) || OTHERS.contains(&kind)
}

/// Returns whether Traccar's decoder reads this type, and so answers it in long frames, too.
pub(super) const fn is_read(kind: u8) -> bool {
    matches!(kind,
        LOGIN | GPS..=STATUS | STRING..=GPS_PHONE | GPS_LBS_EXTEND | STRING_UTC..=LBS_MULTIPLE_1
        | ADDRESS_REQUEST | LBS_WIFI..=LBS_MULTIPLE_2 | GPS_LBS_5..=ALARM_MODULES | BATTERY
        | MULTIMEDIA | CARD | WIFI_2 | MODULAR | COMMAND | TIME_REQUEST | OBD | INFO | EVENT
        | SERIAL | GPS_LBS_4G..=LBS_ALARM_4G | LBS_ADDRESS | WIFI_ALARM | BLUETOOTH
        | DEVICE_STATUS..=WIFI_4
    )
}

/// Returns whether this type is sent to raise an alarm, so that one that cannot be read is an SOS.
///
/// 0x32 is not: padlocks send it for all that they do. 0xa3 neither: it tells of fences alone.
pub(super) const fn is_alarm(kind: u8, long: bool) -> bool {
    match kind {
        ALARM | LBS_ALARM | ALARM_UTC | ALARM_FENCES | ALARM_MODULES | EVENT | ALARM_4G
        | LBS_ALARM_4G | WIFI_ALARM => true,
        WIFI_5 => long,
        _ => false,
    }
}

/// Returns whether this type may have a count of access points in the place of its length.
pub(super) const fn may_count(kind: u8) -> bool {
    matches!(kind, WIFI | WIFI_2)
}
