//! The road network as it lies in its file: nodes, edges, their shape, and which turns join them.
//!
//! One graph in three parts that share nothing, one for each way of travelling: each has its own
//! nodes and edges, cut where *its* roads meet, so that a search never steps over what it cannot
//! use. Nodes and edges are numbered along a Hilbert curve within their part.
//!
//! An edge lies between two places where roads meet and has up to two *directions*. Each direction
//! has one node where it is entered (tail) and one where it is left (head). Where a turn is
//! forbidden, every direction has a node of its own and [`Tables::turns`] says which heads lead to
//! which tails: that keeps the graph small, for nearly all crossings forbid nothing, and a position
//! on an edge keeps one way in and one way out for each direction.
//!
//! Times are not in here: they follow from length, kind and delays, see `crate::map::times`.

mod file;
mod validate;

use std::ops::Range;
use std::sync::Arc;

use silverbell_domain::Travel;

pub use file::MapError;
pub(crate) use file::Section;

use crate::geometry::Point;

/// In place of a node: this direction of the edge may not be travelled.
pub(crate) const NONE: u32 = u32::MAX;

/// What stands at an end of an edge.
pub(crate) mod end {
    /// A gate that can be passed.
    pub(crate) const GATE: u8 = 1;
    /// Traffic lights.
    pub(crate) const LIGHTS: u8 = 2;
    /// The edge of private ground, on whose side this edge lies.
    pub(crate) const PRIVATE: u8 = 4;
    /// Every bit that means something.
    pub(crate) const ALL: u8 = GATE | LIGHTS | PRIVATE;
}

/// Nobody can stop here and step out: a motorway, a bridge, a tunnel.
pub(crate) const NO_STOP: u8 = 1;

/// A road network, as it was written by an importer; the bytes may be those of a mapped file.
#[derive(Clone)]
pub struct Network {
    bytes: Storage,
    layout: file::Layout,
}

/// Where the bytes are.
#[derive(Clone)]
enum Storage {
    /// As they were given, aligned to 4 bytes already.
    Given(Arc<dyn AsRef<[u8]> + Send + Sync>),
    /// Copied once, because what was given began at an odd address; with their length.
    Copied(Arc<[u32]>, usize),
}

impl AsRef<[u8]> for Storage {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Given(bytes) => (**bytes).as_ref(),
            Self::Copied(words, len) => bytemuck::cast_slice(words).get(..*len).unwrap_or_default(),
        }
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tables = self.tables();
        f.debug_struct("Network")
            .field("nodes", &tables.node_point.len())
            .field("edges", &tables.edge_nodes.len())
            .finish()
    }
}

impl Network {
    /// Returns the network in these bytes, which may be a mapped file; nothing is copied unless they
    /// begin at an address that is no multiple of 4. Everything is checked: reading all of them once
    /// costs a millisecond or two for each 10 MB in memory.
    ///
    /// # Errors
    /// In words, when they are no network, one of another version, cut off, damaged or contradict
    /// themselves.
    pub fn open(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, MapError> {
        let bytes = Storage::new(bytes);
        let layout = file::Layout::read(bytes.as_ref())?;
        let network = Self { bytes, layout };
        validate::check(&network.tables())?;
        Ok(network)
    }

    /// Writes the network as it is read by [`Network::open`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, mut to: impl std::io::Write) -> std::io::Result<()> {
        to.write_all(self.bytes.as_ref())
    }

    /// Returns how many bytes its file has.
    #[must_use]
    pub fn file_len(&self) -> usize {
        self.bytes.as_ref().len()
    }

