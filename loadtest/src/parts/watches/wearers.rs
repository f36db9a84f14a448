//! Who wears the watches: put into the database before the service starts, and what it kept of them
//! after it has stopped.

use std::path::Path;

use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, FromRow};

/// As many copies of the demo's seniors, in turn, as are wanted.
const SENIORS: &str = "
    WITH RECURSIVE
        copy (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < ?1),
        model AS (SELECT row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS many, *
                  FROM seniors)
    INSERT INTO seniors (district, id, name, born, village, address, phones, lat, lon, file)
    SELECT district, printf('00000000-0000-7000-8000-%012x', n), name, born, village, address,
        phones, lat, lon, json_set(file, '$.id', printf('00000000-0000-7000-8000-%012x', n))
    FROM copy JOIN model ON place = n % many";

/// A watch for each of them; no watch of the demo has such a number.
const DEVICES: &str = "
    INSERT INTO devices (id, protocol, ident, district, senior)
    SELECT replace(id, '-7000-', '-7001-'), 'watch', printf('88%08d', rowid), district, id
    FROM seniors WHERE id LIKE '00000000-0000-7000-%'";

const WEARERS: &str = "
    SELECT ident, lat, lon FROM devices JOIN seniors ON seniors.id = senior
    WHERE protocol = 'watch' AND ident LIKE '88%' ORDER BY ident";

const KEPT: &str = "
    SELECT (SELECT count(*) FROM signals WHERE protocol = 'watch' AND kind = 'sos') AS alarms,
        (SELECT count(*) FROM tickets) AS tickets,
        (SELECT count(*) FROM device_reports WHERE position IS NOT NULL) AS positions,
        (SELECT count(*) FROM device_reports WHERE position IS NULL) AS heartbeats";

/// Somebody with a watch.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Wearer {
    /// What the watch calls itself.
    pub(super) ident: String,
    /// The door.
    pub(super) lat: f64,
    pub(super) lon: f64,
}

/// What the service kept.
#[derive(Clone, Copy, Debug, FromRow)]
pub(super) struct Kept {
    #[sqlx(try_from = "i64")]
    pub(super) alarms: u64,
    #[sqlx(try_from = "i64")]
    pub(super) tickets: u64,
    #[sqlx(try_from = "i64")]
    pub(super) positions: u64,
    #[sqlx(try_from = "i64")]
    pub(super) heartbeats: u64,
}

/// Adds seniors with a watch, so that every one who presses opens a ticket of their own.
pub(super) async fn add(data: &Path, count: usize) -> Result<Vec<Wearer>> {
    let mut database = open(data).await?;
    sqlx::query(SENIORS).bind(i64::try_from(count)?).execute(&mut database).await?;
    sqlx::query(DEVICES).execute(&mut database).await?;
    Ok(sqlx::query_as(WEARERS).fetch_all(&mut database).await?)
}

/// Counts what was kept of what the watches said.
pub(super) async fn kept(data: &Path) -> Result<Kept> {
    Ok(sqlx::query_as(KEPT).fetch_one(&mut open(data).await?).await?)
}

async fn open(data: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(data.join("silverbell.db"));
    Ok(options.disable_statement_logging().connect().await?)
}
