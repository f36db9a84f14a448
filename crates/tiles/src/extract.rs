//! From an extract of OpenStreetMap (.osm.pbf) to what is to be drawn.
//!
//! The file is read three times: its relations, then the ways that are drawn or that a relation needs,
//! then of all its nodes those that the ways need. So the memory needed goes with what is drawn.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};
use std::ops::Range;
use std::sync::Arc;

use osmpbf::{PrimitiveBlock, RelMemberType, Relation, Way};
use silverbell_roads::{Frames, ImportError};

use crate::archive::OSM_ATTRIBUTION;
use crate::classes::{self, Class, Tags};
use crate::drawing::{Drawing, Feature, Names, Shape};
use crate::rings;
use crate::world::World;

/// OSM allows 255 characters; nothing so long can be drawn.
const MAX_NAME: usize = 80;

/// What is wider than so many degrees is no feature of a province: it would be cut into a tile for each
/// step of its way.
const MAX_WIDTH_DEG: f64 = 4.0;

/// Returns what is to be drawn of an extract. `progress` is told after every frame how many bytes were
/// read and how many there are to read, three times the length of the file.
///
/// # Errors
/// In words, when it is no extract, damaged or cut off.
pub fn read_extract(
    extract: impl Read + Seek,
    mut progress: impl FnMut(u64, u64),
) -> Result<Drawing, ImportError> {
    let mut frames = Frames::new(extract)?;
    let mut read = Elements::default();
    let mut pass = |passed: u64, look: &mut dyn FnMut(&PrimitiveBlock)| {
        let look = |block: &PrimitiveBlock| -> Result<(), ImportError> {
            look(block);
            Ok(())
        };
        frames.each_block(look, |at, len| progress(passed * len + at, 3 * len))
    };
    pass(0, &mut |block| read.relations(block))?;
    pass(1, &mut |block| read.ways(block))?;
    let mut places = Places::of(&read.refs);
    pass(2, &mut |block| read.nodes(block, &mut places))?;
    Ok(read.into_drawing(&places))
}

/// What was read, by OSM's own numbers.
#[derive(Debug, Default)]
struct Elements {
    areas: Vec<ReadArea>,
    /// The ways of all areas.
    members: HashSet<i64>,
    ways: Vec<ReadWay>,
    /// Where the nodes of a way are that is a member of an area.
    refs_of: HashMap<i64, Range<usize>>,
    /// The nodes of all ways, one after another.
    refs: Vec<i64>,
    points: Vec<Feature>,
    words: Words,
}

#[derive(Debug)]
struct ReadWay {
    style: Style,
    refs: Range<usize>,
}

#[derive(Debug)]
struct ReadArea {
    style: Style,
    outer: Vec<i64>,
    inner: Vec<i64>,
}

/// Everything of a feature but its form.
#[derive(Clone, Debug)]
struct Style {
    class: Class,
    names: Option<Box<Names>>,
    is_bridge: bool,
    is_tunnel: bool,
}

impl Style {
    fn feature(&self, shape: Shape) -> Feature {
        Feature {
            layer: self.class.layer,
            kind: self.class.kind,
            detail: self.class.detail,
            is_bridge: self.is_bridge,
            is_tunnel: self.is_tunnel,
            names: self.names.clone(),
            min_zoom: self.class.min_zoom,
            shape,
        }
    }
}

impl Elements {
    fn relations(&mut self, block: &PrimitiveBlock) {
        for relation in block.groups().flat_map(|group| group.relations()) {
            self.relation(&relation);
        }
    }

    fn relation(&mut self, relation: &Relation<'_>) {
        let tags: Tags<'_> = relation.tags().collect();
        if tags.get("type") != Some("multipolygon") {
            return;
        }
        let Some(class) = classes::of_area(&tags) else { return };
        let (mut outer, mut inner) = (Vec::new(), Vec::new());
        for member in relation.members() {
            if member.member_type != RelMemberType::Way {
                continue;
            }
            match member.role() {
                Ok("inner") => inner.push(member.member_id),
                Ok("outer" | "") => outer.push(member.member_id),
                _ => {}
            }
        }
        self.members.extend(outer.iter().chain(&inner));
        let style = self.words.style(class, &tags);
        self.areas.push(ReadArea { style, outer, inner });
    }

