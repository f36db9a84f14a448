//! A device on its TCP connection.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;

/// A device on its TCP connection.
pub(crate) struct Line {
    stream: TcpStream,
}

impl Line {
    pub(crate) async fn connect(port: SocketAddr) -> Self {
        let stream = TcpStream::connect(port).await.expect("the port takes connections");
        stream.set_nodelay(true).unwrap();
        Self { stream }
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("the port takes bytes");
    }

    /// Returns the next bytes that the service sends, so many.
    pub(crate) async fn exact(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut bytes)).await;
        read.expect("no answer in time").expect("the connection stays open");
        bytes
    }

    /// Returns what a watch is told next, brackets included.
    pub(crate) async fn frame(&mut self) -> String {
        let mut frame = Vec::new();
        let reading = async {
            while frame.last() != Some(&b']') {
                frame.push(self.stream.read_u8().await.expect("the connection stays open"));
            }
        };
        let read = timeout(PATIENCE, reading).await;
        assert!(read.is_ok(), "no frame within {PATIENCE:?}: {}", String::from_utf8_lossy(&frame));
        String::from_utf8(frame).unwrap()
    }

    /// Returns a watch's next answer, leaving out commands of the service's own (locate).
    pub(crate) async fn ack(&mut self) -> String {
        loop {
            let frame = self.frame().await;
            if !frame.ends_with("*CR]") {
                return frame;
            }
        }
    }

    /// Hangs up and returns what the service still said.
    pub(crate) async fn hang_up(mut self) -> String {
        self.stream.shutdown().await.unwrap();
        self.rest().await
    }

    /// Returns what the service still says until it closes the connection.
    pub(crate) async fn rest(mut self) -> String {
        let mut rest = Vec::new();
        let read = timeout(PATIENCE, self.stream.read_to_end(&mut rest)).await;
        assert!(read.is_ok(), "the connection was not closed within {PATIENCE:?}");
        String::from_utf8_lossy(&rest).into_owned()
    }
}
