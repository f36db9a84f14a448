//! Lists of people: CSV in, looked at first and then put in, and CSV out.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use silverbell_dispatcher::{Import, RegistryDesk, RegistryRefused};
use silverbell_domain::{DistrictId, Senior};
use silverbell_lists::{
    BadRow, List, ListError, RESPONDER_COLUMNS, read_responders, read_seniors, responder_record,
    senior_columns, senior_record, write,
};
use silverbell_store::Thing;
use silverbell_web::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

use super::seniors::WhichDistrict;
use super::{one_district, refused};
use crate::error::store_problem;
use crate::session::CurrentUser;
use crate::{Api, dto};

/// A list has at most so many bytes.
pub(crate) const MAX_BODY: usize = 16 * 1024 * 1024;

/// So many lists are in memory at once.
pub(crate) const AT_ONCE: usize = 2;

/// So many bad rows are named; all are counted.
const MOST_NAMED: usize = 200;

/// So many files are read at once.
const READ_AT_ONCE: u32 = 1_000;

/// Contacts in an empty form.
const CONTACTS_OF_A_FORM: usize = 2;

/// How a list is taken.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
// A look that is spelt wrong must not become the thing itself.
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    /// `true`: only look, and say what would come of it.
    #[serde(default)]
    preview: bool,
    /// `true`: put in what is good although other rows are bad.
    #[serde(default)]
    skip_bad: bool,
    /// Needed by who serves several.
    district: Option<String>,
}

/// A list that came, and its place in memory.
struct Came {
    who: CurrentUser,
    district: DistrictId,
    bytes: Bytes,
    _place: OwnedSemaphorePermit,
}

async fn came(api: &Api, query: &ImportQuery, request: Request) -> Result<Came, Problem> {
    let (mut parts, body) = request.into_parts();
    let who = CurrentUser::from_request_parts(&mut parts, api).await?;
    // Nobody sends sixteen megabytes to be refused.
    who.supervisor()?;
    let district = one_district(api, &who, query.district.as_deref())?;
    let _place = place(&api.lists)?;
    let request = Request::from_parts(parts, body);
    let bytes = Bytes::from_request(request, api).await.map_err(|refused| {
        let status = refused.status();
        let words = match status {
            StatusCode::PAYLOAD_TOO_LARGE => "a list has at most 16 MiB: divide it",
            _ => "the list did not arrive whole; send it again",
        };
        Problem::new(status, words)
    })?;
    Ok(Came { who, district, bytes, _place })
}

/// Has a list read beside what serves everybody else.
async fn read<T: Send + 'static>(
    bytes: Bytes,
    read: fn(&[u8]) -> Result<List<T>, ListError>,
) -> Result<List<T>, Problem> {
    let read = spawn_blocking(move || read(&bytes)).await.map_err(|error| {
        tracing::error!(%error, "a list could not be read");
        Problem::internal()
    })?;
    read.map_err(|error| {
        let (line, code, detail) = (error.line(), error.code(), error.to_string());
        not_taken(detail.clone(), &[BadRow::new(line, "", code, detail)])
    })
}

fn not_taken(detail: String, bad: &[BadRow]) -> Problem {
    let mut problem = Problem::unprocessable(detail);
    problem.errors = serde_json::to_value(&bad[..bad.len().min(MOST_NAMED)]).ok().map(Box::new);
    problem
}

/// What is told of a list beside what comes of it.
struct About {
    encoding: String,
    delimiter: String,
    unknown_columns: Vec<String>,
}

impl About {
    fn of<T>(list: &List<T>) -> Self {
        Self {
            encoding: list.encoding.as_str().into(),
            delimiter: list.delimiter.sign().into(),
            unknown_columns: list.unknown_columns.clone(),
        }
    }

    fn report<T>(self, import: &Import<T>, preview: bool, imported: bool) -> dto::ImportReport {
        let bad = import.bad.iter().take(MOST_NAMED).map(|it| dto::BadRow {
            line: it.line,
            column: it.column.clone(),
            code: it.code.clone(),
            detail: it.detail.clone(),
        });
        let logins = import.without_login.iter().take(MOST_NAMED).map(|it| dto::WithoutLogin {
            responder: imported.then(|| it.responder.to_string()),
            username: it.username.clone(),
        });
        dto::ImportReport {
            preview,
            imported,
            rows: import.rows,
            new: import.new,
            changed: import.changed(),
            unchanged: import.unchanged,
            bad: import.bad_rows(),
            bad_rows: bad.collect(),
            encoding: self.encoding,
            delimiter: self.delimiter,
            unknown_columns: self.unknown_columns,
            without_login: logins.collect(),
        }
    }
}

