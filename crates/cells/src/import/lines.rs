//! Lines of bounded length: a quotation mark that is never closed spoils a line, not a list.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

/// Longest line, bytes: a hundred times what a row needs.
const MAX_LINE: usize = 16_384;

/// What editors put before the first letter.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One line.
pub(super) enum Line<'a> {
    /// Its text, without its end. What is no UTF-8 is replaced: only names can hold that.
    Text(Cow<'a, str>),
    /// It is longer than any row; it was passed over.
    TooLong,
}

/// Reads line by line.
pub(super) struct Lines<R> {
    from: R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(from: R) -> Self {
        Self { from, line: Vec::new(), number: 0 }
    }

    /// Returns the number of the line that was read last, from 1.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Returns the next line, `None` behind the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let most = MAX_LINE as u64 + 1;
        if (&mut self.from).take(most).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() > MAX_LINE {
            if self.line.last() != Some(&b'\n') {
                self.from.skip_until(b'\n')?;
            }
            return Ok(Some(Line::TooLong));
        }
        let mut text = self.line.trim_ascii_end();
        if self.number == 1 {
            text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        }
        Ok(Some(Line::Text(String::from_utf8_lossy(text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(bytes);
        let mut all = Vec::new();
        while let Some(line) = lines.next().expect("readable") {
            all.push(match line {
                Line::Text(text) => text.into_owned(),
                Line::TooLong => "too long".to_owned(),
            });
        }
        assert_eq!(lines.number(), all.len() as u64);
        all
    }

    #[test]
    fn ends_of_lines_and_byte_order_marks_are_no_part_of_a_row() {
        assert_eq!(read(b"\xef\xbb\xbfa,b\r\n\nc\n"), ["a,b", "", "c"]);
        assert_eq!(read(b"without an end"), ["without an end"]);
        assert!(read(b"").is_empty());
        assert_eq!(read(b"caf\xe9,1\n"), ["caf\u{fffd},1"]);
    }

    #[test]
    fn a_line_too_long_is_passed_over_and_the_next_one_is_read() {
        for extra in [1, 2, 3 * MAX_LINE] {
            let long = "x".repeat(MAX_LINE + extra);
            assert_eq!(read(format!("{long}\nb\n").as_bytes()), ["too long", "b"]);
            assert_eq!(read(long.as_bytes()), ["too long"]);
        }
        let longest = "x".repeat(MAX_LINE - 1);
        assert_eq!(read(format!("{longest}\nb").as_bytes()), [&*longest, "b"]);
    }
}
