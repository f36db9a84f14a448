//! Certificates of responders that have ended or will (证书到期).

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use silverbell_domain::latest_of_each;
use silverbell_web::Problem;
use utoipa::ToSchema;

use crate::Api;
use crate::district_routes::chosen;
use crate::error::store_problem;
use crate::report_routes::served;
use crate::session::CurrentUser;
use crate::summary_routes::place;

/// So far ahead one may look, days.
const FURTHEST_DAYS: i64 = 400;

#[derive(Debug, Deserialize)]
pub(crate) struct Ahead {
    #[serde(default = "two_months")]
    within_days: i64,
    district: Option<String>,
}

const fn two_months() -> i64 {
    60
}

/// A certificate that has ended or will soon.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndingCertificate {
    /// Whose, an identity.
    responder: String,
    /// Whose, by name.
    responder_name: String,
    /// What it is called.
    name: String,
    /// Its last day, `YYYY-MM-DD`.
    until: String,
    /// Days until then by the district's calendar, 0 on its last day; negative when it has ended.
    days_left: i64,
}

/// Returns the certificates of people in the service that have ended or will within some days, those that
/// ended first at the top. Of each name the latest counts: what was renewed is not over.
#[utoipa::path(get, path = "/v1/reports/certificates", tag = "reports",
    params(
        ("within_days" = Option<i64>, Query, description = "0 to 400; 60 when missing"),
        ("district" = Option<String>, Query, description = "One district; all that are served when missing")),
    responses((status = 200, description = "The certificates", body = Vec<EndingCertificate>),
        (status = 422, description = "No such number of days", body = Problem)))]
pub(crate) async fn ending(
    State(api): State<Api>,
    who: CurrentUser,
    Query(ahead): Query<Ahead>,
) -> Result<Json<Vec<EndingCertificate>>, Problem> {
    who.supervisor()?;
    if !(0..=FURTHEST_DAYS).contains(&ahead.within_days) {
        return Err(Problem::unprocessable(format!("within_days: 0 to {FURTHEST_DAYS}")));
    }
    let districts = chosen(&api, &who, ahead.district.as_deref())?;
    served(&api, &districts)?;
    let _place = place(&api).await?;
    let mut ending = Vec::new();
    let now = api.dispatcher.clock().now();
    for board in districts.iter().filter_map(|district| api.dispatcher.board(district)) {
        let clock = api.dispatcher.local_clock(&board).await.map_err(store_problem)?;
        let today = clock.day_in_words(now);
        let there = api.dispatcher.store().responders(board.district()).await;
        for responder in there.map_err(store_problem)? {
            if responder.left_at.is_some() {
                continue;
            }
            let latest = latest_of_each(&responder.certificates);
            ending.extend(latest.into_iter().filter_map(|certificate| {
                let days_left = certificate.days_left(&today)?;
                (days_left <= ahead.within_days).then(|| EndingCertificate {
                    responder: responder.id.to_string(),
                    responder_name: responder.name.clone(),
                    name: certificate.name.clone(),
                    until: certificate.until.clone(),
                    days_left,
                })
            }));
        }
    }
    ending.sort_by(|a, b| (a.days_left, &a.responder_name).cmp(&(b.days_left, &b.responder_name)));
    Ok(Json(ending))
}
