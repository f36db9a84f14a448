//! What an import made of what it was given.

/// What became of the roads, in figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// Ways with a `highway` that somebody may use.
    pub ways: u64,
    /// Nodes that ways name and that are not in the extract: the way was cut there.
    pub missing_nodes: u64,
    /// Ways that were cut for that.
    pub ways_cut: u64,
    /// Turn restrictions that bind somebody somewhere, counted for each way of travelling.
    pub turns_applied: u64,
    /// Turn restrictions that could not be used: over a way instead of a node, at certain hours only,
    /// or of members that are not there.
    pub turns_skipped: u64,
    /// Walk, e-bike, car.
    pub parts: [PartReport; 3],
}

/// What became of the roads for one way of travelling.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PartReport {
    /// Nodes kept.
    pub nodes: u64,
    /// Edges kept.
    pub edges: u64,
    /// Their length, kilometres.
    pub length_km: f64,
    /// Other parts, from where one does not get to the largest and back: islands, roads cut off by
    /// the border of the extract, one-way streets that lead nowhere.
    pub islands: u64,
    /// Nodes in them, which were dropped.
    pub nodes_dropped: u64,
}
