//! From ways to a network: the same for what is imported and for what a test draws.

mod edges;
mod number;
mod parts;
mod report;
mod turns;

use silverbell_domain::{LatLon, Travel};

pub use report::{ImportReport, PartReport};

use crate::geometry::{Point, is_on_globe, point_of};
use crate::network::Parts;
use crate::{MapError, Network, RoadClass};

/// A node of a [`NetworkBuilder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// A way of a [`NetworkBuilder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WayId(pub(crate) u32);

/// Which way along a way one may travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Directions {
    /// Not at all.
    #[default]
    Neither,
    /// Only in the order of its nodes.
    Along,
    /// Only against it.
    Against,
    /// Both.
    Both,
}

impl Directions {
    /// Returns what is left when one direction or the other is closed.
    #[must_use]
    pub const fn and(along: bool, against: bool) -> Self {
        match (along, against) {
            (true, true) => Self::Both,
            (true, false) => Self::Along,
            (false, true) => Self::Against,
            (false, false) => Self::Neither,
        }
    }

    /// Returns whether one may travel in the order of the nodes.
    #[must_use]
    pub const fn along(self) -> bool {
        matches!(self, Self::Along | Self::Both)
    }

    /// Returns whether one may travel against the order of the nodes.
    #[must_use]
    pub const fn against(self) -> bool {
        matches!(self, Self::Against | Self::Both)
    }
}

/// What one way of travelling may do on a way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Which way.
    pub directions: Directions,
    /// On private ground, or only to places on it: entering and leaving take time.
    pub private: bool,
}

/// What a way is to each way of travelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WayUse {
    /// The kind of road.
    pub class: RoadClass,
    /// Nobody can stop a vehicle here and step out: motorway, bridge, tunnel.
    pub no_stop: bool,
    /// Walk, e-bike, car.
    pub access: [Access; 3],
}

impl WayUse {
    /// Returns a way that all may use both ways.
    #[must_use]
    pub const fn open(class: RoadClass) -> Self {
        let access = Access { directions: Directions::Both, private: false };
        Self { class, no_stop: false, access: [access; 3] }
    }

    /// Returns whether anybody may use it.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.access.iter().any(|access| access.directions != Directions::Neither)
    }
}

/// Whether a turn is forbidden, or every other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnRule {
    /// Not from here to there (`no_*`).
    No,
    /// From here only there (`only_*`).
    Only,
}

/// A forbidden or prescribed turn at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Where one comes from: ways that meet the node.
    pub from: Vec<WayId>,
    /// The node.
    pub via: NodeId,
    /// Where one goes.
    pub to: Vec<WayId>,
    /// What is said of it.
    pub rule: TurnRule,
    /// Whom it binds: walk, e-bike, car.
    pub binds: [bool; 3],
}

/// Collects nodes, ways and turns, and builds the network of them.
#[derive(Debug, Default)]
pub struct NetworkBuilder {
    nodes: Vec<Node>,
    ways: Vec<Way>,
    way_nodes: Vec<u32>,
    restrictions: Vec<Restriction>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    point: Point,
    /// For whom there is a gate, for whom it is closed: a bit for each way of travelling.
    gates: u8,
    closed: u8,
    lights: bool,
}

#[derive(Clone, Debug)]
struct Way {
    first: usize,
    len: usize,
    usage: WayUse,
}

impl Way {
    fn range(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.len
    }
}

/// Why no network could be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Nothing to travel on.
    #[error(
        "there are no roads in it that anybody can travel on; see that it is an extract of \
         OpenStreetMap with its highways, and large enough"
    )]
    NoRoads,
    /// More than the file's numbers can name.
    #[error(
        "it has more than two thousand million nodes or edges, more than a road map can hold; import \
         a smaller extract"
    )]
    TooLarge,
    /// What was built does not fit itself: a mistake of this program.
    #[error("{0}")]
    Map(#[from] MapError),
}

impl NetworkBuilder {
    /// Returns a builder without anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a node. A place off the globe becomes the nearest one on it.
    pub fn node(&mut self, place: LatLon) -> NodeId {
        let point = point_of(place);
        let on_globe = [point[0].clamp(-900_000_000, 900_000_000), point[1]];
        self.node_at(if is_on_globe(on_globe) { on_globe } else { [on_globe[0], 1_800_000_000] })
    }

    pub(crate) fn node_at(&mut self, point: Point) -> NodeId {
        self.nodes.push(Node { point, gates: 0, closed: 0, lights: false });
        NodeId(self.nodes.len() as u32 - 1)
    }

    /// Adds a way through nodes; a way of less than two different nodes is nothing.
    pub fn way(&mut self, nodes: &[NodeId], usage: WayUse) -> WayId {
        let first = self.way_nodes.len();
        for NodeId(node) in nodes {
            if self.way_nodes[first..].last() != Some(node) && (*node as usize) < self.nodes.len() {
                self.way_nodes.push(*node);
            }
        }
        self.ways.push(Way { first, len: self.way_nodes.len() - first, usage });
        WayId(self.ways.len() as u32 - 1)
    }

    /// Puts a gate at a node, which holds this way of travelling up.
    pub fn gate(&mut self, NodeId(node): NodeId, travel: Travel) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.gates |= bit(travel);
        }
    }

    /// Closes a node: this way of travelling cannot pass it, along no way.
    pub fn close(&mut self, NodeId(node): NodeId, travel: Travel) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.closed |= bit(travel);
        }
    }

    /// Puts traffic lights at a node.
    pub fn lights(&mut self, NodeId(node): NodeId) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.lights = true;
        }
    }

    /// Adds a forbidden or prescribed turn.
    pub fn restrict(&mut self, restriction: Restriction) {
        self.restrictions.push(restriction);
    }

    /// Builds the network: for each way of travelling the largest part within which everywhere can be
    /// reached from everywhere. What lies outside of it would be a place one never gets to, or never
    /// gets away from; it is counted in the report.
    ///
    /// # Errors
    /// When nobody can travel anywhere, or it is too large.
    pub fn build(self) -> Result<(Network, ImportReport), BuildError> {
        let mut report = ImportReport::default();
        let mut parts = Parts { first_point: vec![0], ..Parts::default() };
        for travel in Travel::ALL {
            let cut = edges::cut(&self, travel);
            let turned = turns::expand(&self, travel, cut);
            report.turns_applied += turned.rules_applied;
            report.turns_skipped += turned.rules_skipped;
            let whole = parts::largest(&turned);
            report.parts[travel as usize] =
                number::append(&self, travel, &turned, &whole, &mut parts);
            let too_large = |len: usize| len >= MAX_LEN;
            if too_large(parts.node_point.len()) || too_large(parts.points.len()) {
                return Err(BuildError::TooLarge);
            }
            parts.node_base[travel as usize + 1] = parts.node_point.len() as u32;
            parts.edge_base[travel as usize + 1] = parts.edge_nodes.len() as u32;
        }
        if parts.edge_nodes.is_empty() {
            return Err(BuildError::NoRoads);
        }
        let network = Network::open(parts.into_file())?;
        Ok((network, report))
    }
}

/// Nodes, and points of lines, that a network can have: what the numbers of [`crate::map`] can name.
const MAX_LEN: usize = 1 << 31;

const fn bit(travel: Travel) -> u8 {
    1 << travel as u8
}
