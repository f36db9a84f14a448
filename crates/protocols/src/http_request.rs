//! An HTTP request, as far as protocols over HTTP read it.

/// A request whose body has been received.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpRequest<'a> {
    /// `GET` or `POST`; nothing depends on it, for apps confuse them.
    pub method: &'a str,
    /// What follows the host: `/?id=42&lat=…`, as it came.
    pub path_and_query: &'a str,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// Names and values of the headers; only those need be there that a protocol names.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

impl<'a> HttpRequest<'a> {
    /// Returns the value of a header, its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut found = self.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }

    /// Returns the names and values of the query, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        self.path_and_query
            .split_once('?')
            .map_or_else(Vec::new, |(_, query)| form(query.as_bytes()))
    }

    /// Returns the request as it would be seen again: the bytes that tell two presses apart.
    pub(crate) fn raw(&self) -> Vec<u8> {
        [self.method, " ", self.path_and_query, "\r\n\r\n"]
            .concat()
            .into_bytes()
            .into_iter()
            .chain(self.body.iter().copied())
            .collect()
    }
}

/// Returns the names and values of a form, decoded; what is no UTF-8 is replaced.
pub(crate) fn form(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes.trim_ascii()).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_whatever_its_encoding() {
        let request = HttpRequest {
            path_and_query: "/?id=%E8%A1%A8+1&t=2026-11-21T07%3A45&x=%ff%zz&y&=&z=a%2Bb",
            ..HttpRequest::default()
        };
        let all = request.query();
        let value = |name: &str| all.iter().find(|(key, _)| key == name).unwrap().1.as_str();
        assert_eq!((value("id"), value("t")), ("表 1", "2026-11-21T07:45"));
        assert_eq!((value("x"), value("y"), value("z")), ("\u{fffd}%zz", "", "a+b"));
        assert!(HttpRequest { path_and_query: "/", ..request }.query().is_empty());
    }

    #[test]
    fn headers_are_found_in_any_case() {
        let headers = [("x-limit-u", " anna "), ("X-Limit-D", "phone")];
        let request = HttpRequest { headers: &headers, ..HttpRequest::default() };
        assert_eq!(
            (request.header("X-Limit-U"), request.header("x-limit-d")),
            (Some("anna"), Some("phone"))
        );
        assert_eq!(request.header("X-Limit"), None);
    }
}
