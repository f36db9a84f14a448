//! PostGIS: the nearest by straight line, from an index.

use std::time::Instant;

use anyhow::{Context, Result};
use silverbell_domain::LatLon;
use silverbell_testkit_postgres::Server;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::stats::Micros;

/// Prepared once, planned anew only while that pays: what somebody writes who takes care.
const NEAREST: &str =
    "SELECT id FROM people ORDER BY geom <-> ST_SetSRID(ST_MakePoint($1, $2), 4326) LIMIT 5";

/// The same for all doors within the server: what no client could be faster than.
const ALONE: &str = "CREATE FUNCTION alone_us(lons float8[], lats float8[]) RETURNS float8 AS $$
DECLARE
    door geometry;
    begun timestamptz := clock_timestamp();
BEGIN
    FOR n IN 1 .. array_length(lons, 1) LOOP
        door := ST_SetSRID(ST_MakePoint(lons[n], lats[n]), 4326);
        PERFORM id FROM people ORDER BY geom <-> door LIMIT 5;
    END LOOP;
    RETURN extract(epoch FROM clock_timestamp() - begun) * 1e6 / array_length(lons, 1);
END $$ LANGUAGE plpgsql";

/// A throw-away server with one connection to it.
pub(super) struct PostGis {
    connection: PgConnection,
    // Stopped when dropped.
    _server: Server,
}

impl PostGis {
    /// Starts one.
    pub(super) async fn start() -> Result<Self> {
        let server = Server::start().context("PostgreSQL")?;
        let connection = PgConnection::connect(&server.url("postgres")).await?;
        let mut postgis = Self { connection, _server: server };
        postgis.execute("CREATE EXTENSION postgis").await?;
        let people = "CREATE TABLE people (id bigint PRIMARY KEY, geom geometry(Point, 4326))";
        postgis.execute(people).await?;
        postgis.execute("CREATE INDEX ON people USING gist (geom)").await?;
        postgis.execute(ALONE).await?;
        Ok(postgis)
    }

    /// Returns the versions.
    pub(super) async fn version(&mut self) -> Result<String> {
        let sql = "SELECT extversion || ' on PostgreSQL ' || current_setting('server_version')
                   FROM pg_extension WHERE extname = 'postgis'";
        Ok(sqlx::query_scalar(sql).fetch_one(&mut self.connection).await?)
    }

    /// Puts these people in, and nobody else.
    pub(super) async fn fill(&mut self, places: &[LatLon]) -> Result<()> {
        self.execute("TRUNCATE people").await?;
        let (lons, lats) = columns(places);
        sqlx::query(
            "INSERT INTO people SELECT n, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
             FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY AS of (lon, lat, n)",
        )
        .bind(lons)
        .bind(lats)
        .execute(&mut self.connection)
        .await?;
        self.execute("VACUUM ANALYZE people").await
    }

    /// Finds the nearest of each door.
    pub(super) async fn nearest(&mut self, doors: &[LatLon], took: &mut Micros) -> Result<()> {
        for door in doors {
            let started = Instant::now();
            let found: Vec<i64> = sqlx::query_scalar(NEAREST)
                .bind(door.lon)
                .bind(door.lat)
                .fetch_all(&mut self.connection)
                .await?;
            took.record(started.elapsed());
            anyhow::ensure!(found.len() == 5, "PostGIS found {} people", found.len());
        }
        Ok(())
    }

    /// Returns what one of these takes on the average within the server, microseconds.
    pub(super) async fn alone_us(&mut self, doors: &[LatLon]) -> Result<f64> {
        let (lons, lats) = columns(doors);
        let sql = "SELECT alone_us($1, $2)";
        Ok(sqlx::query_scalar(sql).bind(lons).bind(lats).fetch_one(&mut self.connection).await?)
    }

    async fn execute(&mut self, sql: &str) -> Result<()> {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.connection).await?;
        Ok(())
    }
}

fn columns(places: &[LatLon]) -> (Vec<f64>, Vec<f64>) {
    places.iter().map(|place| (place.lon, place.lat)).unzip()
}
