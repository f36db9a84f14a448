//! Cells and Wi-Fi: a list is imported beside the running service, and from then on a watch without
//! satellites has a place.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::Value;

use crate::service::{Device, Json, Place, TestService, eventually, frame};

/// The serving cell of a watch's village, and two access points in the street.
const CELL: (u32, u64) = (9_346, 5_223);
const ACCESS_POINTS: [&str; 2] = ["34:60:f9:ec:19:f8", "98:48:27:55:18:20"];

/// A list of the cell and the access points around a door: the cell 400 m to the north, the access
/// points 90 and 110 m.
fn list(device: &Device) -> String {
    let mut list = "radio,mcc,net,area,cell,lat,lon,range,samples,updated,mac\n".to_owned();
    let ((area, cell), (lat, lon)) = (CELL, device.north(400.0));
    writeln!(list, "GSM,460,0,{area},{cell},{lat},{lon},1200,9,1600000000,").unwrap();
    for (mac, north_m) in ACCESS_POINTS.into_iter().zip([90.0, 110.0]) {
        let (lat, lon) = device.north(north_m);
        writeln!(list, "WIFI,,,,,{lat},{lon},60,9,1600000000,{mac}").unwrap();
    }
    list
}

/// Writes a list beside the data and imports it.
async fn import(service: &TestService, list: &str) -> String {
    let file = written(service, list);
    let words = "places are by cells and Wi-Fi";
    let before = service.log().matches(words).count();
    let said = service.run(&["cells", "import", file.to_str().unwrap()]).await.said();
    eventually("the new cells", async || {
        (service.log().matches(words).count() > before).then_some(())
    })
    .await;
    said
}

fn written(service: &TestService, list: &str) -> PathBuf {
    let file = service.data().join("list.csv");
    std::fs::write(&file, list).unwrap();
    file
}

/// Presses a watch that has no fix and hears these; returns its ticket.
async fn press(service: &TestService, watch: &Device, heard: &str) -> Value {
    let content = format!("AL,211126,020304,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,{heard}");
    let mut line = service.watch().await;
    line.send(&frame(&watch.ident, &content)).await;
    assert_eq!(line.ack().await, format!("[3G*{}*0002*AL]", watch.ident));
    let open = service.log_in("operator1").await.get("/v1/tickets").await.ok();
    let own = open.list("/items").iter().find(|ticket| ticket["senior"] == watch.senior.as_str());
    own.expect("a ticket").clone()
}

/// Returns how many metres a ticket's position is off.
fn off_m(ticket: &Value, (lat, lon): Place) -> f64 {
    let degree_m = 111_320.0;
    let away = |pointer, from: f64| (ticket.at(pointer).as_f64().unwrap() - from) * degree_m;
    away("/position/lat", lat).hypot(away("/position/lon", lon) * lat.to_radians().cos())
}

fn heard_cell() -> String {
    format!("1,255,460,0,{},{},42", CELL.0, CELL.1)
}

#[tokio::test]
async fn a_watch_without_satellites_is_where_its_cell_is_until_it_has_a_fix() {
    let service = TestService::start().await;
    let watch = service.demo.watch(1);
    let said = import(&service, &list(&watch)).await;
    assert!(said.contains("1 cells and 2 access points of 3 rows"), "{said}");
    assert!(said.contains("country 460"), "{said}");

    let ticket = press(&service, &watch, &format!("{},0", heard_cell())).await;
    assert_eq!(ticket.text("/position/source"), "cell", "{ticket:#}");
    assert_eq!(ticket.at("/position/accuracy_m").as_f64(), Some(1_200.0));
    assert!(off_m(&ticket, watch.north(400.0)) < 1.0, "{ticket:#}");
    let flags = ticket.texts("/flags");
    assert!(!flags.iter().any(|flag| flag == "no_position"), "{flags:?}");

    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let (lat, lon) = watch.north(250.0);
    let fix = format!(
        "UD,211126,020404,A,{lat:.6},N,{lon:.6},E,0,0,0,9,90,88,0,0,00000000,{}",
        heard_cell()
    );
    let mut line = service.watch().await;
    line.send(&frame(&watch.ident, &fix)).await;
    let ticket = feed.event("located").await["ticket"].clone();
    assert_eq!(ticket.text("/position/source"), "gps");
    assert!(off_m(&ticket, watch.north(250.0)) < 1.0, "{ticket:#}");
}

