//! Roads: an extract is imported beside the running service, and from then on decides who is nearest.

use std::path::Path;

use serde_json::{Value, json};
use silverbell_testkit::Extract;

use crate::service::{Device, Json, Place, TestService, asked_for, eventually, run};

/// A town around a door: it lies on a street to the north. A second street runs beside it, 150 m to the
/// east, and the two meet two kilometres up.
fn two_streets(door: Place) -> Extract {
    let at = |id, east_m, north_m| {
        let (lat, lon) = beside(door, east_m, north_m);
        (id, lat, lon, Vec::new())
    };
    let street = |id, nodes| (id, nodes, vec![("highway", "residential")]);
    Extract {
        nodes: vec![
            at(1, 0.0, -50.0),
            at(2, 0.0, 2_000.0),
            at(3, 150.0, 2_000.0),
            at(4, 150.0, -50.0),
        ],
        ways: vec![street(11, vec![1, 2]), street(12, vec![2, 3]), street(13, vec![3, 4])],
        dense: true,
        zlib: true,
        ..Extract::default()
    }
}

fn beside((lat, lon): Place, east_m: f64, north_m: f64) -> Place {
    let degree_m = 111_320.0;
    (lat + north_m / degree_m, lon + east_m / (degree_m * lat.to_radians().cos()))
}

/// Imports the town, and waits until the service says that it goes by its roads.
async fn import(service: &TestService, town: &Extract) -> String {
    let file = service.data().join("town.osm.pbf");
    std::fs::write(&file, town.to_bytes()).unwrap();
    let before = count(&service.log(), "travel times are by road");
    let said = service.run(&["roads", "import", file.to_str().unwrap()]).await.said();
    eventually("the new roads", async || {
        (count(&service.log(), "travel times are by road") > before).then_some(())
    })
    .await;
    said
}

fn count(log: &str, words: &str) -> usize {
    log.matches(words).count()
}

/// Returns the file of a ticket whose lead was offered.
async fn with_lead(service: &TestService, device: &Device) -> (Value, String) {
    let operator = service.log_in("operator1").await;
    let ticket = service.open(device).await;
    let lead = eventually("a lead", async || {
        asked_for(&operator.ticket(&ticket).await, "lead").into_iter().next()
    })
    .await;
    (operator.file(&ticket).await, lead)
}

#[tokio::test]
async fn imported_roads_decide_who_is_nearest_without_a_restart() {
    let service = TestService::start().await;
    let (first, second) = (service.demo.phone(40), service.demo.phone(41));
    // 150 m away across the yards, four kilometres by road; and 700 m away by road.
    let across = service.on_duty("aide01", beside(second.door, 150.0, 0.0)).await;
    let up_the_road = service.on_duty("aide02", second.north(700.0)).await;

    let (file, _) = with_lead(&service, &first).await;
    assert_eq!(file.text("/ticket/offers/0/eta_source"), "straight_line");
    let operator = service.log_in("operator1").await;
    let closed = json!({"outcome": "phone"});
    operator.act(&file.text("/ticket/id"), "close", closed).await.ok();

    let said = import(&service, &two_streets(second.door)).await;
    assert!(said.contains("walk") && said.contains("islands"), "{said}");
    let (file, lead) = with_lead(&service, &second).await;
    assert_eq!(lead, up_the_road.responder(), "{file:#}");
    let offers = file["ticket"]["offers"].as_array().unwrap();
    let offer = offers.iter().find(|offer| offer["responder"] == lead.as_str()).unwrap();
    assert_eq!(offer["eta_source"], "roads");

    let way = up_the_road.get(&format!("/v1/offers/{}/route", offer.text("/id"))).await.ok();
    assert_eq!(way["eta_source"], "roads");
    assert_eq!(way["eta_s"], offer["eta_s"]);
    let metres = way["distance_m"].as_f64().unwrap();
    assert!((680.0..720.0).contains(&metres), "{way:#}");
    assert!(way["line"].as_array().unwrap().len() >= 2);
    let foreign = across.get(&format!("/v1/offers/{}/route", offer.text("/id"))).await;
    foreign.problem(403);
}

