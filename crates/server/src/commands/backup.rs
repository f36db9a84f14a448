//! `silverbell backup` and `silverbell restore`: one file that either database can be made from.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use silverbell_store::{BackupReader, BackupWriter};

use crate::config::Config;
use crate::database::Database;
use crate::{data_key, files};

/// Writes a consistent copy of everything that is kept, while SOS go on being kept. The file
/// appears when it is whole; only its owner can read it.
pub(crate) async fn backup(config: &Config, file: &Path) -> Result<ExitCode> {
    let database = Database::chosen(config)?;
    database.must_exist()?;
    refuse_what_is_no_backup(file)?;
    let draft = draft(file);
    // What an interrupted backup left; that it is not there is no error.
    drop(std::fs::remove_file(&draft));
    let written = write(&database, &draft, file).await;
    if written.is_err() {
        drop(std::fs::remove_file(&draft));
    }
    let rows = written.with_context(|| format!("cannot write the backup {}", file.display()))?;
    super::print(&format!("{}: {rows} rows", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// What a backup of ours begins with: gzip.
const PACKED: [u8; 2] = [0x1f, 0x8b];

/// A backup replaces an older one, and nothing else: not the database, not a device.
fn refuse_what_is_no_backup(file: &Path) -> Result<()> {
    let Ok(there) = std::fs::symlink_metadata(file) else { return Ok(()) };
    let mut start = [0; 2];
    let is_backup = there.is_file()
        && File::open(file).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == PACKED;
    if !is_backup {
        bail!("{} is there and is no backup: choose another name", file.display());
    }
    Ok(())
}

async fn write(database: &Database, draft: &Path, file: &Path) -> Result<u64> {
    let out = OpenOptions::new().create_new(true).write(true).mode(0o600).open(draft)?;
    let packed = GzEncoder::new(BufWriter::new(out), Compression::default());
    let mut writer = BackupWriter::new(packed)?;
    database.dump(&mut writer).await?;
    let (packed, rows) = writer.finish()?;
    let out = packed.finish()?.into_inner().map_err(|error| error.into_error())?;
    out.sync_all()?;
    std::fs::rename(draft, file)?;
    Ok(rows)
}

fn draft(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

/// Makes the database from a backup where none is yet, and verifies every ticket's history.
pub(crate) async fn restore(config: &Config, file: &Path) -> Result<ExitCode> {
    let database = Database::chosen(config)?;
    let input =
        File::open(file).with_context(|| format!("cannot read the backup {}", file.display()))?;
    files::prepare(&config.data)?;
    let _lock = files::lock(&config.data)?;
    let unpacked = BufReader::new(GzDecoder::new(BufReader::new(input)));
    let loaded = async {
        let mut reader = BackupReader::new(unpacked)?;
        database.load(&mut reader).await
    };
    loaded.await.with_context(|| format!("cannot restore {}", file.display()))?;
    let store = super::open(config).await?;
    let wrong = store.check().await?;
    // It is restored all the same: the key may be brought later.
    match data_key::seals_at_hand(config) {
        Ok(seals) => {
            if let Some(words) = data_key::unreadable(&*store, &seals).await? {
                super::print(&words)?;
            }
        }
        Err(error) => super::print(&format!("the data key cannot be used: {error:#}"))?,
    }
    if wrong.is_empty() {
        super::print("restored; every ticket's history is sound")?;
        return Ok(ExitCode::SUCCESS);
    }
    super::print(&format!(
        "restored as it was backed up, and that is not sound:\n{}",
        wrong.join("\n")
    ))?;
    Ok(ExitCode::FAILURE)
}
