//! Protocols over HTTP.
//!
//! An input is two lines, the path and the value of every header, and a body.

use silverbell_domain::SignalKind;
use silverbell_protocols::Heard;
use silverbell_protocols::http_request::HttpRequest;

use crate::heard;

/// How a protocol hears a request.
pub type Hear = fn(&HttpRequest<'_>) -> Option<Heard>;

/// A request's parts.
#[derive(Clone, Debug)]
pub struct Parts {
    pub path: String,
    pub header: String,
    pub body: Vec<u8>,
}

impl Parts {
    /// Takes an input apart.
    pub fn of(input: &[u8]) -> Self {
        let mut lines = input.splitn(3, |&byte| byte == b'\n');
        let mut text = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
        let (path, header) = (text(), text());
        Self { path, header, body: lines.next().unwrap_or_default().to_vec() }
    }

    /// Checks what a protocol hears of this request, and returns it.
    pub fn heard(&self, hear: Hear) -> Option<Heard> {
        let header = self.header.as_str();
        let heard = hear(&HttpRequest {
            method: "POST",
            path_and_query: &self.path,
            content_type: Some(header),
            headers: &[("X-Limit-U", header), ("X-Limit-D", header)],
            body: &self.body,
        })?;
        heard::check(&heard);
        assert!(heard.raw.ends_with(&self.body), "what came is kept");
        assert!(heard.ack.is_some(), "the app's queue would stand still");
        Some(heard)
    }

    /// Checks that this request is an SOS.
    pub fn is_sos(&self, hear: Hear) {
        let heard = self.heard(hear);
        let alarm = heard.as_ref().and_then(Heard::alarm).map(|(_, kind)| kind);
        assert_eq!(alarm, Some(SignalKind::Sos), "an SOS is lost: {self:?}");
    }
}
