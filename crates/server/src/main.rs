//! Silverbell 银铃: the service that stands between an old person's SOS key and the two people who
//! reach the door.

mod canary;
mod cells;
mod cli;
mod commands;
mod config;
mod data_key;
mod database;
mod demo;
mod device_ports;
mod files;
mod http_server;
mod journal;
mod map_file;
mod map_tiles;
mod messages;
mod pages;
mod ports;
mod push;
mod road_settings;
mod roads;
mod serve;
mod telemetry;
mod tls;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stderr, reason = "logging may not have started")]
fn complain(error: &anyhow::Error) {
    eprintln!("silverbell: {error:#}");
}
