//! The map that pages draw, in ranges: one file, of which a page asks for the few kilobytes of each
//! tile. Nothing of a request is ever part of a path.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use silverbell_web::Problem;

use crate::map_in_use::{MAP_TYPE, MapFile, MapInUse};
use crate::session::CurrentUser;
use crate::{Api, dto};

/// So much of an answer is in memory, bytes: more than any tile, so that a tile is one piece.
const PIECE: u64 = 256 * 1024;

/// Says which map there is, and whose work it is. A page asks now and then: another `version` is
/// another map.
#[utoipa::path(get, path = "/v1/map", tag = "districts", responses(
    (status = 200, description = "The map", body = dto::MapInfo)))]
pub(crate) async fn info(State(api): State<Api>, _who: CurrentUser) -> Json<dto::MapInfo> {
    let tiles = api.settings.map.get().map(|map| dto::MapTiles {
        version: map.version.clone(),
        origin: map.origin.as_str().into(),
        bounds: map.bounds,
        min_zoom: map.min_zoom,
        max_zoom: map.max_zoom,
        attribution: map.attribution.clone(),
    });
    Json(dto::MapInfo { tiles })
}

/// Returns the map as a PMTiles file, or the range of it that is asked for.
#[utoipa::path(get, path = "/v1/map.pmtiles", tag = "districts", responses(
    (status = 200, description = "The whole file", content_type = "application/vnd.pmtiles"),
    (status = 206, description = "The range asked for", content_type = "application/vnd.pmtiles"),
    (status = 304, description = "It is what `If-None-Match` says"),
    (status = 404, description = "There is no map", body = Problem),
    (status = 416, description = "The range lies beyond the end", body = Problem)))]
pub(crate) async fn tiles(
    State(api): State<Api>,
    _who: CurrentUser,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let maps = &api.settings.map;
    let map = maps.get().ok_or_else(|| {
        Problem::not_found("there is no map: import an extract, or set server.map_tiles")
    })?;
    let tag = format!("\"{}\"", map.version);
    let mut response = match asked(&headers, &tag, map.len) {
        Asked::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Asked::Beyond => {
            let words = "the range lies beyond the end of the map";
            let refused = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, words);
            let mut response = refused.into_response();
            put(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", map.len));
            response
        }
        Asked::Whole => body(maps, map.clone(), 0..map.len).await?,
        Asked::Part(range) => {
            let of = format!("bytes {}-{}/{}", range.start, range.end - 1, map.len);
            let mut response = body(maps, map.clone(), range).await?;
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            put(&mut response, header::CONTENT_RANGE, &of);
            response
        }
    };
    put(&mut response, header::ETAG, &tag);
    put(&mut response, header::ACCEPT_RANGES, "bytes");
    put(&mut response, header::CACHE_CONTROL, "private, no-cache");
    Ok(response)
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    // Numbers and a version of letters and digits: there is nothing that a header cannot say.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What of the file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    NotModified,
    Beyond,
}

/// Reads what is asked for. What is not one plain range is answered with the whole file, as HTTP wants
/// it of a server that does not do more.
fn asked(headers: &HeaderMap, tag: &str, len: u64) -> Asked {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(known) = text(header::IF_NONE_MATCH) {
        let mut known = known.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        if known.any(|known| known == tag || known == "*") {
            return Asked::NotModified;
        }
    }
    let is_of_this = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let range = text(header::RANGE).filter(|_| is_of_this);
    let Some((first, last)) = range
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(first) || !is_number(last) || (first.is_empty() && last.is_empty()) {
        return Asked::Whole;
    }
    // A number too long to read lies beyond every end.
    let number = |text: &str| text.parse().unwrap_or(u64::MAX);
    let range = match (first, last) {
        ("", last) => len.saturating_sub(number(last))..len,
        (first, "") => number(first)..len,
        (first, last) if number(last) < number(first) => return Asked::Whole,
        (first, last) => number(first)..number(last).saturating_add(1).min(len),
    };
    if range.start >= range.end { Asked::Beyond } else { Asked::Part(range) }
}

