//! A telephone exchange that speaks Asterisk's manager interface: it lets us log in, answers what we
//! ask, and plays what a test gives it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::PATIENCE;

/// The exchange.
pub(crate) struct TestExchange {
    pub(crate) address: SocketAddr,
    lines: mpsc::UnboundedReceiver<Line>,
    /// What runs, as events of its list.
    runs: Arc<Mutex<String>>,
    listens: AbortHandle,
}

/// A connection that has logged in.
pub(crate) struct Line {
    play: mpsc::UnboundedSender<Vec<u8>>,
    asked: mpsc::UnboundedReceiver<Vec<(String, String)>>,
    talk: AbortHandle,
}

impl TestExchange {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connected, lines) = mpsc::unbounded_channel();
        let runs = Arc::<Mutex<String>>::default();
        let told = runs.clone();
        let listens = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (play, played) = mpsc::unbounded_channel();
                let (tell, asked) = mpsc::unbounded_channel();
                let talk = tokio::spawn(converse(stream, play.clone(), played, tell, told.clone()));
                let talk = talk.abort_handle();
                drop(connected.send(Line { play, asked, talk }));
            }
        });
        Self { address, lines, runs, listens: listens.abort_handle() }
    }

    /// Sets what runs from now on: events of the list, `CoreShowChannel`.
    pub(crate) fn runs(&self, channels: &str) {
        *self.runs.lock().unwrap() = channels.replace('\n', "\r\n");
    }

    /// Takes no connection any more.
    pub(crate) fn leave(&self) {
        self.listens.abort();
    }

    /// Returns settings that let the service use it, with a seat for `operator1`.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("telephone.exchange", "asterisk".into()),
            ("telephone.address", self.address.to_string()),
            ("telephone.secret", "test".into()),
            ("telephone.seats", r#"[{ user = "operator1", seat = "PJSIP/agent1" }]"#.into()),
        ]
    }

    /// Waits until the service has logged in and asked which calls there are.
    pub(crate) async fn line(&mut self) -> Line {
        let mut line = timeout(PATIENCE, self.lines.recv()).await.unwrap().unwrap();
        line.asked("CoreShowChannels").await;
        line
    }
}

impl Line {
    /// Tells the service something.
    pub(crate) fn play(&self, events: &str) {
        self.play.send(events.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()).unwrap();
    }

    /// Cuts the connection.
    pub(crate) fn cut(&self) {
        self.talk.abort();
    }

    /// Returns all requests so far with this name.
    pub(crate) fn asked_so_far(&mut self, action: &str) -> Vec<Vec<(String, String)>> {
        let asked = std::iter::from_fn(|| self.asked.try_recv().ok());
        asked.filter(|request| value(request, "Action") == action).collect()
    }

    /// Returns the next request with this name.
    pub(crate) async fn asked(&mut self, action: &str) -> Vec<(String, String)> {
        loop {
            let asked = timeout(PATIENCE, self.asked.recv()).await;
            let asked = asked.unwrap_or_else(|_| panic!("{action} was not asked")).unwrap();
            if value(&asked, "Action") == action {
                return asked;
            }
        }
    }
}

/// Returns a request's value, empty if there is none.
pub(crate) fn value<'a>(asked: &'a [(String, String)], name: &str) -> &'a str {
    asked.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

async fn converse(
    stream: TcpStream,
    play: mpsc::UnboundedSender<Vec<u8>>,
    mut played: mpsc::UnboundedReceiver<Vec<u8>>,
    tell: mpsc::UnboundedSender<Vec<(String, String)>>,
    runs: Arc<Mutex<String>>,
) {
    let (read, mut write) = stream.into_split();
    let write = async move {
        write.write_all(b"Asterisk Call Manager/11.0.0\r\n").await.unwrap();
        while let Some(bytes) = played.recv().await {
            if write.write_all(&bytes).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(write, listen(read, play, tell, runs));
}

async fn listen(
    read: OwnedReadHalf,
    play: mpsc::UnboundedSender<Vec<u8>>,
    tell: mpsc::UnboundedSender<Vec<(String, String)>>,
    runs: Arc<Mutex<String>>,
) {
    let mut lines = BufReader::new(read).lines();
    let mut request = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((key, value)) = line.split_once(": ") {
            request.push((key.to_owned(), value.to_owned()));
            continue;
        }
        let request = std::mem::take(&mut request);
        let id = value(&request, "ActionID");
        let answer = match value(&request, "Action") {
            "Login" => format!(
                "Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"
            ),
            "CoreShowChannels" => format!(
                "Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n{}\
                 Event: CoreShowChannelsComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n",
                runs.lock().unwrap()
            ),
            "Getvar" => format!(
                "Response: Success\r\nActionID: {id}\r\nVariable: CALLERID(pres)\r\nValue: allowed\r\n\r\n"
            ),
            _ => format!("Response: Success\r\nActionID: {id}\r\n\r\n"),
        };
        drop(play.send(answer.into_bytes()));
        drop(tell.send(request));
    }
}
