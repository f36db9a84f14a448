//! Frames of real devices, with what they say.

use serde_json::Value;

/// Reads the lines of a collection that speak this protocol; none when it is not there.
pub(crate) fn of(file: &str, protocol: &str) -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/protocols/");
    let Ok(lines) = std::fs::read_to_string(format!("{folder}{file}")) else {
        println!("left out: no {folder}{file}");
        return Vec::new();
    };
    let all = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.filter(|vector| vector.get("protocol").is_none_or(|name| name == protocol)).collect()
}

/// Returns the bytes of a vector.
pub(crate) fn frame(vector: &Value) -> Vec<u8> {
    hex::decode(vector["frame_hex"].as_str().unwrap()).unwrap()
}
