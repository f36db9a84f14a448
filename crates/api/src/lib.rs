//! People's routes: sessions, tickets, offers, duty, and the live feed, with the OpenAPI document.

mod act;
mod after_routes;
mod call_report_routes;
mod call_routes;
mod canary;
mod certificate_routes;
mod coverage_routes;
mod desk_routes;
mod device_report_routes;
mod device_routes;
mod district_routes;
pub mod dto;
mod entry_routes;
mod error;
mod face_routes;
mod guard;
mod handover_routes;
mod health_routes;
mod hub;
mod key_routes;
mod live;
mod map_in_use;
mod map_routes;
mod me_routes;
mod measure_routes;
mod month_routes;
mod offer_link_routes;
mod offer_routes;
mod photo_routes;
mod push_routes;
mod registry;
mod report_routes;
mod report_table_routes;
mod roster_routes;
mod safety_routes;
mod scene_routes;
mod senior_routes;
mod session;
mod session_routes;
mod silence_routes;
mod state;
mod summary_routes;
#[cfg(test)]
mod testing;
mod throttle;
mod ticket_routes;
mod view;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

pub use canary::{CanaryFailure, CanaryNews, CanaryOutside, CanaryPort, CanaryRound};
pub use hub::Hubs;
pub use map_in_use::{MAP_TYPE, MapFile, MapInUse, MapOrigin};
pub use push_routes::{NotWoken, PushBrowser, PushKeys, Pushes};
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
        .routes(routes!(after_routes::follow_ups))
        .routes(routes!(after_routes::due))
        .routes(routes!(ticket_routes::search))
        .routes(routes!(handover_routes::hand_over))
        .routes(routes!(handover_routes::card))
        .routes(routes!(handover_routes::share))
        .routes(routes!(handover_routes::revoke))
        .routes(routes!(handover_routes::read_by_link))
        .routes(routes!(handover_routes::state_death))
        .routes(routes!(handover_routes::sign_death))
        .routes(routes!(safety_routes::sos))
        .routes(routes!(safety_routes::word))
        .routes(routes!(entry_routes::force))
        .routes(routes!(photo_routes::add).layer(DefaultBodyLimit::max(photo_routes::MAX_BODY)))
        .routes(
            routes!(face_routes::put, face_routes::remove, face_routes::file)
                .layer(DefaultBodyLimit::max(face_routes::MAX_BODY)),
        )
        .routes(routes!(photo_routes::file))
        .routes(routes!(photo_routes::log))
        .routes(routes!(key_routes::list, key_routes::add))
        .routes(routes!(key_routes::list_out))
        .routes(routes!(key_routes::change))
        .routes(routes!(key_routes::sign_out))
        .routes(routes!(key_routes::sign_in))
        .routes(routes!(key_routes::read_code))
        .routes(routes!(key_routes::log))
        .routes(routes!(offer_routes::file))
        .routes(routes!(offer_routes::step))
        .routes(routes!(scene_routes::wrong_address))
        .routes(routes!(scene_routes::report))
        .routes(routes!(offer_routes::ask_support))
        .routes(routes!(offer_routes::ask_ambulance))
        .routes(routes!(offer_link_routes::open))
        .routes(routes!(offer_link_routes::file))
        .routes(routes!(offer_link_routes::step))
        .routes(routes!(offer_link_routes::centre))
        .routes(routes!(offer_routes::seen))
        .routes(routes!(me_routes::duty))
        .routes(routes!(me_routes::positions))
        .routes(routes!(me_routes::offers))
        .routes(routes!(me_routes::probe))
        .routes(routes!(me_routes::self_test))
        .routes(routes!(me_routes::month))
        .routes(routes!(report_routes::response_times))
        .routes(routes!(summary_routes::summary))
        .routes(routes!(summary_routes::heat))
        .routes(routes!(device_report_routes::devices))
        .routes(routes!(summary_routes::handovers))
        .routes(routes!(report_table_routes::tickets))
        .routes(routes!(measure_routes::definitions))
        .routes(routes!(measure_routes::results))
        .routes(routes!(measure_routes::tickets))
        .routes(routes!(measure_routes::figures))
        .routes(routes!(measure_routes::figure_tickets))
        .routes(routes!(call_report_routes::calls))
        .routes(routes!(call_report_routes::grade))
        .routes(routes!(certificate_routes::ending))
        .routes(routes!(month_routes::causes))
        .routes(routes!(month_routes::review))
        .routes(routes!(month_routes::reviews))
        .routes(routes!(month_routes::close))
        .routes(routes!(month_routes::list))
        .routes(routes!(month_routes::kept))
        .routes(routes!(push_routes::info))
        .routes(routes!(push_routes::subscribe))
        .routes(routes!(push_routes::forget))
        .routes(routes!(district_routes::search_seniors))
        .routes(routes!(district_routes::district, registry::districts::replace))
        .routes(routes!(district_routes::set_weather))
        .routes(routes!(district_routes::map))
        .routes(routes!(map_routes::info))
        .routes(routes!(map_routes::tiles))
        .routes(routes!(device_routes::list, registry::devices::add))
        .routes(routes!(device_routes::unknown))
        .routes(routes!(device_routes::file, registry::devices::remove))
        .routes(routes!(device_routes::signals))
        .routes(routes!(device_routes::ask))
        .routes(routes!(call_routes::info))
        .routes(routes!(call_routes::list, call_routes::call))
        .routes(routes!(call_routes::summary))
        .routes(routes!(senior_routes::file, registry::seniors::replace))
        .routes(routes!(registry::seniors::list, registry::seniors::add))
        .routes(routes!(registry::seniors::changes))
        .routes(
            routes!(registry::lists::import_seniors)
                .layer(DefaultBodyLimit::max(registry::lists::MAX_BODY)),
        )
        .routes(
            routes!(registry::lists::import_responders)
                .layer(DefaultBodyLimit::max(registry::lists::MAX_BODY)),
        )
        .routes(routes!(registry::lists::export_seniors))
        .routes(routes!(registry::lists::export_responders))
        .routes(routes!(registry::lists::template_of_seniors))
        .routes(routes!(registry::lists::template_of_responders))
        .routes(routes!(registry::responders::list, registry::responders::add))
        .routes(routes!(registry::responders::file, registry::responders::replace))
        .routes(routes!(registry::responders::changes))
        .routes(routes!(registry::devices::retire))
        .routes(routes!(registry::devices::hand_on))
        .routes(routes!(registry::devices::new_key))
        .routes(routes!(registry::districts::list))
        .routes(routes!(senior_routes::set_plan))
        .routes(routes!(senior_routes::alive))
        .routes(routes!(health_routes::health))
        .routes(routes!(coverage_routes::coverage))
        .routes(routes!(coverage_routes::isochrones))
        .routes(routes!(coverage_routes::standby))
        .routes(routes!(coverage_routes::set_standby))
        .routes(routes!(offer_routes::route))
        .routes(routes!(roster_routes::roster))
        .routes(
            routes!(roster_routes::replace).layer(DefaultBodyLimit::max(roster_routes::MAX_BODY)),
        )
        .routes(routes!(roster_routes::add))
        .routes(routes!(roster_routes::remove))
        .routes(routes!(roster_routes::cover))
        .routes(routes!(desk_routes::tell))
        .routes(routes!(desk_routes::list))
        .routes(routes!(desk_routes::notes, desk_routes::add_note))
        .routes(routes!(desk_routes::read_note))
        .routes(routes!(live::live))
}