/// Reads the first piece of a range.
async fn piece(maps: &MapInUse, map: &Arc<MapFile>, range: &Range<u64>) -> io::Result<Vec<u8>> {
    let len = (range.end - range.start).min(PIECE);
    let read = maps.read(map.clone(), range.start, len as usize).await;
    read.inspect_err(|error| tracing::error!(%error, "the map cannot be read"))
}

/// Returns a range of the map, a piece in memory at a time.
async fn body(maps: &MapInUse, map: Arc<MapFile>, range: Range<u64>) -> Result<Response, Problem> {
    let len = range.end - range.start;
    // Read before the answer begins, so that a fault is an answer, too.
    let fault = |_| Problem::unavailable("the map cannot be read at present", 5);
    let first = piece(maps, &map, &range).await.map_err(fault)?;
    let rest = range.start + first.len() as u64..range.end;
    let body = if rest.is_empty() {
        Body::from(first)
    } else {
        Body::from_stream(try_unfold((maps.clone(), map, rest, Some(first)), next))
    };
    let mut response = body.into_response();
    put(&mut response, header::CONTENT_TYPE, MAP_TYPE);
    put(&mut response, header::CONTENT_LENGTH, &len.to_string());
    Ok(response)
}

/// What is still to be sent, and the piece that was read already.
type Sending = (MapInUse, Arc<MapFile>, Range<u64>, Option<Vec<u8>>);

async fn next((maps, map, mut rest, first): Sending) -> io::Result<Option<(Bytes, Sending)>> {
    if let Some(first) = first {
        return Ok(Some((first.into(), (maps, map, rest, None))));
    }
    if rest.is_empty() {
        return Ok(None);
    }
    let read = piece(&maps, &map, &rest).await?;
    rest.start += read.len() as u64;
    Ok(Some((read.into(), (maps, map, rest, None))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "\"64-1-2\"";

    fn reads(pairs: &[(HeaderName, &'static str)]) -> Asked {
        let pairs =
            pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        asked(&pairs.collect(), TAG, 100)
    }

    #[test]
    fn one_range_is_a_part_and_never_longer_than_the_file() {
        for (range, part) in [
            ("bytes=0-9", 0..10),
            ("bytes=90-", 90..100),
            ("bytes=-5", 95..100),
            ("bytes=-500", 0..100),
            ("bytes=0-18446744073709551615", 0..100),
            ("bytes=99-99", 99..100),
        ] {
            assert_eq!(reads(&[(header::RANGE, range)]), Asked::Part(part), "{range}");
        }
    }

    #[test]
    fn a_range_beyond_the_end_is_refused_and_one_that_is_none_is_the_whole() {
        for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(reads(&[(header::RANGE, range)]), Asked::Beyond, "{range}");
        }
        for range in
            ["bytes=0-9,20-29", "bytes=-", "bytes=9-0", "bytes=a-b", "pages=1-2", "bytes=+1-2", ""]
        {
            assert_eq!(reads(&[(header::RANGE, range)]), Asked::Whole, "{range}");
        }
    }

    #[test]
    fn a_range_of_another_file_is_the_whole_of_this_one() {
        let range = (header::RANGE, "bytes=0-9");
        assert_eq!(reads(&[range.clone(), (header::IF_RANGE, TAG)]), Asked::Part(0..10));
        assert_eq!(reads(&[range, (header::IF_RANGE, "\"other\"")]), Asked::Whole);
    }

    #[test]
    fn what_the_browser_has_already_is_not_sent_again() {
        for known in [TAG, "\"other\", \"64-1-2\"", "W/\"64-1-2\"", "*"] {
            assert_eq!(reads(&[(header::IF_NONE_MATCH, known)]), Asked::NotModified, "{known}");
        }
        assert_eq!(reads(&[(header::IF_NONE_MATCH, "\"other\"")]), Asked::Whole);
    }
}
