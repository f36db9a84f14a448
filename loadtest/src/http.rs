//! A small HTTP/1.1 client that keeps one connection: cheap, so that on a small machine the service
//! gets the processor and not the client.

use std::io::Write as _;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest answer that is read, bytes.
const LONGEST: usize = 32 * 1024 * 1024;

/// One connection with one request at a time.
#[derive(Debug)]
pub(crate) struct Http {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

/// An answer, as it lies in the connection's buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Http {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Vec::new(), answer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a request and reads its answer. `who` is a header line, or empty.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        who: &str,
        body: &[u8],
    ) -> Result<Answer<'_>> {
        self.request.clear();
        let blank = if who.is_empty() { "" } else { "\r\n" };
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{who}{blank}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )?;
        self.request.extend_from_slice(body);
        self.stream.write_all(&self.request).await?;
        let (head, length) = self.read().await?;
        let text = std::str::from_utf8(&self.answer[..head])?;
        let status = text.get(9..12).and_then(|digits| digits.parse().ok());
        let status = status.context("no status line")?;
        Ok(Answer { status, head: text, body: &self.answer[head..head + length] })
    }

    /// Reads a whole answer; returns the lengths of its head and body.
    async fn read(&mut self) -> Result<(usize, usize)> {
        self.answer.clear();
        let mut whole: Option<(usize, usize)> = None;
        loop {
            if let Some((head, length)) = whole
                && self.answer.len() >= head + length
            {
                return Ok((head, length));
            }
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the service closed the connection");
            }
            if self.answer.len() > LONGEST {
                bail!("the answer is too long");
            }
            if whole.is_none() {
                whole = measure(&self.answer)?;
            }
        }
    }
}

/// Returns the lengths of head and body once the head is complete.
fn measure(answer: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&answer[..end])?;
    let length = header(head, "content-length").map_or(Ok(0), str::parse)?;
    if header(head, "transfer-encoding").is_some() {
        bail!("chunked answers are not understood");
    }
    Ok(Some((end + 4, length)))
}

/// Returns a header's value.
pub(crate) fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut found = lines.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.next().map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_says_so() {
        let answer = b"HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(measure(answer).expect("fine"), Some((answer.len() - 3, 3)));
        assert_eq!(measure(b"HTTP/1.1 202 Acc").expect("fine"), None);
        assert_eq!(measure(b"HTTP/1.1 204 No Content\r\n\r\n").expect("fine"), Some((27, 0)));
    }

    #[test]
    fn headers_are_found_whatever_their_case() {
        assert_eq!(
            header("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/", "set-cookie"),
            Some("a=b; Path=/")
        );
    }
}
