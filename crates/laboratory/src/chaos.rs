//! What goes wrong with machines, wires and clocks.

/// How often things go wrong. Rates are per day of the scenario, probabilities from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Chaos {
    /// How often the service is killed at a moment of its own.
    pub restarts: f64,
    /// With which probability a commit is its last: half of them before it is durable, half after.
    pub dies_at_commit: f64,
    /// How long it is away at most, milliseconds.
    pub away_ms: i64,
    /// How often the clock is set, and by how much at most, milliseconds.
    pub clock_jumps: f64,
    /// See [`Self::clock_jumps`].
    pub jump_ms: i64,
    /// Which wake-ups of the loop are lost: it then looks within its second.
    pub lost_nudges: f64,
    /// Which commits the board learns of late.
    pub late_boards: f64,
    /// Which commits the board never learns of: it notices the gap and reads everything anew.
    pub lost_advances: f64,
    /// Which frames of devices come twice.
    pub doubled_frames: f64,
    /// Which answers to devices are lost: they send again what was recorded.
    pub lost_acks: f64,
    /// How often everybody goes off duty for a while.
    pub everybody_off: f64,
    /// How often the desk is empty for a while.
    pub nobody_at_desk: f64,
    /// How long such a while is at most, milliseconds.
    pub while_ms: i64,
}

impl Default for Chaos {
    /// Returns a bad day.
    fn default() -> Self {
        Self {
            restarts: 3.0,
            dies_at_commit: 0.003,
            away_ms: 20_000,
            clock_jumps: 2.0,
            jump_ms: 3 * 3_600_000,
            lost_nudges: 0.1,
            late_boards: 0.1,
            lost_advances: 0.01,
            doubled_frames: 0.1,
            lost_acks: 0.1,
            everybody_off: 0.5,
            nobody_at_desk: 0.5,
            while_ms: 2 * 3_600_000,
        }
    }
}
