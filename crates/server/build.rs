//! Rebuilds when the pages were built anew: they are embedded.

fn main() {
    println!("cargo:rerun-if-changed=../../dispatcher-console/dist");
    println!("cargo:rerun-if-changed=../../migrations");
}
