//! The smallest writer of .osm.pbf, for extracts that no server offers.

use std::io::Write;

/// Fields of a protobuf message, one after another.
#[derive(Clone, Debug, Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    fn packed(self, field: u64, values: impl IntoIterator<Item = u64>) -> Self {
        let mut packed = Self::default();
        values.into_iter().for_each(|value| packed.varint(value));
        self.bytes(field, &packed.0)
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn deltas(values: &[i64]) -> Vec<u64> {
    let before = std::iter::once(&0).chain(values);
    values.iter().zip(before).map(|(value, before)| zigzag(value - before)).collect()
}

/// Keys and values.
type Tags = Vec<(&'static str, &'static str)>;

/// 0 for a node or 1 for a way, its number, its role.
type Member = (u64, i64, &'static str);

/// An extract in the making.
#[derive(Clone, Debug, Default)]
pub struct Extract {
    /// Number, latitude and longitude in degrees, tags.
    pub nodes: Vec<(i64, f64, f64, Tags)>,
    /// Number, nodes, tags.
    pub ways: Vec<(i64, Vec<i64>, Tags)>,
    /// Members and tags.
    pub relations: Vec<(Vec<Member>, Tags)>,
    /// Features that a reader has to know, beside the usual ones.
    pub features: Vec<&'static str>,
    /// Nodes in columns, as servers offer them.
    pub dense: bool,
    /// Compressed, as servers offer them.
    pub zlib: bool,
}

/// Words by number; number 0 is empty, as dense nodes need it.
#[derive(Debug)]
struct Words(Vec<&'static str>);

impl Words {
    fn number(&mut self, word: &'static str) -> u64 {
        if let Some(known) = self.0.iter().position(|known| *known == word) {
            return known as u64;
        }
        self.0.push(word);
        self.0.len() as u64 - 1
    }

    fn tags(&mut self, message: Message, tags: &Tags) -> Message {
        let keys: Vec<u64> = tags.iter().map(|(key, _)| self.number(key)).collect();
        let values: Vec<u64> = tags.iter().map(|(_, value)| self.number(value)).collect();
        message.packed(2, keys).packed(3, values)
    }
}

impl Extract {
    /// Returns the bytes of the file: a header, and one block of everything.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut features = vec!["OsmSchema-V0.6", "DenseNodes"];
        features.extend(&self.features);
        let header =
            features.iter().fold(Message::default(), |m, word| m.bytes(4, word.as_bytes()));
        let mut words = Words(vec![""]);
        let mut group = Message::default();
        if self.dense {
            group = group.bytes(2, &self.dense_nodes(&mut words).0);
        } else {
            for node in &self.nodes {
                group = group.bytes(1, &plain_node(node, &mut words).0);
            }
        }
        for (id, refs, tags) in &self.ways {
            let way = words.tags(Message::default().number(1, *id as u64), tags);
            group = group.bytes(3, &way.packed(8, deltas(refs)).0);
        }
        for (members, tags) in &self.relations {
            let relation = words.tags(Message::default().number(1, 1), tags);
            let roles: Vec<u64> = members.iter().map(|(.., role)| words.number(role)).collect();
            let ids: Vec<i64> = members.iter().map(|(_, id, _)| *id).collect();
            let kinds = members.iter().map(|(kind, ..)| *kind);
            let relation = relation.packed(8, roles).packed(9, deltas(&ids)).packed(10, kinds);
            group = group.bytes(4, &relation.0);
        }
        let table = words.0.iter().fold(Message::default(), |m, word| m.bytes(1, word.as_bytes()));
        let block = Message::default().bytes(1, &table.0).bytes(2, &group.0);
        let data = if self.zlib { zlib_frame(&block.0) } else { frame("OSMData", &block.0) };
        [frame("OSMHeader", &header.0), data].concat()
    }

    fn dense_nodes(&self, words: &mut Words) -> Message {
        let of = |pick: fn(&(i64, f64, f64, Tags)) -> i64| -> Vec<i64> {
            self.nodes.iter().map(pick).collect()
        };
        let tags = self.nodes.iter().flat_map(|(.., tags)| {
            let pairs =
                tags.iter().flat_map(|(key, value)| [words.number(key), words.number(value)]);
            let mut pairs: Vec<u64> = pairs.collect();
            pairs.push(0);
            pairs
        });
        let tags: Vec<u64> = tags.collect();
        Message::default()
            .packed(1, deltas(&of(|node| node.0)))
            .packed(8, deltas(&of(|node| units(node.1))))
            .packed(9, deltas(&of(|node| units(node.2))))
            .packed(10, tags)
    }
}

fn plain_node((id, lat, lon, tags): &(i64, f64, f64, Tags), words: &mut Words) -> Message {
    let node = words.tags(Message::default().number(1, zigzag(*id)), tags);
    node.number(8, zigzag(units(*lat))).number(9, zigzag(units(*lon)))
}

fn units(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

/// Returns a frame with its content uncompressed.
pub fn frame(kind: &str, content: &[u8]) -> Vec<u8> {
    framed(kind, &Message::default().bytes(1, content))
}

/// Returns a frame of data with its content compressed, as servers offer them.
#[expect(clippy::expect_used, reason = "what is written to memory finds room")]
fn zlib_frame(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).expect("room");
    let zlib = encoder.finish().expect("room");
    framed("OSMData", &Message::default().number(2, content.len() as u64).bytes(3, &zlib))
}

fn framed(kind: &str, blob: &Message) -> Vec<u8> {
    let header = Message::default().bytes(1, kind.as_bytes()).number(3, blob.0.len() as u64);
    [&(header.0.len() as u32).to_be_bytes()[..], &header.0, &blob.0].concat()
}