#[tokio::test]
async fn an_extract_that_is_none_is_refused_in_words_and_the_old_roads_stay() {
    let service = TestService::start().await;
    let device = service.demo.phone(40);
    import(&service, &two_streets(device.door)).await;
    let kept = std::fs::read(service.data().join("roads.map")).unwrap();
    let sound = two_streets(device.door).to_bytes();
    let without_roads = Extract { ways: Vec::new(), ..two_streets(device.door) }.to_bytes();
    let cases = [
        (Vec::new(), "empty"),
        (b"a letter to grandmother".to_vec(), "no .osm.pbf"),
        (sound[..sound.len() - 10].to_vec(), "download it again"),
        (without_roads, "no roads"),
    ];
    for (bytes, words) in cases {
        let file = service.data().join("bad.osm.pbf");
        std::fs::write(&file, bytes).unwrap();
        let refused = service.run(&["roads", "import", file.to_str().unwrap()]).await.refused();
        assert!(refused.contains(words) && refused.contains("bad.osm.pbf"), "{refused}");
        assert_eq!(std::fs::read(service.data().join("roads.map")).unwrap(), kept);
    }
    service.run(&["roads", "import", "/nowhere/town.osm.pbf"]).await.refused();
}

#[tokio::test]
async fn roads_with_a_flipped_byte_are_said_and_times_are_by_straight_line() {
    let mut service = TestService::start().await;
    let device = service.demo.phone(40);
    import(&service, &two_streets(device.door)).await;
    service.stop().await;
    let file = service.data().join("roads.map");
    flip_a_byte(&file);
    let wrong = service.run(&["check"]).await.refused();
    assert!(wrong.contains("roads.map") && wrong.contains("import the extract again"), "{wrong}");

    service.start_again().await;
    eventually("the fault is said", async || {
        service.log().contains("the roads cannot be used").then_some(())
    })
    .await;
    service.on_duty("aide01", device.north(100.0)).await;
    let (found, _) = with_lead(&service, &device).await;
    assert_eq!(found.text("/ticket/offers/0/eta_source"), "straight_line");

    import(&service, &two_streets(device.door)).await;
    service.run(&["check"]).await.said();
}

