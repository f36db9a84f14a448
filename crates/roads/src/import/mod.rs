//! From an extract of OpenStreetMap (.osm.pbf) to a network.
//!
//! The file is read twice: its ways and restrictions first, then, of all its nodes, those that the
//! ways need. So the memory needed goes with the roads, not with the file.

mod frames;
mod nodes;
mod restrictions;
mod tags;
mod ways;

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use osmpbf::{DenseNode, Node, PrimitiveBlock, Way};
use silverbell_domain::Travel;

use crate::build::BuildError;
use crate::geometry::{Point, is_on_globe};
use crate::{ImportReport, Network, NetworkBuilder, NodeId, Restriction, WayId, WayUse};
pub use frames::Frames;
use nodes::{Obstacle, Passage, obstacle_of};
use tags::Tags;

/// Why an extract cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot read the extract: {0}; see that the disk works and the file may be read")]
    Io(#[from] std::io::Error),
    /// Nothing is in it.
    #[error("the extract is empty; download it again")]
    Empty,
    /// Something else.
    #[error(
        "this is no .osm.pbf file; get an extract in that format, for instance from a download server \
         of OpenStreetMap extracts"
    )]
    NotPbf,
    /// It ends in the middle.
    #[error(
        "the extract ends in the middle, after {len} bytes, {missing} more at the least should follow: \
         it was not downloaded whole; download it again"
    )]
    CutOff {
        /// Bytes there are.
        len: u64,
        /// Bytes that the last frame lacks.
        missing: u64,
    },
    /// Bytes make no sense.
    #[error("the extract is damaged in the frame at byte {at} ({error}); download it again")]
    Damaged {
        /// Where the frame begins.
        at: u64,
        /// What does not fit.
        error: String,
    },
    /// It uses a part of the format that is not known here.
    #[error(
        "the extract needs {feature}, which this version cannot read; get an extract without it"
    )]
    Feature {
        /// The feature.
        feature: String,
    },
    /// A node of a road lies nowhere.
    #[error(
        "node {node} of the extract lies at latitude {lat}, longitude {lon}, which is not on the \
         globe: the extract is damaged; download it again"
    )]
    OffGlobe {
        /// OSM's number of the node.
        node: i64,
        /// Degrees.
        lat: f64,
        /// Degrees.
        lon: f64,
    },
    /// It cannot be made a network.
    #[error("the extract cannot be used: {0}")]
    Build(#[from] BuildError),
}

/// Returns the network of an extract and what became of it. `progress` is told after every frame how
/// many bytes were read and how many there are to read, twice the length of the file.
///
/// # Errors
/// In words, when it is no extract, damaged, cut off or without roads.
pub fn import(
    extract: impl Read + Seek,
    mut progress: impl FnMut(u64, u64),
) -> Result<(Network, ImportReport), ImportError> {
    let mut frames = Frames::new(extract)?;
    let mut roads = Roads::default();
    let look = |block: &PrimitiveBlock| -> Result<(), ImportError> {
        roads.read_ways(block);
        Ok(())
    };
    frames.each_block(look, |read, len| progress(read, 2 * len))?;
    let mut places = Places::of(&roads.refs);
    frames
        .each_block(|block| places.read_nodes(block), |read, len| progress(len + read, 2 * len))?;
    let (builder, mut report) = roads.into_builder(&places);
    let (network, built) = builder.build()?;
    report.turns_applied += built.turns_applied;
    report.turns_skipped += built.turns_skipped;
    report.parts = built.parts;
    Ok((network, report))
}

/// Ways and restrictions, by OSM's own numbers.
#[derive(Debug, Default)]
struct Roads {
    ways: Vec<ReadWay>,
    /// The nodes of all ways, one after another.
    refs: Vec<i64>,
    restrictions: Vec<restrictions::Read>,
    restrictions_skipped: u64,
}

#[derive(Debug)]
struct ReadWay {
    id: i64,
    usage: WayUse,
    refs: std::ops::Range<usize>,
}

impl Roads {
    fn read_ways(&mut self, block: &PrimitiveBlock) {
        for group in block.groups() {
            for way in group.ways() {
                self.read_way(&way);
            }
            for relation in group.relations() {
                match restrictions::read(&relation) {
                    Ok(read) => self.restrictions.extend(read),
                    Err(()) => self.restrictions_skipped += 1,
                }
            }
        }
    }

    fn read_way(&mut self, way: &Way<'_>) {
        let tags: Tags<'_> = way.tags().collect();
        if let Some(usage) = ways::usage_of(&tags) {
            let first = self.refs.len();
            self.refs.extend(way.refs());
            self.ways.push(ReadWay { id: way.id(), usage, refs: first..self.refs.len() });
        }
    }

