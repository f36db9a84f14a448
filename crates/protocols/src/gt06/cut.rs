//! Finds where a frame ends, whatever its length says.
//!
//! Everything is decided at a byte: what comes behind it in the same packet changes nothing, so a
//! stream says the same however it is cut into packets.

use super::crc::{Crc, crc};
use super::kind;

/// What every frame ends with.
pub(super) const STOP: [u8; 2] = [0x0d, 0x0a];

/// Serial number, checksum and [`STOP`], bytes.
pub(super) const TAIL: usize = 6;

/// Type, serial number and checksum, bytes: the smallest length that can be true.
const MIN_LENGTH: usize = 5;

/// How many bytes to take out, and what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// A frame with its end.
    Whole(usize),
    /// A frame without it.
    Truncated(usize),
}

/// The end of a frame, and the byte by which it is known.
#[derive(Clone, Copy, Debug)]
struct End {
    at: usize,
    end: usize,
    /// Neither length nor checksum vouch for it.
    guessed: bool,
}

/// Returns whether a frame may begin here.
pub(super) fn is_start(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x78, 0x78]) || bytes.starts_with(&[0x79, 0x79])
}

/// Returns the length of what stands before the type: `78 78` and one byte, `79 79` and two.
pub(super) fn header(bytes: &[u8]) -> usize {
    if bytes.first() == Some(&0x79) { 4 } else { 3 }
}

/// Returns what to take from the front of these bytes, which begin as a frame; `None` to wait.
pub(super) fn cut(bytes: &[u8], max: usize, closed: bool) -> Option<Cut> {
    let seen = bytes.get(..max).unwrap_or(bytes);
    match (end_of(seen, max), inner(seen)) {
        (Some(end), None) => Some(finish(seen, end)),
        (Some(end), Some((at, _))) if end.at < at => Some(finish(seen, end)),
        (Some(end), Some((at, start))) if end.at == at && !outweighs(seen, start, end) => {
            Some(finish(seen, end))
        }
        (_, Some((_, start))) => Some(before(seen, start)),
        (None, None) if bytes.len() > max => Some(Cut::Truncated(overflow(bytes, max))),
        (None, None) if closed => Some(before(seen, plausible_start(seen).unwrap_or(seen.len()))),
        (None, None) => None,
    }
}

/// Returns whether the inner of two frames with a common end is the true one. If both are sound by
/// their checksum, one of them is by chance; then only the outer one's beginning is lost by this choice,
/// but a whole frame by the other.
fn outweighs(seen: &[u8], start: usize, end: End) -> bool {
    let inner = seen.get(start..end.end).unwrap_or_default();
    end.guessed || sum_is_right(inner, 2)
}

fn finish(seen: &[u8], end: End) -> Cut {
    let front = seen.get(..end.end).unwrap_or_default();
    match plausible_start(front) {
        Some(start) if end.guessed => before(seen, start),
        _ => Cut::Whole(end.end),
    }
}

/// Returns what stands before another frame.
fn before(seen: &[u8], start: usize) -> Cut {
    let front = seen.get(..start).unwrap_or_default();
    let has_end = front.len() > TAIL && front.ends_with(&STOP);
    if has_end { Cut::Whole(start) } else { Cut::Truncated(start) }
}

/// Returns how much of a frame beyond all bounds is given up: what may begin another is kept.
fn overflow(bytes: &[u8], max: usize) -> usize {
    let starts = |&at: &usize| is_start(bytes.get(at..).unwrap_or_default());
    (1..max).find(starts).unwrap_or(max).max(1)
}

/// Returns where the first frame ends, `None` if that is not known yet.
fn end_of(seen: &[u8], max: usize) -> Option<End> {
    let told = told_end(seen).filter(|&end| end <= max);
    let ends = [told.and_then(|end| end_as_told(seen, end)), end_by_count(seen), end_by_sum(seen)];
    let sure = ends.into_iter().flatten().min_by_key(|end| end.at);
    let guess = guessed_end(seen, told, max);
    sure.into_iter().chain(guess).min_by_key(|end| (end.at, end.guessed))
}

/// Returns the end that the length tells; `None` if it is not there yet, or cannot be true.
fn told_end(bytes: &[u8]) -> Option<usize> {
    let (length, header) = match *bytes {
        [0x78, 0x78, length, ..] => (usize::from(length), 3),
        [0x79, 0x79, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), 4),
        _ => return None,
    };
    (length >= MIN_LENGTH).then_some(header + length + STOP.len())
}

