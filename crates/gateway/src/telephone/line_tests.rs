//! The line by itself, against an exchange that is a socket and a desk that is a queue.

use silverbell_domain::DistrictId;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::*;
use crate::telephone::ExchangeKind;

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// The exchange's end of a connection.
struct Exchange {
    said: tokio::io::Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
}

impl Exchange {
    /// Takes a connection and lets it log in.
    async fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
        let (read, write) = stream.into_split();
        let mut exchange = Self { said: BufReader::new(read).lines(), write };
        exchange.play("Asterisk Call Manager/11.0.0\r\n").await;
        exchange.hears("Action: Login").await;
        let accepted = "Response: Success\r\nMessage: Authentication accepted\r\n\r\n";
        exchange.play(accepted).await;
        exchange.hears("Action: CoreShowChannels").await;
        exchange
    }

    async fn play(&mut self, events: &str) {
        self.write.write_all(events.as_bytes()).await.unwrap();
    }

    /// Waits until the line closes the connection.
    async fn until_left(mut self) {
        let left = async { while let Ok(Some(_)) = self.said.next_line().await {} };
        timeout(PATIENCE, left).await.unwrap();
    }

    async fn hears(&mut self, line: &str) {
        let heard = async {
            while let Ok(Some(said)) = self.said.next_line().await {
                if said == line {
                    return;
                }
            }
            panic!("the line was closed before it said {line}");
        };
        timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("{line} was not said"));
    }
}

fn rings(call: &str) -> String {
    format!(
        "Event: Newchannel\r\nChannel: PJSIP/trunk-{call}\r\nChannelState: 4\r\n\
         CallerIDNum: 13800138000\r\nUniqueid: {call}\r\nLinkedid: {call}\r\n\r\n"
    )
}

/// Starts a line to a desk that has so many places, and takes nothing by itself.
async fn line(places: usize) -> (TcpListener, mpsc::Receiver<News>, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = TelephoneSettings {
        kind: ExchangeKind::Asterisk,
        address: listener.local_addr().unwrap().to_string(),
        user: "silverbell".into(),
        secret: "test".into(),
        area: None,
        trunks: Vec::new(),
        context: "from-internal".into(),
        ring_ms: 20_000,
        unheard_after: Duration::from_secs(3_600),
        seats: std::collections::BTreeMap::default(),
        default_district: DistrictId::new("longwen"),
    };
    let ((news, desk), (_, asked)) = (mpsc::channel(places), mpsc::channel(1));
    let stop = CancellationToken::new();
    let until = stop.clone();
    tokio::spawn(async move {
        Line::new(Arc::new(settings), news, asked, Arc::default()).run(&until).await;
    });
    (listener, desk, stop)
}

async fn next(desk: &mut mpsc::Receiver<News>) -> News {
    timeout(PATIENCE, desk.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_exchange_is_read_while_the_desk_takes_nothing() {
    let (listener, desk, _stop) = line(64).await;
    let mut exchange = Exchange::accept(&listener).await;
    for n in 0..20 {
        exchange.play(&rings(&format!("{n}.1"))).await;
        // It was read: more is asked of that very call.
        exchange.hears(&format!("Channel: {n}.1")).await;
    }
    assert_eq!(desk.len(), 21, "connected, and twenty calls");
}

#[tokio::test]
async fn a_desk_that_does_not_follow_is_told_everything_anew() {
    let (listener, mut desk, _stop) = line(3).await;
    let mut exchange = Exchange::accept(&listener).await;
    exchange.play(&["1.1", "2.1", "3.1"].map(rings).concat()).await;
    // The third call finds no place: that is not kept quiet.
    exchange.until_left().await;
    assert!(matches!(next(&mut desk).await, News::Connected));
    for _ in 0..2 {
        assert!(matches!(next(&mut desk).await, News::Event(CallEvent::Ringing { .. })));
    }
    // A new connection, on which a call that was told before is told again.
    let mut exchange = Exchange::accept(&listener).await;
    assert!(matches!(next(&mut desk).await, News::Connected));
    exchange.play(&rings("1.1")).await;
    let News::Event(event) = next(&mut desk).await else { panic!("no call was told") };
    assert_eq!(event.call(), "1.1");
}