    fn ways(&mut self, block: &PrimitiveBlock) {
        for way in block.groups().flat_map(|group| group.ways()) {
            self.way(&way);
        }
    }

    fn way(&mut self, way: &Way<'_>) {
        let tags: Tags<'_> = way.tags().collect();
        let first = self.refs.len();
        let is_member = self.members.contains(&way.id());
        // Most ways of an extract are not drawn: their nodes are not even read.
        let (begins, ends) = (way.refs().next(), way.refs().last());
        let class = classes::of_way(&tags, begins == ends && way.raw_refs().len() > 3);
        if class.is_none() && !is_member {
            return;
        }
        self.refs.extend(way.refs());
        let refs = first..self.refs.len();
        if is_member {
            self.refs_of.insert(way.id(), refs.clone());
        }
        if let Some(class) = class {
            self.ways.push(ReadWay { style: self.words.style(class, &tags), refs });
        }
    }

    fn nodes(&mut self, block: &PrimitiveBlock, places: &mut Places) {
        for group in block.groups() {
            for node in group.nodes() {
                let at = World::of(node.nano_lat() as f64 * 1e-9, node.nano_lon() as f64 * 1e-9);
                places.put(node.id(), at);
                self.point(at, || node.tags().collect());
            }
            for node in group.dense_nodes() {
                let at = World::of(node.nano_lat() as f64 * 1e-9, node.nano_lon() as f64 * 1e-9);
                places.put(node.id(), at);
                self.point(at, || node.tags().collect());
            }
        }
    }

    fn point<'a>(&mut self, at: Option<World>, tags: impl FnOnce() -> Tags<'a>) {
        let Some(at) = at else { return };
        let tags = tags();
        if tags.is_empty() {
            return;
        }
        let Some(class) = classes::of_node(&tags) else { return };
        let style = self.words.style(class, &tags);
        if style.names.is_some() {
            self.points.push(style.feature(Shape::Point(at)));
        }
    }

    fn into_drawing(mut self, places: &Places) -> Drawing {
        let attribution = OSM_ATTRIBUTION.to_owned();
        let mut drawing = Drawing { attribution, ..Drawing::default() };
        for way in &self.ways {
            let refs = &self.refs[way.refs.clone()];
            let shapes = if way.style.class.is_area {
                places.area(&refs[..refs.len().saturating_sub(1)], &[]).into_iter().collect()
            } else {
                places.lines(refs)
            };
            drawing.left_out += u64::from(shapes.is_empty());
            drawing.put(shapes.into_iter().map(|shape| way.style.feature(shape)));
        }
        for area in &self.areas {
            let (shapes, left_out) = self.shapes_of(area, places);
            drawing.left_out += left_out;
            drawing.put(shapes.into_iter().map(|shape| area.style.feature(shape)));
        }
        drawing.put(self.points.drain(..));
        drawing
    }

    fn shapes_of(&self, area: &ReadArea, places: &Places) -> (Vec<Shape>, u64) {
        let ways = |members: &[i64]| -> Vec<&[i64]> {
            let known = members.iter().filter_map(|way| self.refs_of.get(way));
            known.map(|refs| &self.refs[refs.clone()]).collect()
        };
        let missing = area.outer.iter().filter(|way| !self.refs_of.contains_key(way)).count();
        let (outer, open) = rings::joined(&ways(&area.outer));
        let (inner, _) = rings::joined(&ways(&area.inner));
        let inner: Vec<Vec<World>> = inner.iter().filter_map(|ring| places.ring(ring)).collect();
        let mut left_out = open + missing as u64;
        let mut shapes = Vec::new();
        for ring in outer {
            match places.area(&ring, &inner) {
                Some(shape) => shapes.push(shape),
                None => left_out += 1,
            }
        }
        (shapes, left_out)
    }
}