/// Returns the end that the length tells if the stop bytes or the checksum agree. Without stop bytes,
/// the checksum may owe its last byte to the next frame's first, which is then left to it.
fn end_as_told(seen: &[u8], end: usize) -> Option<End> {
    let frame = seen.get(..end)?;
    if frame.ends_with(&STOP) {
        return Some(End { at: end, end, guessed: false });
    }
    let without_stop = frame.get(..end - STOP.len())?;
    let at = end;
    let end = without_stop.len();
    let is_borrowed =
        frame.get(end - 1..).is_some_and(is_start) && !frame.get(end..).is_some_and(is_start);
    (sum_is_right(without_stop, 0) && !is_borrowed).then_some(End { at, end, guessed: false })
}

/// Returns the end of a Wi-Fi frame: `78 78`, count, type, time, so many access points, the count
/// of cells, their network, so many cells.
pub(super) fn counted_end(bytes: &[u8]) -> Option<usize> {
    let [0x78, 0x78, count, kind, ..] = *bytes else { return None };
    let cells_at = 4 + 6 + 7 * usize::from(count);
    let cells = usize::from(*bytes.get(cells_at).filter(|_| kind::may_count(kind))?);
    Some(cells_at + 1 + 3 + 5 * cells + STOP.len())
}

fn end_by_count(seen: &[u8]) -> Option<End> {
    let end = counted_end(seen)?;
    ends_at(seen, end).then_some(End { at: end, end, guessed: false })
}

fn ends_at(bytes: &[u8], end: usize) -> bool {
    bytes.get(..end).is_some_and(|frame| frame.ends_with(&STOP))
}

/// Returns the first end before which the checksum is right: the length lies, the frame does not.
fn end_by_sum(seen: &[u8]) -> Option<End> {
    let mut sum = Crc::new();
    let first = header(seen) + MIN_LENGTH + STOP.len();
    for (at, window) in seen.windows(4).enumerate().skip(2) {
        let end = at + 4;
        if end >= first && window.ends_with(&STOP) && window.starts_with(&sum.bytes()) {
            return Some(End { at: end, end, guessed: false });
        }
        sum = window.iter().take(1).fold(sum, |sum, &byte| sum.with(byte));
    }
    None
}

/// Returns the first stop bytes once the length is known to lie. A frame two bytes longer than told
/// does not count its checksum (so Traccar's decoder), and is waited for.
fn guessed_end(seen: &[u8], told: Option<usize>, max: usize) -> Option<End> {
    let header = header(seen);
    let kind = *seen.get(header)?;
    let behind = seen.get(header + 1..)?;
    let first = header + 3 + behind.windows(2).position(|pair| pair == STOP)?;
    let longer = told.filter(|&told| told + 2 <= max).map(|told| told + 2);
    let counts = header == 3 && kind::may_count(kind);
    let patience = if counts { counted_end(seen)?.min(max) } else { longer.or(told).unwrap_or(0) };
    if told.is_some_and(|told| first > told) && !counts {
        return Some(End { at: first, end: first, guessed: true });
    }
    let waited = seen.get(..patience)?;
    let end = if longer.is_some() && !counts && waited.ends_with(&STOP) { patience } else { first };
    Some(End { at: first.max(patience), end, guessed: true })
}

/// Returns the end and the start of the first whole frame that stands inside these bytes: the outer
/// one has lost its end, for by chance a start, a type and an end at the told place stand nowhere. Of
/// several that end together it is the one with a right checksum.
fn inner(seen: &[u8]) -> Option<(usize, usize)> {
    let starts = (1..seen.len()).filter_map(|start| {
        let frame = seen.get(start..).filter(|frame| is_start(frame))?;
        let ends = [told_end(frame), counted_end(frame)].into_iter().flatten();
        let end = ends.filter(|&end| ends_at(frame, end)).min()?;
        let is_sound = sum_is_right(frame.get(..end)?, STOP.len());
        (has_type(frame) || is_sound).then_some((start + end, !is_sound, start))
    });
    starts.min().map(|(end, _, start)| (end, start))
}

/// Returns where another frame may begin, judged by its type.
fn plausible_start(seen: &[u8]) -> Option<usize> {
    (1..seen.len()).find(|&start| {
        let frame = seen.get(start..).unwrap_or_default();
        is_start(frame) && has_type(frame)
    })
}

fn has_type(frame: &[u8]) -> bool {
    frame.get(header(frame)).is_some_and(|&kind| kind::is_known(kind))
}

/// Returns whether the checksum before so many last bytes is right.
pub(super) fn sum_is_right(frame: &[u8], stop: usize) -> bool {
    let summed = frame.len().checked_sub(stop + 2).and_then(|end| frame.get(2..end));
    let sum = frame.len().checked_sub(stop + 2).and_then(|at| frame.get(at..at + 2));
    summed.is_some_and(|summed| !summed.is_empty() && sum == Some(&crc(summed)))
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
