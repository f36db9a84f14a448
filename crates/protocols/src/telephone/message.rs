//! The way both exchanges write: lines `Key: Value`, a blank line at the end of a message, and in
//! FreeSWITCH's case sometimes a body behind it.

/// The longest line read, bytes; a longer one is passed over.
const MAX_LINE: usize = 8 * 1024;

/// The most lines kept of one message. FreeSWITCH writes up to 300.
const MAX_FIELDS: usize = 1024;

/// A message bounded by default: FreeSWITCH's list of channels, as JSON, has about 1 KiB a channel.
pub const DEFAULT_MAX_MESSAGE: usize = 256 * 1024;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Message {
    /// Returns the first value of this key, whatever its case; empty if there is none.
    pub(super) fn get(&self, key: &str) -> &str {
        let field = self.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        field.map_or("", |(_, value)| value)
    }

    /// Returns the number that this value begins with.
    pub(super) fn number(&self, key: &str) -> Option<u16> {
        leading_number(self.get(key))
    }
}

/// Returns the first number in a text: 480 of `sip:480` and of `SIP 480 Temporarily Unavailable`.
pub(super) fn leading_number(text: &str) -> Option<u16> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    let digits = text.get(start..)?;
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// In what an exchange's messages differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Whether a message that lost its end ends where this key stands: it begins the next one.
    pub(super) starts: fn(&Message, &str) -> bool,
    /// How many bytes of a body follow.
    pub(super) body: fn(&Message) -> usize,
}

/// Cuts a stream into messages. Holds at most one unfinished message once [`Self::next`] has
/// returned `None`.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    style: Style,
    max: usize,
    held: Vec<u8>,
    /// How many of the bytes held are read.
    read: usize,
    /// Whether the line at hand is too long, and is being passed over.
    in_long_line: bool,
    open: Message,
    open_size: usize,
    /// A message whose body is awaited, and how long that is.
    awaits: Option<(Message, usize)>,
}

enum Line {
    TooLong,
    Is(String),
}

impl Reader {
    pub(super) fn new(style: Style, max: usize) -> Self {
        Self {
            style,
            max,
            held: Vec::new(),
            read: 0,
            in_long_line: false,
            open: Message::default(),
            open_size: 0,
            awaits: None,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// Forgets what is unfinished: the connection is a new one.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.style, self.max);
    }

    /// Returns how many bytes are held, about.
    pub(super) fn size(&self) -> usize {
        let awaits = self.awaits.as_ref().map_or(0, |(message, _)| size(message));
        self.held.len() + self.open_size + awaits
    }

    pub(super) fn next(&mut self) -> Option<Message> {
        let message = self.read_on();
        if message.is_none() {
            self.held.drain(..self.read);
            self.read = 0;
        }
        message
    }

    fn read_on(&mut self) -> Option<Message> {
        loop {
            if let Some((mut message, length)) = self.awaits.take() {
                let Some(body) = self.held.get(self.read..self.read + length) else {
                    self.awaits = Some((message, length));
                    return None;
                };
                message.body = body.to_vec();
                self.read += length;
                return Some(message);
            }
            let Line::Is(line) = self.line()? else { continue };
            if let Some(message) = self.take_line(&line) {
                return Some(message);
            }
        }
    }

    /// Takes the next whole line out, `None` if it has not all come.
    fn line(&mut self) -> Option<Line> {
        let rest = self.held.get(self.read..).unwrap_or_default();
        let Some(length) = rest.iter().position(|&byte| byte == b'\n') else {
            if rest.len() > MAX_LINE || self.in_long_line {
                self.in_long_line = true;
                self.read = self.held.len();
            }
            return None;
        };
        let line = rest.get(..length).unwrap_or_default();
        let is_long = std::mem::take(&mut self.in_long_line) || line.len() > MAX_LINE;
        let line = if is_long { Line::TooLong } else { Line::Is(text(line)) };
        self.read += length + 1;
        Some(line)
    }

    /// Adds a line; returns the message that it ends, if its body need not be awaited.
    fn take_line(&mut self, line: &str) -> Option<Message> {
        if line.is_empty() {
            return self.finish();
        }
        let (key, value) = line.split_once(':')?;
        let (key, value) = (key.trim(), value.trim());
        // Whose body, if it had one, is lost with its end.
        let cut_short = if (self.style.starts)(&self.open, key) { self.take_open() } else { None };
        let size = key.len() + value.len();
        if self.open.fields.len() < MAX_FIELDS && self.open_size + size <= self.max {
            self.open_size += size;
            self.open.fields.push((key.to_owned(), value.to_owned()));
        }
        cut_short
    }

    fn take_open(&mut self) -> Option<Message> {
        self.open_size = 0;
        Some(std::mem::take(&mut self.open)).filter(|message| !message.fields.is_empty())
    }

    fn finish(&mut self) -> Option<Message> {
        let message = self.take_open()?;
        match (self.style.body)(&message) {
            0 => Some(message),
            // A length beyond the bound is no body that we asked for: what follows is read as lines.
            length if length > self.max => Some(message),
            length => {
                self.awaits = Some((message, length));
                None
            }
        }
    }
}

fn size(message: &Message) -> usize {
    message.fields.iter().map(|(key, value)| key.len() + value.len()).sum()
}

fn text(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    text.chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