/// Refuses a list of which rows are bad, unless they are skipped.
fn must_be_good<T>(import: &Import<T>, skip_bad: bool) -> Result<(), Problem> {
    if import.bad.is_empty() || skip_bad {
        return Ok(());
    }
    let count = import.bad_rows();
    let words = format!("nothing was put in: {count} rows are bad, each is named in `errors`");
    Err(not_taken(words, &import.bad))
}

fn stopped((written, why): (usize, RegistryRefused)) -> Problem {
    match why {
        RegistryRefused::Changed | RegistryRefused::Taken(_) => Problem::conflict(
            format!(
                "somebody else changed the registry meanwhile; {written} files are in: send the \
                 same list once more, it goes on where it ended"
            ),
            None,
        ),
        why => refused(why, None),
    }
}

fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    let place = places.clone().try_acquire_owned();
    place.map_err(|_| Problem::too_many("other lists are on their way; try again in a moment", 5))
}

/// Puts in a list of seniors: the bytes of a CSV file, UTF-8, UTF-16 or GB18030, with commas, semicolons
/// or tabs. Whoever has the same name and number, or the same `id`, is changed and not put in twice. With
/// a bad row nothing is put in, unless bad rows are skipped. It is written a little at a time, for an SOS waits
/// behind each piece: where the service falls in the middle, the same list once more goes on.
#[utoipa::path(post, path = "/v1/seniors/import", tag = "seniors", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "text/csv"), responses(
    (status = 200, description = "What came of it, or would", body = dto::ImportReport),
    (status = 403, description = "Supervisors do", body = Problem),
    (status = 413, description = "Larger than 16 MiB", body = Problem),
    (status = 422, description = "No list, or rows are bad: each with line, column, code and words in `errors`", body = Problem)))]
pub(crate) async fn import_seniors(
    State(api): State<Api>,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<Json<dto::ImportReport>, Problem> {
    let Came { who, district, bytes, _place } = came(&api, &query, request).await?;
    let list = read(bytes, read_seniors).await?;
    let about = About::of(&list);
    let desk = api.dispatcher.registry(who.user.id);
    let import = desk.look_at_seniors(&district, list).await.map_err(store_problem)?;
    if query.preview {
        return Ok(Json(about.report(&import, true, false)));
    }
    must_be_good(&import, query.skip_bad)?;
    let report = about.report(&import, false, true);
    desk.write_seniors(import).await.map_err(stopped)?;
    tracing::info!(user = %who.user.id, %district, new = report.new, changed = report.changed,
        "a list of seniors was put in");
    Ok(Json(report))
}

/// Puts in a list of responders, as `POST /v1/seniors/import` does of seniors. Nobody gets a login by it:
/// who shall have one and has not is named in `without_login`.
#[utoipa::path(post, path = "/v1/responders/import", tag = "responders", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "text/csv"), responses(
    (status = 200, description = "What came of it, or would", body = dto::ImportReport),
    (status = 403, description = "Supervisors do", body = Problem),
    (status = 413, description = "Larger than 16 MiB", body = Problem),
    (status = 422, description = "No list, or rows are bad: each with line, column, code and words in `errors`", body = Problem)))]
pub(crate) async fn import_responders(
    State(api): State<Api>,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<Json<dto::ImportReport>, Problem> {
    let Came { who, district, bytes, _place } = came(&api, &query, request).await?;
    let list = read(bytes, read_responders).await?;
    let about = About::of(&list);
    let desk = api.dispatcher.registry(who.user.id);
    let import = desk.look_at_responders(&district, list).await.map_err(store_problem)?;
    if query.preview {
        return Ok(Json(about.report(&import, true, false)));
    }
    must_be_good(&import, query.skip_bad)?;
    let report = about.report(&import, false, true);
    desk.write_responders(import).await.map_err(stopped)?;
    tracing::info!(user = %who.user.id, %district, new = report.new, changed = report.changed,
        "a list of responders was put in");
    Ok(Json(report))
}

/// Returns all seniors of a district as CSV that can be put in again without loss.
#[utoipa::path(get, path = "/v1/seniors/export", tag = "seniors", params(WhichDistrict), responses(
    (status = 200, description = "CSV, UTF-8 with its mark", content_type = "text/csv"),
    (status = 403, description = "Supervisors may", body = Problem)))]
