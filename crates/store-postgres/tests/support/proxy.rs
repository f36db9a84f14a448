//! A way to the server that can be cut at the worst moment: around a commit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use silverbell_testkit_postgres::Server;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Result};
use tokio::net::{UnixListener, UnixStream};

/// What happens at the next commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server never hears of it.
    Before,
    /// The server commits, and its answer is lost.
    After,
    /// The server never hears of it, and nobody hears that the way is cut.
    Silent,
    /// The way is cut, and what was sent lies in the network until it is delivered.
    Late,
}

#[derive(Debug, Default)]
struct Rules {
    cut: Option<Cut>,
    /// Whether the way stays cut after that.
    for_long: bool,
    closed: bool,
    /// What lies in the network.
    late: Option<(UnixStream, Vec<u8>)>,
}

/// The way to a server.
#[derive(Debug)]
pub(crate) struct Proxy {
    directory: TempDir,
    rules: Arc<Mutex<Rules>>,
}

impl Proxy {
    pub(crate) fn to(server: &Server) -> Self {
        let directory = tempfile::Builder::new().prefix("sb").tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(socket(directory.path())).unwrap();
        let rules = Arc::new(Mutex::new(Rules::default()));
        tokio::spawn(accept(listener, socket(server.socket_directory()), rules.clone()));
        Self { directory, rules }
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.directory.path().display())
    }

    pub(crate) fn cut_at_the_next_commit(&self, cut: Cut, for_long: bool) {
        *self.rules.lock().unwrap() = Rules { cut: Some(cut), for_long, ..Rules::default() };
    }

    pub(crate) fn mend(&self) {
        let mut rules = self.rules.lock().unwrap();
        let late = rules.late.take();
        *rules = Rules { late, ..Rules::default() };
    }

    /// Delivers what lay in the network; the server may not listen any more.
    pub(crate) async fn deliver(&self) {
        let late = self.rules.lock().unwrap().late.take();
        let (mut server, bytes) = late.unwrap();
        drop(server.write_all(&bytes).await);
        // If it is heard, it is answered.
        drop(server.read(&mut [0; 1_024]).await);
    }
}

fn socket(directory: &Path) -> PathBuf {
    directory.join(".s.PGSQL.5432")
}

async fn accept(listener: UnixListener, server: PathBuf, rules: Arc<Mutex<Rules>>) {
    while let Ok((client, _)) = listener.accept().await {
        if rules.lock().unwrap().closed {
            continue;
        }
        if let Ok(server) = UnixStream::connect(&server).await {
            tokio::spawn(forward(client, server, rules.clone()));
        }
    }
}

async fn forward(
    mut client: UnixStream,
    mut server: UnixStream,
    rules: Arc<Mutex<Rules>>,
) -> Result<()> {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            length = client.read(&mut asked) => {
                let bytes = &asked[..length?];
                if bytes.is_empty() {
                    return Ok(());
                }
                match if commits(bytes) { next_cut(&rules) } else { None } {
                    None => server.write_all(bytes).await?,
                    Some(Cut::Before) => return Ok(()),
                    Some(Cut::After) => {
                        server.write_all(bytes).await?;
                        assert_ne!(server.read(&mut answered).await?, 0, "it was not answered");
                        return Ok(());
                    }
                    Some(Cut::Silent) => std::future::pending().await,
                    Some(Cut::Late) => {
                        rules.lock().unwrap().late = Some((server, bytes.to_vec()));
                        return Ok(());
                    }
                }
            }
            length = server.read(&mut answered) => {
                let bytes = &answered[..length?];
                if bytes.is_empty() {
                    return Ok(());
                }
                client.write_all(bytes).await?;
            }
        }
    }
}

/// Returns whether what a store sends commits something: the end of a transaction, or the one
/// statement that writes a batch without one and names its writer.
fn commits(bytes: &[u8]) -> bool {
    let ends = bytes.windows(6).any(|these| these == b"COMMIT");
    ends || first_parameter(bytes).is_some_and(|(of, is_null)| of > A_BATCH_HAS && !is_null)
}

/// No other statement has so many parameters.
const A_BATCH_HAS: u16 = 50;

/// Returns how many parameters a statement is given and whether the first is null (PostgreSQL's
/// message `Bind`); `None` for other messages.
fn first_parameter(bytes: &[u8]) -> Option<(u16, bool)> {
    let rest = bytes.strip_prefix(b"B")?.get(4..)?;
    let mut names = rest.splitn(3, |&byte| byte == 0).skip(2);
    let (formats, rest) = names.next()?.split_first_chunk()?;
    let (count, rest) =
        rest.get(2 * usize::from(u16::from_be_bytes(*formats))..)?.split_first_chunk()?;
    let (length, _) = rest.split_first_chunk()?;
    Some((u16::from_be_bytes(*count), i32::from_be_bytes(*length) < 0))
}

fn next_cut(rules: &Mutex<Rules>) -> Option<Cut> {
    let mut rules = rules.lock().unwrap();
    let cut = rules.cut.take()?;
    rules.closed = rules.for_long;
    Some(cut)
}