#[tokio::test]
async fn access_points_are_a_better_place_than_the_cell() {
    let service = TestService::start().await;
    let watch = service.demo.watch(2);
    import(&service, &list(&watch)).await;
    let [one, other] = ACCESS_POINTS;
    let heard = format!("{},3,,{one},-60,x,{other},-60,,36:60:f9:ec:19:f8,-20", heard_cell());
    let ticket = press(&service, &watch, &heard).await;
    assert_eq!(ticket.text("/position/source"), "wifi", "{ticket:#}");
    let radius_m = ticket.at("/position/accuracy_m").as_f64().unwrap();
    assert!((30.0..=120.0).contains(&radius_m), "{ticket:#}");
    assert!(off_m(&ticket, watch.north(100.0)) < 5.0, "{ticket:#}");
}

#[tokio::test]
async fn a_watch_that_hears_nothing_known_is_at_home() {
    let service = TestService::start().await;
    let (before, after) = (service.demo.watch(3), service.demo.watch(4));
    // Without any list…
    let ticket = press(&service, &before, &heard_cell()).await;
    assert_eq!(ticket.text("/position/source"), "home", "{ticket:#}");
    // …and with one that has neither.
    import(&service, &list(&after)).await;
    let heard = "1,255,460,1,9999,5223,42,1,x,04:f0:21:46:1f:57,-54";
    let ticket = press(&service, &after, heard).await;
    assert_eq!(ticket.text("/position/source"), "home", "{ticket:#}");
    assert!(off_m(&ticket, after.door) < 1.0, "{ticket:#}");
}

#[tokio::test]
async fn a_list_that_is_none_is_refused_in_words_and_bad_rows_are_named() {
    let service = TestService::start().await;
    let watch = service.demo.watch(5);
    let list = list(&watch);
    let bad = format!("{list}GSM,460,0,9346,1,0,0,1,1,1,\n");
    let said = import(&service, &bad).await;
    assert!(
        said.contains("1 rows are bad") && said.contains("list.csv line 5: lat and lon"),
        "{said}"
    );

    let map = service.data().join("cells.map");
    let kept = std::fs::read(&map).unwrap();
    let cases = [
        ("", "0 rows"),
        ("<html>\nRATE_LIMITED\n", "2 of 2 rows are bad"),
        ("mac,lat\n", "\"lon\""),
    ];
    for (text, words) in cases {
        let file = written(&service, text);
        let refused = service.run(&["cells", "import", file.to_str().unwrap()]).await.refused();
        assert!(refused.contains(words) && refused.contains("list.csv"), "{refused}");
    }
    let file = written(&service, &list);
    let file = file.to_str().unwrap();
    let other = service.run(&["cells", "import", file, "--mcc", "262", "/nowhere/list.csv"]).await;
    assert!(other.refused().contains("/nowhere/list.csv"));
    assert_eq!(std::fs::read(&map).unwrap(), kept);
    let said = service.run(&["cells", "import", file, file, "--mcc", "262"]).await.said();
    assert!(said.contains("0 cells and 2 access points of 6 rows"), "{said}");
    assert!(
        said.contains("2 rows are of other countries") && said.contains("2 rows name a"),
        "{said}"
    );
}

#[tokio::test]
async fn damaged_cells_are_said_and_take_no_place_away() {
    let service = TestService::start().await;
    let watch = service.demo.watch(6);
    import(&service, &list(&watch)).await;
    service.run(&["check"]).await.said();
    let map = service.data().join("cells.map");
    let mut bytes = std::fs::read(&map).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    // As a copy that went wrong: another file of that name.
    std::fs::write(service.data().join("copy"), bytes).unwrap();
    std::fs::rename(service.data().join("copy"), &map).unwrap();
    eventually("the fault is said", async || {
        service.log().contains("the cells cannot be used").then_some(())
    })
    .await;
    let wrong = service.run(&["check"]).await.refused();
    assert!(wrong.contains("cells.map") && wrong.contains("import the lists again"), "{wrong}");
    let ticket = press(&service, &watch, &heard_cell()).await;
    assert_eq!(ticket.text("/position/source"), "cell", "the old map is still in use: {ticket:#}");
    import(&service, &list(&watch)).await;
    service.run(&["check"]).await.said();
}