    /// Returns all of it in a builder. Where a node is missing the way is cut.
    fn into_builder(self, places: &Places) -> (NetworkBuilder, ImportReport) {
        let mut builder = NetworkBuilder::new();
        let nodes = places.put_into(&mut builder);
        let mut report = ImportReport {
            ways: self.ways.len() as u64,
            turns_skipped: self.restrictions_skipped,
            ..ImportReport::default()
        };
        let named: HashSet<i64> = self
            .restrictions
            .iter()
            .flat_map(|read| read.from.iter().chain(&read.to))
            .copied()
            .collect();
        let mut pieces_of: HashMap<i64, Vec<Piece>> = HashMap::new();
        for way in &self.ways {
            let known: Vec<Option<NodeId>> =
                self.refs[way.refs.clone()].iter().map(|node| nodes[places.find(*node)?]).collect();
            let missing = known.iter().filter(|node| node.is_none()).count() as u64;
            report.missing_nodes += missing;
            report.ways_cut += u64::from(missing > 0);
            for piece in known.split(Option::is_none).filter(|piece| piece.len() > 1) {
                let piece: Vec<NodeId> = piece.iter().copied().flatten().collect();
                let id = builder.way(&piece, way.usage);
                if named.contains(&way.id) {
                    let ends = [piece[0], piece[piece.len() - 1]];
                    pieces_of.entry(way.id).or_default().push(Piece { id, ends });
                }
            }
        }
        for read in &self.restrictions {
            let via = places.find(read.via).and_then(|place| nodes[place]);
            match via.and_then(|via| restriction(read, via, &pieces_of)) {
                Some(restriction) => builder.restrict(restriction),
                None => report.turns_skipped += 1,
            }
        }
        (builder, report)
    }
}

/// A way in the builder, with its first and last node.
#[derive(Clone, Copy, Debug)]
struct Piece {
    id: WayId,
    ends: [NodeId; 2],
}

/// Returns a restriction of the builder, `None` when no way of it begins or ends at the node: of one
/// that passes it, it is not said which half is meant.
fn restriction(
    read: &restrictions::Read,
    via: NodeId,
    pieces_of: &HashMap<i64, Vec<Piece>>,
) -> Option<Restriction> {
    let meeting = |ways: &[i64]| -> Option<Vec<WayId>> {
        let pieces = ways.iter().filter_map(|way| pieces_of.get(way)).flatten();
        let ids: Vec<WayId> =
            pieces.filter(|piece| piece.ends.contains(&via)).map(|piece| piece.id).collect();
        (!ids.is_empty()).then_some(ids)
    };
    let (from, to) = (meeting(&read.from)?, meeting(&read.to)?);
    Some(Restriction { from, via, to, rule: read.rule, binds: read.binds })
}

/// Where the nodes of the ways lie.
#[derive(Debug)]
struct Places {
    ids: Vec<i64>,
    points: Vec<Option<Point>>,
    obstacles: Vec<(usize, Obstacle)>,
}

impl Places {
    fn of(refs: &[i64]) -> Self {
        let mut ids = refs.to_vec();
        ids.sort_unstable();
        ids.dedup();
        Self { points: vec![None; ids.len()], ids, obstacles: Vec::new() }
    }

    fn find(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    fn read_nodes(&mut self, block: &PrimitiveBlock) -> Result<(), ImportError> {
        for group in block.groups() {
            for node in group.nodes() {
                self.read_node(&node)?;
            }
            for node in group.dense_nodes() {
                self.read_dense(&node)?;
            }
        }
        Ok(())
    }

    fn read_node(&mut self, node: &Node<'_>) -> Result<(), ImportError> {
        self.put(node.id(), [node.nano_lat(), node.nano_lon()], || node.tags().collect())
    }

    fn read_dense(&mut self, node: &DenseNode<'_>) -> Result<(), ImportError> {
        self.put(node.id(), [node.nano_lat(), node.nano_lon()], || node.tags().collect())
    }

    fn put<'a>(
        &mut self,
        id: i64,
        nano: [i64; 2],
        tags: impl FnOnce() -> Tags<'a>,
    ) -> Result<(), ImportError> {
        let Some(place) = self.find(id) else { return Ok(()) };
        let off_globe = || {
            let [lat, lon] = nano.map(|nano| nano as f64 * 1e-9);
            ImportError::OffGlobe { node: id, lat, lon }
        };
        let [Ok(lat), Ok(lon)] = nano.map(|nano| i32::try_from(nano / 100)) else {
            return Err(off_globe());
        };
        if !is_on_globe([lat, lon]) {
            return Err(off_globe());
        }
        self.points[place] = Some([lat, lon]);
        if let Some(obstacle) = obstacle_of(&tags()) {
            self.obstacles.push((place, obstacle));
        }
        Ok(())
    }

    /// Puts every node that was found into the builder.
    fn put_into(&self, builder: &mut NetworkBuilder) -> Vec<Option<NodeId>> {
        let nodes: Vec<Option<NodeId>> =
            self.points.iter().map(|point| point.map(|point| builder.node_at(point))).collect();
        for (place, obstacle) in &self.obstacles {
            let Some(node) = nodes[*place] else { continue };
            if obstacle.lights {
                builder.lights(node);
            }
            for travel in Travel::ALL {
                match obstacle.passage[travel as usize] {
                    Passage::Free => {}
                    Passage::Gate => builder.gate(node, travel),
                    Passage::Closed => builder.close(node, travel),
                }
            }
        }
        nodes
    }
}