    /// Returns the tables. A section that cannot be read as its numbers was refused when opened.
    pub(crate) fn tables(&self) -> Tables<'_> {
        let bytes = self.bytes.as_ref();
        let of = |section: Section| -> &[u8] {
            bytes.get(self.layout.sections[section as usize].clone()).unwrap_or_default()
        };
        Tables {
            node_base: self.layout.node_base,
            edge_base: self.layout.edge_base,
            node_point: cast(of(Section::NodePoint)),
            order: cast(of(Section::Order)),
            edge_nodes: cast(of(Section::EdgeNodes)),
            length_dm: cast(of(Section::LengthDm)),
            tags: cast(of(Section::Tags)),
            first_point: cast(of(Section::FirstPoint)),
            points: cast(of(Section::Points)),
            turns: cast(of(Section::Turns)),
        }
    }
}

impl Storage {
    fn new(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        let given = bytes.as_ref();
        if given.as_ptr().align_offset(align_of::<u32>()) == 0 {
            return Self::Given(Arc::new(bytes));
        }
        Self::Copied(bytemuck::pod_collect_to_vec::<u8, u32>(given).into(), given.len())
    }
}

fn cast<T: bytemuck::AnyBitPattern>(bytes: &[u8]) -> &[T] {
    bytemuck::try_cast_slice(bytes).unwrap_or_default()
}

/// The tables of a network, borrowed from its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tables<'a> {
    /// The nodes of the way of travelling number `t` are `node_base[t]..node_base[t + 1]`.
    pub(crate) node_base: [u32; 4],
    /// The same for edges.
    pub(crate) edge_base: [u32; 4],
    /// Where each node lies.
    pub(crate) node_point: &'a [Point],
    /// The order in which nodes are contracted, for the hierarchy.
    pub(crate) order: &'a [u32],
    /// For each edge: tail and head along its line, tail and head against it; [`NONE`] where that
    /// direction may not be travelled.
    pub(crate) edge_nodes: &'a [[u32; 4]],
    /// How long each edge is, decimetres.
    pub(crate) length_dm: &'a [u32],
    /// For each edge: kind of road, flags, what stands at its first end, what at its last.
    pub(crate) tags: &'a [[u8; 4]],
    /// The line of edge `e` is `points[first_point[e]..first_point[e + 1]]`.
    pub(crate) first_point: &'a [u32],
    /// The lines of all edges, one after another.
    pub(crate) points: &'a [Point],
    /// Where turns are forbidden: the allowed ones, from the head of a direction to the tail of one.
    pub(crate) turns: &'a [[u32; 2]],
}

impl<'a> Tables<'a> {
    /// Returns the edges of a way of travelling.
    pub(crate) const fn edges_of(&self, travel: Travel) -> Range<u32> {
        self.edge_base[travel as usize]..self.edge_base[travel as usize + 1]
    }

    /// Returns the nodes of a way of travelling.
    pub(crate) const fn nodes_of(&self, travel: Travel) -> Range<u32> {
        self.node_base[travel as usize]..self.node_base[travel as usize + 1]
    }

    /// Returns how an edge is travelled.
    pub(crate) fn travel_of(&self, edge: u32) -> Travel {
        Travel::ALL[self.edge_base[1..3].iter().filter(|base| **base <= edge).count()]
    }

    /// Returns the line of an edge, two points at least.
    pub(crate) fn line(&self, edge: u32) -> &'a [Point] {
        let edge = edge as usize;
        &self.points[self.first_point[edge] as usize..self.first_point[edge + 1] as usize]
    }
}

/// A network in the making: what becomes the tables.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) node_base: [u32; 4],
    pub(crate) edge_base: [u32; 4],
    pub(crate) node_point: Vec<Point>,
    pub(crate) order: Vec<u32>,
    pub(crate) edge_nodes: Vec<[u32; 4]>,
    pub(crate) length_dm: Vec<u32>,
    pub(crate) tags: Vec<[u8; 4]>,
    pub(crate) first_point: Vec<u32>,
    pub(crate) points: Vec<Point>,
    pub(crate) turns: Vec<[u32; 2]>,
}

impl Parts {
    /// Returns the bytes of the file.
    pub(crate) fn into_file(self) -> Vec<u8> {
        file::to_bytes(&self)
    }
}
