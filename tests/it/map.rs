//! The map that operators look at: who may read it, in ranges; an import is noticed, a configured file
//! wins, and a file that is none takes nothing away.

use reqwest::header::{ETAG, IF_NONE_MATCH, IF_RANGE, RANGE};
use reqwest::{Method, Response};
use serde_json::Value;
use silverbell_testkit::Extract;

use crate::service::{Json, Person, TestService, eventually};

/// A town of one street.
fn town() -> Extract {
    Extract {
        nodes: vec![(1, 24.5, 117.7, vec![]), (2, 24.51, 117.7, vec![])],
        ways: vec![(11, vec![1, 2], vec![("highway", "residential"), ("name", "一巷")])],
        ..Extract::default()
    }
}

async fn map(person: &Person) -> Value {
    person.get("/v1/map").await.ok()
}

async fn asked(person: &Person, headers: &[(reqwest::header::HeaderName, &str)]) -> Response {
    let request = person.request(Method::GET, "/v1/map.pmtiles");
    let with = |request: reqwest::RequestBuilder, (name, value): &(_, &str)| {
        request.header(reqwest::header::HeaderName::clone(name), *value)
    };
    headers.iter().fold(request, with).send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers()[name].to_str().unwrap().to_owned()
}

async fn is_drawn_from(person: &Person, origin: &str) -> Value {
    eventually("the map", async || {
        let found = map(person).await;
        (found["tiles"]["origin"] == origin).then_some(found)
    })
    .await
}

#[tokio::test]
async fn the_demo_has_a_map_for_who_is_logged_in_and_for_nobody_else() {
    let service = TestService::start().await;
    let aide = service.log_in("aide01").await;
    let found = is_drawn_from(&aide, "demo").await;
    assert_eq!(found["tiles"]["attribution"], "", "its streets are invented");
    assert_eq!(asked(&aide, &[]).await.status(), 200);
    for path in ["/v1/map", "/v1/map.pmtiles"] {
        service.get(path).await.problem(401);
    }
}

#[tokio::test]
async fn ranges_come_as_they_are_asked_for_and_hang_together() {
    let service = TestService::start().await;
    let person = service.log_in("operator1").await;
    is_drawn_from(&person, "demo").await;
    let whole = asked(&person, &[]).await;
    assert_eq!(header(&whole, "content-type"), "application/vnd.pmtiles");
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    let tag = header(&whole, "etag");
    let whole = whole.bytes().await.unwrap();
    assert!(whole.starts_with(b"PMTiles\x03") && whole.len() > 100_000);

    let part = asked(&person, &[(RANGE, "bytes=100-299")]).await;
    assert_eq!(part.status(), 206);
    assert_eq!(header(&part, "content-range"), format!("bytes 100-299/{}", whole.len()));
    assert_eq!(header(&part, "etag"), tag);
    assert_eq!(part.bytes().await.unwrap(), whole[100..300]);
    let long = asked(&person, &[(RANGE, "bytes=7-")]).await.bytes().await.unwrap();
    assert_eq!(long, whole[7..], "more than one piece");

    let beyond = asked(&person, &[(RANGE, "bytes=999999999-")]).await;
    assert_eq!(beyond.status(), 416);
    assert_eq!(header(&beyond, "content-range"), format!("bytes */{}", whole.len()));
    assert_eq!(asked(&person, &[(IF_NONE_MATCH, &tag)]).await.status(), 304);
    let other = asked(&person, &[(RANGE, "bytes=0-9"), (IF_RANGE, "\"other\"")]).await;
    assert_eq!(other.status(), 200, "a part of another map is of no use");
    let head = person.request(Method::HEAD, "/v1/map.pmtiles").send().await.unwrap();
    assert_eq!((head.status().as_u16(), header(&head, ETAG.as_str())), (200, tag));
}

#[tokio::test]
async fn an_import_is_noticed_without_a_restart() {
    let service = TestService::start().await;
    let person = service.log_in("operator1").await;
    let before = is_drawn_from(&person, "demo").await;
    let file = service.data().join("town.osm.pbf");
    std::fs::write(&file, town().to_bytes()).unwrap();
    let said = service.run(&["roads", "import", file.to_str().unwrap()]).await.said();
    assert!(said.contains("tiles of 1 things to see"), "{said}");
    let after = is_drawn_from(&person, "imported").await;
    assert_ne!(before.text("/tiles/version"), after.text("/tiles/version"));
    assert_eq!(after["tiles"]["attribution"], "© OpenStreetMap contributors");
    let [south, west] = [0, 1].map(|at| after["tiles"]["bounds"][at].as_f64().unwrap());
    assert!((south - 24.5).abs() < 1e-5 && (west - 117.7).abs() < 1e-5, "{after:#}");
}

#[tokio::test]
async fn a_configured_file_wins_and_a_broken_one_takes_nothing_away() {
    let made = TestService::start().await;
    let person = made.log_in("operator1").await;
    is_drawn_from(&person, "demo").await;
    let bytes = std::fs::read(made.data().join("demo.pmtiles")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("province.pmtiles");
    std::fs::write(&file, &bytes).unwrap();

    let setting = [("server.map_tiles", file.to_str().unwrap())];
    let service = TestService::with(&setting).await;
    let person = service.log_in("operator1").await;
    let found = is_drawn_from(&person, "configured").await;

    // Somebody copies a file of another kind over it.
    std::fs::write(folder.path().join("draft"), b"a letter to grandmother".repeat(20)).unwrap();
    std::fs::rename(folder.path().join("draft"), &file).unwrap();
    eventually("the fault is said", async || {
        service.log().contains("no PMTiles file").then_some(())
    })
    .await;
    assert_eq!(map(&person).await, found, "the map that was there stays");
    assert_eq!(asked(&person, &[]).await.bytes().await.unwrap(), bytes);
    let wrong = service
        .run_with(&["check"], &[("SILVERBELL_SERVER_MAP_TILES", setting[0].1)], "")
        .await
        .refused();
    assert!(wrong.contains("province.pmtiles") && wrong.contains("no PMTiles file"), "{wrong}");
    let ready = service.get("/readyz").await;
    assert_eq!(ready.status, 200, "the service goes on");

    let broken = TestService::with(&setting).await;
    let person = broken.log_in("operator1").await;
    is_drawn_from(&person, "demo").await;
}
