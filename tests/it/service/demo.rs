//! Who and what is in the demo, as its two lists say.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_320.0;

/// A place: latitude, longitude.
pub(crate) type Place = (f64, f64);

/// A senior's device.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) ident: String,
    pub(crate) key: String,
    pub(crate) senior: String,
    pub(crate) door: Place,
}

impl Device {
    /// Returns the place so many metres north of the door.
    pub(crate) fn north(&self, metres: f64) -> Place {
        (self.door.0 + metres / DEGREE_M, self.door.1)
    }

    /// Returns the body of an SOS with this identity and nothing else.
    pub(crate) fn press(&self, id: &str) -> Value {
        json!({"device": self.ident, "id": id})
    }

    /// Returns an alarm frame of a watch with this status.
    pub(crate) fn alarm(&self, status: &str) -> Vec<u8> {
        alarm_frame(&self.ident, status)
    }
}

/// Returns an alarm frame of a watch with this status.
pub(crate) fn alarm_frame(ident: &str, status: &str) -> Vec<u8> {
    let content = format!("AL,211126,020304,V,0,N,0,E,0,0,0,0,0,22,0,0,{status},0,0,0");
    frame(ident, &content)
}

/// Returns a frame of a watch.
pub(crate) fn frame(ident: &str, content: &str) -> Vec<u8> {
    format!("[3G*{ident}*{:04X}*{content}]", content.len()).into_bytes()
}

/// The demo's lists.
#[derive(Debug, Default)]
pub(crate) struct Demo {
    phones: Vec<Device>,
    watches: Vec<Device>,
    /// By protocol.
    others: HashMap<String, Vec<Device>>,
}

/// Returns the demo, the same for all tests.
pub(crate) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| Demo::read(&super::template().data))
}

impl Demo {
    fn read(data: &Path) -> Self {
        let mut demo = Self::default();
        let mut rows = csv::Reader::from_path(data.join("demo-devices.csv")).unwrap();
        for row in rows.records() {
            let row = row.unwrap();
            let number = |at: usize| row[at].parse::<f64>().unwrap();
            let device = Device {
                ident: row[0].into(),
                key: row[1].into(),
                senior: row[2].into(),
                door: (number(4), number(5)),
            };
            match &row[3] {
                "http" => demo.phones.push(device),
                "watch" => demo.watches.push(device),
                other => demo.others.entry(other.to_owned()).or_default().push(device),
            }
        }
        demo
    }

    /// Returns the phone of the nth senior.
    pub(crate) fn phone(&self, n: usize) -> Device {
        self.phones[n].clone()
    }

    /// Returns the nth device of a protocol but `http` and `watch`.
    pub(crate) fn other(&self, protocol: &str, n: usize) -> Device {
        self.others[protocol][n].clone()
    }

    /// Returns the nth watch.
    pub(crate) fn watch(&self, n: usize) -> Device {
        self.watches[n].clone()
    }
}