impl Drawing {
    /// Puts in what is not wider than a province.
    fn put(&mut self, features: impl Iterator<Item = Feature>) {
        for feature in features {
            if is_narrow(&feature.shape) {
                self.features.push(feature);
            } else {
                self.left_out += 1;
            }
        }
    }
}

fn is_narrow(shape: &Shape) -> bool {
    let widest = (MAX_WIDTH_DEG / 360.0 * 4_294_967_296.0) as u32;
    let ring = match shape {
        Shape::Point(_) => return true,
        Shape::Line(line) => line,
        Shape::Area(rings) => match rings.first() {
            Some(ring) => ring,
            None => return false,
        },
    };
    let width = |of: fn(&World) -> u32| {
        let (low, high) = (ring.iter().map(of).min(), ring.iter().map(of).max());
        high.unwrap_or(0).saturating_sub(low.unwrap_or(0))
    };
    width(|at| at.x) <= widest && width(|at| at.y) <= widest
}

/// Where the nodes lie.
#[derive(Debug)]
struct Places {
    ids: Vec<i64>,
    points: Vec<Option<World>>,
}

impl Places {
    fn of(refs: &[i64]) -> Self {
        let mut ids = refs.to_vec();
        ids.sort_unstable();
        ids.dedup();
        Self { points: vec![None; ids.len()], ids }
    }

    fn put(&mut self, id: i64, at: Option<World>) {
        if let Ok(place) = self.ids.binary_search(&id) {
            self.points[place] = at;
        }
    }

    fn get(&self, id: i64) -> Option<World> {
        self.points[self.ids.binary_search(&id).ok()?]
    }

    /// Returns a way as lines: more than one where a node of it is missing.
    fn lines(&self, refs: &[i64]) -> Vec<Shape> {
        let known: Vec<Option<World>> = refs.iter().map(|node| self.get(*node)).collect();
        let parts = known.split(Option::is_none).filter(|part| part.len() > 1);
        parts.map(|part| Shape::Line(part.iter().copied().flatten().collect())).collect()
    }

    /// Returns a ring, `None` when a node is missing or there are too few.
    fn ring(&self, refs: &[i64]) -> Option<Vec<World>> {
        let ring: Option<Vec<World>> = refs.iter().map(|node| self.get(*node)).collect();
        ring.filter(|ring| ring.len() > 2)
    }

    /// Returns an area with those of the holes that lie in it.
    fn area(&self, outer: &[i64], holes: &[Vec<World>]) -> Option<Shape> {
        let outer = self.ring(outer)?;
        let inside = |hole: &&Vec<World>| {
            hole.first().is_some_and(|corner| rings::contains(&outer, *corner))
        };
        let holes: Vec<Vec<World>> = holes.iter().filter(inside).cloned().collect();
        Some(Shape::Area(std::iter::once(outer).chain(holes).collect()))
    }
}

/// Names, each kept once: a street is many ways.
#[derive(Debug, Default)]
struct Words(HashSet<Arc<str>>);

impl Words {
    fn style(&mut self, class: Class, tags: &Tags<'_>) -> Style {
        let name = self.of(tags.get("name"));
        let zh = self.of(tags.get("name:zh-Hans").or_else(|| tags.get("name:zh")));
        let en = self.of(tags.get("name:en"));
        let names = Names {
            zh: zh.filter(|zh| Some(zh) != name.as_ref()),
            en: en.filter(|en| Some(en) != name.as_ref()),
            number: self.of(tags.get("ref")),
            name,
        };
        Style {
            class,
            names: (names != Names::default()).then(|| Box::new(names)),
            is_bridge: tags.has("bridge"),
            is_tunnel: tags.has("tunnel"),
        }
    }

    fn of(&mut self, word: Option<&str>) -> Option<Arc<str>> {
        let fits = |c: &char| !c.is_control();
        let word: String = word?.trim().chars().filter(fits).take(MAX_NAME).collect();
        if word.is_empty() {
            return None;
        }
        if let Some(known) = self.0.get(&*word) {
            return Some(known.clone());
        }
        let word: Arc<str> = word.into();
        self.0.insert(word.clone());
        Some(word)
    }
}