pub(crate) async fn export_seniors(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<WhichDistrict>,
) -> Result<Response, Problem> {
    who.supervisor()?;
    let _place = place(&api.lists_out)?;
    let district = one_district(&api, &who, which.district.as_deref())?;
    let desk = api.dispatcher.registry(who.user.id);
    let seniors = all_seniors(&desk, &district).await?;
    desk.note_export(&district, Thing::Seniors, seniors.len()).await.map_err(store_problem)?;
    tracing::info!(user = %who.user.id, %district, count = seniors.len(), "the seniors were taken out");
    let bytes = spawn_blocking(move || {
        let contacts = seniors.iter().map(|it| it.contacts.len()).max().unwrap_or(0);
        let records = seniors.iter().map(|it| senior_record(it, contacts));
        write(&senior_columns(contacts), records)
    });
    let bytes = bytes.await.map_err(|_| Problem::internal())?;
    Ok(csv(bytes, "seniors.csv"))
}

async fn all_seniors(
    desk: &RegistryDesk<'_>,
    district: &DistrictId,
) -> Result<Vec<Senior>, Problem> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = desk.store.seniors_from(district, after, READ_AT_ONCE).await;
        let (seniors, next) = page.map_err(store_problem)?;
        all.extend(seniors);
        match next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

/// Returns all responders of a district as CSV that can be put in again without loss.
#[utoipa::path(get, path = "/v1/responders/export", tag = "responders", params(WhichDistrict),
    responses((status = 200, description = "CSV, UTF-8 with its mark", content_type = "text/csv"),
        (status = 403, description = "Supervisors may", body = Problem)))]
pub(crate) async fn export_responders(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<WhichDistrict>,
) -> Result<Response, Problem> {
    who.supervisor()?;
    let district = one_district(&api, &who, which.district.as_deref())?;
    let store = api.dispatcher.store();
    let people = store.responders(&district).await.map_err(store_problem)?;
    let ids: Vec<_> = people.iter().map(|it| it.id).collect();
    let logins = store.responder_logins(&ids).await.map_err(store_problem)?;
    let desk = api.dispatcher.registry(who.user.id);
    desk.note_export(&district, Thing::Responders, people.len()).await.map_err(store_problem)?;
    tracing::info!(user = %who.user.id, %district, count = people.len(), "the responders were taken out");
    let records = people.iter().map(|person| {
        let login = logins.iter().find(|(id, _)| *id == person.id).map(|(_, name)| &**name);
        responder_record(person, login.unwrap_or_default())
    });
    Ok(csv(write(&RESPONDER_COLUMNS.map(str::to_owned), records), "responders.csv"))
}

/// Returns an empty list of seniors to fill in.
#[utoipa::path(get, path = "/v1/seniors/template", tag = "seniors", responses(
    (status = 200, description = "CSV, UTF-8 with its mark", content_type = "text/csv")))]
pub(crate) async fn template_of_seniors(who: CurrentUser) -> Result<Response, Problem> {
    who.operator()?;
    Ok(csv(write(&senior_columns(CONTACTS_OF_A_FORM), []), "seniors-template.csv"))
}

/// Returns an empty list of responders to fill in.
#[utoipa::path(get, path = "/v1/responders/template", tag = "responders", responses(
    (status = 200, description = "CSV, UTF-8 with its mark", content_type = "text/csv")))]
pub(crate) async fn template_of_responders(who: CurrentUser) -> Result<Response, Problem> {
    who.operator()?;
    let columns = RESPONDER_COLUMNS.map(str::to_owned);
    Ok(csv(write(&columns, []), "responders-template.csv"))
}

fn csv(bytes: Vec<u8>, name: &'static str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition)
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}
