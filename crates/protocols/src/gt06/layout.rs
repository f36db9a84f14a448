//! How the types that hold a position are laid out, in which firmware.

use super::kind;
use super::parts::CellForm;
use super::reader::Reader;

/// How the status of a type is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusForm {
    /// Bits, charge, signal, alarm code.
    Plain,
    /// Bits, voltage outside (2 bytes), voltage inside, signal, alarm code (XT40 and others).
    TwoVoltages,
    /// Network, bits, voltage outside (2 bytes), charge, signal, alarm code (LW4G).
    Network,
}

/// How a type is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) has_gps: bool,
    pub(super) cell: Option<CellForm>,
    /// Whether the cell stands behind its length.
    pub(super) has_length: bool,
    pub(super) status: Option<StatusForm>,
}

/// Returns whether frames of this type hold GPS, a cell or a status in such an order.
pub(super) const fn is_located(kind: u8) -> bool {
    matches!(
        kind,
        kind::GPS
            | kind::GPS_LBS_WIDE
            | kind::GPS_LBS
            | kind::ALARM
            | kind::LBS_ALARM
            | kind::GPS_PHONE
            | kind::GPS_LBS_EXTEND
            | kind::GPS_LBS_UTC
            | kind::LBS_MULTIPLE_3
            | kind::GPS_LBS_DRIVER
            | kind::ALARM_UTC
            | kind::ALARM_FENCES
            | kind::GPS_LBS_4
            | kind::GPS_LBS_5
            | kind::GPS_LBS_STATUS
            | kind::LBS_3
            | kind::STATUS_MODULES
            | kind::GPS_LBS_MODULES
            | kind::GPS_LBS_8
            | kind::ALARM_MODULES
            | kind::WIFI
            | kind::CARD
            | kind::GPS_LBS_4G
            | kind::WIFI_4G
            | kind::FENCE
            | kind::ALARM_4G
            | kind::LBS_ALARM_4G
            | kind::LBS_ADDRESS
    )
}

/// Returns whether such frames hold a list of cells instead.
pub(super) const fn is_list(kind: u8, told_length: usize) -> bool {
    match kind {
        kind::LBS_MULTIPLE_1
        | kind::LBS_MULTIPLE_2
        | kind::LBS_EXTEND
        | kind::LBS_WIFI
        | kind::LBS_4G
        | kind::WIFI_5
        | kind::WIFI_ALARM => true,
        kind::LBS_MULTIPLE_3 => told_length != 0x2e,
        kind::LBS_3 => told_length == 0x37,
        kind::WIFI_4G => told_length != 0x40,
        _ => false,
    }
}

/// Returns how a type is laid out, by its length where firmware differs. `names_itself` where a frame
/// begins with who sends it.
pub(super) fn layout(
    kind: u8,
    told_length: usize,
    reader: &Reader<'_>,
    names_itself: bool,
) -> Layout {
    let has_gps = !matches!(kind, kind::LBS_ALARM | kind::LBS_ALARM_4G | kind::LBS_ADDRESS);
    let status = match kind {
        kind::ALARM
        | kind::ALARM_UTC
        | kind::ALARM_FENCES
        | kind::GPS_LBS_STATUS
        | kind::LBS_ALARM
        | kind::ALARM_4G
        | kind::LBS_ALARM_4G => Some(StatusForm::Plain),
        kind::FENCE if reader.left() == 39 => Some(StatusForm::Plain),
        kind::WIFI_4G => Some(StatusForm::Network),
        kind::GPS_LBS_UTC | kind::GPS_LBS_DRIVER if names_itself => Some(StatusForm::TwoVoltages),
        _ => None,
    };
    let is_bare = is_vxt01(kind, told_length, reader)
        || matches!(kind, kind::LBS_ALARM | kind::LBS_ALARM_4G | kind::WIFI_4G);
    Layout {
        has_gps,
        cell: cell_form(kind, told_length, names_itself).map(|form| match form {
            // The byte more is then the network's.
            CellForm::Wide if kind == kind::ALARM && has_wide_network(reader) => CellForm::Gsm,
            form => form,
        }),
        has_length: status.is_some() && !is_bare,
        status,
    }
}

fn cell_form(kind: u8, told_length: usize, names_itself: bool) -> Option<CellForm> {
    match (kind, told_length) {
        (kind::GPS | kind::GPS_PHONE | kind::GPS_LBS_EXTEND, _) => None,
        (kind::GPS_LBS_WIDE, _) => Some(CellForm::WideNetwork),
        (kind::GPS_LBS_4G | kind::WIFI_4G | kind::LBS_ALARM_4G | kind::LBS_ADDRESS, _) => {
            Some(CellForm::Lte)
        }
        (kind::GPS_LBS_5, 0x2a) | (kind::GPS_LBS_STATUS, 0x27 | 0x29) => Some(CellForm::Padlock),
        (kind::CARD | kind::STATUS_MODULES, _)
        | (kind::GPS_LBS_UTC, 0x2f)
        | (kind::ALARM, 0x26) => Some(CellForm::Wide),
        (kind::GPS_LBS_DRIVER, _) if names_itself => Some(CellForm::Wide),
        _ => Some(CellForm::Gsm),
    }
}

/// Returns whether the country behind GPS and a length says that the network's code has two bytes.
fn has_wide_network(reader: &Reader<'_>) -> bool {
    reader.rest().get(19).is_some_and(|country| country & 0x80 != 0)
}

/// Returns whether this is a VXT01's, whose alarms have no length before the cell, and whose status
/// ends otherwise. Others have frames of this length, too.
pub(super) fn is_vxt01(kind: u8, told_length: usize, reader: &Reader<'_>) -> bool {
    let has_length = matches!(reader.rest().get(18..21), Some([8 | 9, 0..=3, _]));
    told_length == 0x24 && (kind == kind::GPS_LBS || kind == kind::ALARM && !has_length)
}