fn flip_a_byte(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    // As a disk does it; the service itself never writes into the file.
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_supervisor_sees_who_lives_outside_the_circle_and_nobody_else_does() {
    let service = TestService::start().await;
    let device = service.demo.phone(40);
    let supervisor = service.log_in("supervisor1").await;
    let covered = async || {
        let answer = supervisor.get("/v1/coverage").await;
        (answer.status == 200).then(|| answer.ok())
    };
    let empty = eventually("a count", covered).await;
    let seniors = empty["seniors"].as_u64().unwrap();
    assert!(seniors > 3_000, "{}", empty["seniors"]);
    assert_eq!((&empty["responders"], &empty["within"]["30"]), (&json!(0), &json!(0)));
    let outside = empty["outside"].as_array().unwrap();
    assert_eq!(outside.len() as u64, seniors, "nobody is on duty");
    assert!(outside.iter().all(|senior| senior["eta_s"].is_null() && senior["name"].is_string()));

    let aide = service.on_duty("aide01", device.door).await;
    let some = eventually("a count with somebody", async || {
        covered().await.filter(|now| now["responders"] == 1)
    })
    .await;
    let within = |ring: &str| some["within"][ring].as_u64().unwrap();
    assert!(within("10") >= 1 && within("10") <= within("20") && within("20") <= within("30"));
    let outside = some["outside"].as_array().unwrap();
    assert_eq!(within("30") + outside.len() as u64, seniors);
    let etas: Vec<u64> = outside.iter().map(|it| it["eta_s"].as_u64().unwrap()).collect();
    assert!(etas.iter().all(|eta_s| *eta_s > 1_800) && etas.is_sorted_by(|a, b| a >= b));
    assert_eq!(some["by_straight_line"].as_u64(), Some(seniors));

    let operator = service.log_in("operator1").await;
    for person in [&operator, &aide] {
        for path in ["/v1/coverage", "/v1/coverage/isochrones", "/v1/standby"] {
            person.get(path).await.problem(403);
        }
    }
    service.get("/v1/coverage").await.problem(401);
    supervisor.get("/v1/coverage?district=elsewhere").await.problem(403);
}

#[tokio::test]
async fn the_areas_within_reach_are_drawn_each_inside_the_next() {
    let service = TestService::start().await;
    let device = service.demo.phone(40);
    let supervisor = service.log_in("supervisor1").await;
    service.on_duty("aide01", device.door).await;
    import(&service, &two_streets(device.door)).await;
    let drawn = eventually("areas", async || {
        let answer = supervisor.get("/v1/coverage/isochrones").await;
        (answer.status == 200)
            .then(|| answer.ok())
            .filter(|drawn| drawn.pointer("/features/0/geometry/coordinates/0").is_some())
    })
    .await;
    let features = drawn["features"].as_array().unwrap();
    let minutes: Vec<&Value> =
        features.iter().map(|feature| &feature["properties"]["within_min"]).collect();
    assert_eq!(minutes, [&json!(10), &json!(20), &json!(30)]);
    let door = [device.door.1, device.door.0];
    let north = |metres: f64| [door[0], door[1] + metres / 111_320.0];
    // On an e-bike at 20 km/h ten minutes are 3.3 km; the street ends after two.
    for (feature, metres) in features.iter().zip([1_500.0, 1_500.0, 1_500.0]) {
        assert!(is_inside(feature, door) && is_inside(feature, north(metres)));
        assert!(!is_inside(feature, north(4_000.0)), "nothing is there");
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        for ring in feature["geometry"]["coordinates"].as_array().unwrap().iter().flat_map(rings) {
            assert_eq!(ring.first(), ring.last(), "a closed ring");
        }
    }
}

/// Returns whether a point lies in a feature: a line from it to the east crosses an odd number of edges.
fn is_inside(feature: &Value, [x, y]: [f64; 2]) -> bool {
    let polygons = feature["geometry"]["coordinates"].as_array().unwrap().iter();
    let crossings = polygons.flat_map(rings).flat_map(|ring| {
        let at = |corner: &Value| (corner[0].as_f64().unwrap(), corner[1].as_f64().unwrap());
        let corners: Vec<(f64, f64)> = ring.iter().map(at).collect();
        corners.windows(2).map(|edge| (edge[0], edge[1])).collect::<Vec<_>>()
    });
    let crosses = |((x1, y1), (x2, y2)): &((f64, f64), (f64, f64))| {
        (*y1 > y) != (*y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    };
    crossings.filter(crosses).count() % 2 == 1
}

fn rings(polygon: &Value) -> Vec<Vec<Value>> {
    let rings = polygon.as_array().unwrap().iter();
    rings.map(|ring| ring.as_array().unwrap().clone()).collect()
}

#[tokio::test]
async fn a_supervisor_accepts_a_place_to_wait_and_nobody_is_moved_by_the_machine() {
    let service = TestService::start().await;
    let supervisor = service.log_in("supervisor1").await;
    let device = service.demo.phone(40);
    // In the sea: anywhere among the homes is better.
    let at_sea = beside(device.door, 30_000.0, -30_000.0);
    let aide = service.on_duty("aide01", at_sea).await;
    let suggested = supervisor.get("/v1/standby").await.ok();
    assert_eq!(suggested["now"]["10"], 0);
    // Too far to be asked to go there.
    assert_eq!(suggested["suggestions"], json!([]));

    aide.is_at(beside(device.door, 2_000.0, 0.0)).await;
    let suggested = supervisor.get("/v1/standby").await.ok();
    let moves = suggested["suggestions"].as_array().unwrap();
    if let [only] = &moves[..] {
        assert!(suggested["then"]["10"].as_u64() > suggested["now"]["10"].as_u64());
        let path = format!("/v1/responders/{}/standby", aide.responder());
        let accepted = supervisor.post(&path, only["to"].clone()).await.ok();
        assert_eq!(accepted["state"], "free", "still where he is: {accepted:#}");
        let again = supervisor.get("/v1/standby").await.ok();
        assert_eq!(again["now"], suggested["now"], "nobody was moved");
        let operator = service.log_in("operator1").await;
        operator.post(&path, only["to"].clone()).await.problem(403);
        supervisor.post(&path, json!({"lat": 95.0, "lon": 0.0})).await.problem(422);
    } else {
        panic!("one move is suggested: {suggested:#}");
    }
}

#[tokio::test]
async fn an_import_needs_no_service_and_says_what_became_of_the_roads() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("town.osm.pbf");
    std::fs::write(&file, two_streets((24.5, 117.7)).to_bytes()).unwrap();
    let data = home.path().join("data");
    let said = run(&data, &["roads", "import", file.to_str().unwrap()], &[], "").await.said();
    assert!(said.contains("3 ways") && said.contains("roads.map"), "{said}");
    assert!(data.join("roads.map").exists());
}
