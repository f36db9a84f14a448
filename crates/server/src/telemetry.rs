//! Logs to standard error and metrics for Prometheus. Never personal data.

use anyhow::{Context, Result};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Bounds of the buckets for what a computer does, seconds.
const MACHINE: [f64; 14] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
];

/// Bounds of the buckets for the first offer, seconds: a computer's answer, unless it was held or nobody was
/// free.
const FIRST_OFFER: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 60.0, 120.0, 300.0];

/// Bounds of the buckets for what people do, seconds.
const PEOPLE: [f64; 14] = [
    1.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0, 1_200.0, 1_800.0, 3_600.0,
];

/// Bounds of the buckets for what waits its turn, and in an outage long, seconds.
const WAITS: [f64; 12] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0];

/// Starts logging.
pub(crate) fn log(settings: &Log) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.filter)
        .with_context(|| format!("log.filter: \"{}\" cannot be read", settings.filter))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A log that cannot be written (a full disk, a dead pipe) must never stop an SOS.
        .log_internal_errors(false);
    let started = if settings.format == "json" {
        builder.json().try_init()
    } else {
        builder.with_ansi(false).try_init()
    };
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}

/// Starts the metrics.
pub(crate) fn metrics() -> Result<PrometheusHandle> {
    let waits = Matcher::Full("silverbell_message_handover_seconds".into());
    let people = ["silverbell_offer_to_accept_seconds", "silverbell_accept_to_scene_seconds"];
    let first_offer = Matcher::Full("silverbell_sos_to_offer_seconds".into());
    let mut builder = PrometheusBuilder::new()
        .set_buckets(&MACHINE)?
        .set_buckets_for_metric(first_offer, &FIRST_OFFER)?
        .set_buckets_for_metric(waits, &WAITS)?;
    for name in people {
        builder = builder.set_buckets_for_metric(Matcher::Full(name.into()), &PEOPLE)?;
    }
    let handle = builder.install_recorder().context("cannot start the metrics")?;
    describe();
    Ok(handle)
}

fn describe() {
    describe_counter!("silverbell_signals_total", "Signals understood, by kind and protocol");
    describe_gauge!("silverbell_tickets_open", "Open tickets, by district");
    describe_gauge!("silverbell_responders", "Responders by state: off, free, offered, busy");
    describe_gauge!(
        "silverbell_responders_out_of_touch",
        "Responders on duty who give no sign of life, by district"
    );
    describe_gauge!(
        "silverbell_cover_gaps",
        "Gaps of the roster that begin within cover.warn_ahead_h, by district"
    );
    describe_gauge!(
        "silverbell_shifts_missed",
        "People whose shift runs and who are not on duty, by district"
    );
    describe_gauge!(
        "silverbell_ready",
        "1 when an SOS could be kept as this was read (as /readyz), else 0"
    );
    describe_gauge!(
        "silverbell_control_loop_last_run_timestamp_seconds",
        Unit::Seconds,
        "When what should be true was last made true, by district, Unix time"
    );
    describe_gauge!("silverbell_deadlines_overdue", "Deadlines more than two seconds late");
    describe_gauge!(
        "silverbell_canary_every_seconds",
        Unit::Seconds,
        "How often a made-up SOS is pressed through each port (canary.every_s)"
    );
    describe_gauge!(
        "silverbell_canary_last_success_timestamp_seconds",
        Unit::Seconds,
        "When a made-up SOS last reached a console, by port, Unix time; the start before the first"
    );
    describe_counter!(
        "silverbell_canary_failures_total",
        "Made-up SOS that did not reach a console, by port and why"
    );
    describe_gauge!(
        "silverbell_canary_last_told_timestamp_seconds",
        Unit::Seconds,
        "When the watcher outside (canary.ping_url) was last told that all is well, Unix time"
    );
    describe_gauge!("silverbell_live_connections", "Open live feeds");
    describe_gauge!("silverbell_connections", "Open connections by port, live feeds included");
    describe_counter!(
        "silverbell_connections_made_room_total",
        "Connections that had to go because there were too many, by port"
    );
    describe_counter!(
        "silverbell_connections_refused_total",
        "Connections that were turned away, by port"
    );
    describe_counter!(
        "silverbell_reports_shed_total",
        "Positions and heartbeats not kept because too many came at once, by protocol"
    );
    describe_counter!(
        "silverbell_telephone_calls_lost_total",
        "Telephone calls, or their ends, that had to go before they were recorded"
    );
    describe_counter!("silverbell_accept_errors_total", "Errors of accepting, by port");
    describe_counter!(
        "silverbell_messages_total",
        "Tries of messages to people outside, by channel and result: sent, failed (given up), \
         retried, put_back"
    );
    describe_gauge!(
        "silverbell_messages_waiting",
        "Messages not yet sent nor given up, by channel"
    );
    describe_counter!(
        "silverbell_message_reports_total",
        "What became of messages: sent, delivered, answered, failed, acknowledged"
    );
    let seconds = [
        ("silverbell_sos_ack_seconds", "SOS received to acknowledged, durable"),
        ("silverbell_sos_to_offer_seconds", "SOS received to first dispatch offered"),
        ("silverbell_offer_to_accept_seconds", "First dispatch offered to first acceptance"),
        ("silverbell_accept_to_scene_seconds", "First acceptance to first arrival"),
        ("silverbell_live_delivery_seconds", "Event decided to written to a live feed"),
        ("silverbell_canary_seconds", "Made-up SOS pressed to seen on a live feed, by port"),
        ("silverbell_message_handover_seconds", "Message due to taken by its gateway"),
        ("silverbell_store_commit_seconds", "One transaction of the store, its fsync included"),
    ];
    for (name, help) in seconds {
        describe_histogram!(name, Unit::Seconds, help);
    }
}
