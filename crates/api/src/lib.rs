//! People's routes: sessions, tickets, offers, duty, and the live feed, with the OpenAPI document.

mod act;
mod call_routes;
mod coverage_routes;
mod device_routes;
mod district_routes;
pub mod dto;
mod error;
mod guard;
mod hub;
mod live;
mod me_routes;
mod offer_routes;
mod senior_routes;
mod session;
mod session_routes;
mod silence_routes;
mod state;
#[cfg(test)]
mod testing;
mod throttle;
mod ticket_routes;
mod view;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use hub::Hubs;
pub use session::{Secrets, hash_password};
pub use state::{Api, ApiSettings};

/// A request of a person is small.
const MAX_BODY: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(components(schemas(dto::LiveMessage, silverbell_web::Problem)))]
struct PeopleDoc;

/// Returns the routes of people.
pub fn router(api: Api) -> OpenApiRouter {
    routes()
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(api.clone(), guard::refuse_foreign_origins))
        .layer(middleware::map_response(guard::problems_only))
        .layer(middleware::map_response(guard::not_stored))
        .with_state(api)
}

/// Returns the OpenAPI document of the routes of people.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(PeopleDoc::openapi())
        .routes(routes!(session_routes::log_in, session_routes::current, session_routes::log_out))
        .routes(routes!(ticket_routes::list, ticket_routes::open))
        .routes(routes!(ticket_routes::file))
        .routes(routes!(ticket_routes::seen))
        .routes(routes!(ticket_routes::answer))
        .routes(routes!(ticket_routes::confirm))
        .routes(routes!(ticket_routes::verify))
        .routes(routes!(silence_routes::no_voice))
        .routes(routes!(silence_routes::heard))
        .routes(routes!(ticket_routes::widen))
        .routes(routes!(ticket_routes::tell_family))
        .routes(routes!(ticket_routes::notes))
        .routes(routes!(ticket_routes::place))
        .routes(routes!(ticket_routes::escalate))
        .routes(routes!(ticket_routes::assign))
        .routes(routes!(ticket_routes::close))
        .routes(routes!(ticket_routes::reopen))
        .routes(routes!(ticket_routes::follow_ups))
        .routes(routes!(offer_routes::file))
        .routes(routes!(offer_routes::step))
        .routes(routes!(me_routes::duty))
        .routes(routes!(me_routes::positions))
        .routes(routes!(me_routes::offers))
        .routes(routes!(me_routes::probe))
        .routes(routes!(district_routes::search_seniors))
        .routes(routes!(district_routes::district))
        .routes(routes!(district_routes::map))
        .routes(routes!(device_routes::list))
        .routes(routes!(device_routes::unknown))
        .routes(routes!(device_routes::file))
        .routes(routes!(device_routes::signals))
        .routes(routes!(device_routes::ask))
        .routes(routes!(call_routes::info))
        .routes(routes!(call_routes::list, call_routes::call))
        .routes(routes!(call_routes::summary))
        .routes(routes!(senior_routes::file))
        .routes(routes!(senior_routes::set_plan))
        .routes(routes!(coverage_routes::coverage))
        .routes(routes!(coverage_routes::isochrones))
        .routes(routes!(coverage_routes::standby))
        .routes(routes!(coverage_routes::set_standby))
        .routes(routes!(offer_routes::route))
        .routes(routes!(live::live))
}
