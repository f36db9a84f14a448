//! The binary, and a data directory filled with the demo once for all tests.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

/// The demo's password in all tests.
pub(crate) const PASSWORD: &str = "silverbell-test";

/// What all tests start from.
pub(crate) struct Template {
    /// The binary, kept as it was when the first test began: a build meanwhile changes nothing.
    pub(crate) binary: PathBuf,
    /// A data directory with the demo in it.
    pub(crate) data: PathBuf,
    /// Held as long as this process lives, so that nobody tidies up under it.
    _in_use: File,
}

/// Returns the template; the first to ask makes it.
pub(crate) fn template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(prepare)
}

/// Returns the binary under test.
fn built_binary() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let binary = std::env::var_os("SILVERBELL_BIN")
        .map_or_else(|| target.join("debug/silverbell"), PathBuf::from);
    assert!(
        binary.is_file(),
        "there is no {}: run `cargo build -p silverbell-server` first, or name a binary in SILVERBELL_BIN",
        binary.display()
    );
    binary
}

fn prepare() -> Template {
    let built = built_binary();
    let about = fs::metadata(&built).unwrap();
    let changed = about.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates");
    let own = folder.join(format!("{}-{}", changed.as_nanos(), about.len()));
    fs::create_dir_all(&own).unwrap();

    let in_use = lock_file(&folder.join("in-use.lock"));
    if in_use.try_lock().is_ok() {
        remove_others(&folder, &own);
        in_use.unlock().unwrap();
    }
    in_use.lock_shared().unwrap();

    // Other processes (cargo nextest) may want to make the same one.
    let making = lock_file(&own.join("making.lock"));
    making.lock().unwrap();
    let (binary, data, ready) = (own.join("silverbell"), own.join("data"), own.join("ready"));
    if !ready.exists() {
        drop(fs::remove_file(&binary));
        if fs::hard_link(&built, &binary).is_err() {
            fs::copy(&built, &binary).unwrap();
        }
        drop(fs::remove_dir_all(&data));
        fill(&binary, &data, None);
        fs::write(&ready, "").unwrap();
    }
    drop(making);
    Template { binary, data, _in_use: in_use }
}

fn lock_file(path: &Path) -> File {
    File::options().create(true).truncate(false).write(true).open(path).unwrap()
}

fn remove_others(folder: &Path, own: &Path) {
    let entries = fs::read_dir(folder).unwrap().filter_map(Result::ok).map(|entry| entry.path());
    for path in entries.filter(|path| path.is_dir() && path != own) {
        drop(fs::remove_dir_all(path));
    }
}

/// Serves the demo once on an empty directory, and database.
pub(crate) fn fill(binary: &Path, data: &Path, database_url: Option<&str>) {
    let mut child = Command::new(binary)
        .env_remove("DATABASE_URL")
        .envs(database_url.map(|url| ("DATABASE_URL", url)))
        .args(["serve", "--demo=quiet", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("SILVERBELL_DEMO_PASSWORD", PASSWORD)
        .envs(data_key(database_url))
        .envs(super::free_ports())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.any(|line| line.unwrap().starts_with("listening on watch"));
    assert!(ready, "the demo could not be filled: see above");
    // However it ends, what it was told is durable: the journal is copied with the database.
    terminate(child.id());
    child.wait().unwrap();
}

/// Returns the data key of the template for a database that is filled beside it: what is sealed there is
/// opened with it later.
fn data_key(database_url: Option<&str>) -> Option<(&'static str, String)> {
    database_url?;
    let key = fs::read_to_string(template().data.join("data-key")).unwrap();
    Some(("SILVERBELL_SERVER_DATA_KEY", key))
}

/// Sends SIGTERM.
pub(crate) fn terminate(pid: u32) {
    let sent = Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap();
    assert!(sent.success(), "cannot send SIGTERM to {pid}");
}

/// Copies the template's data, the embedded database with it if that is wanted.
pub(crate) fn copy_data(to: &Path, with_database: bool) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(&template().data).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if with_database || !name.to_string_lossy().starts_with("silverbell.db") {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}
