//! The main roads, drawn by hand: the only ones that cross the river.

use super::super::plane::{Pt, pt};
use super::super::terrain;
use super::{Line, StreetClass};

struct Main {
    name: &'static str,
    class: StreetClass,
    through: &'static [Pt],
}

const MAINS: [Main; 7] = [
    Main {
        name: "迎宾大道",
        class: StreetClass::Trunk,
        through: &[
            pt(-6_000.0, 1_230.0),
            pt(-4_700.0, 1_060.0),
            pt(-3_300.0, 1_120.0),
            pt(-2_100.0, 930.0),
            pt(-1_000.0, 700.0),
            pt(300.0, 520.0),
            pt(1_700.0, 720.0),
            pt(3_200.0, 640.0),
            pt(4_600.0, 760.0),
            pt(6_000.0, 1_120.0),
        ],
    },
    Main {
        name: "龙祥大道",
        class: StreetClass::Trunk,
        through: &[
            pt(-3_050.0, 5_000.0),
            pt(-2_950.0, 4_000.0),
            pt(-2_780.0, 2_600.0),
            pt(-2_820.0, 1_300.0),
            pt(-2_980.0, 100.0),
            pt(-2_700.0, -1_200.0),
            pt(-2_520.0, -2_500.0),
            pt(-2_330.0, -3_800.0),
            pt(-2_150.0, -5_000.0),
        ],
    },
    Main {
        name: "金浦大道",
        class: StreetClass::Trunk,
        through: &[
            pt(2_250.0, 5_000.0),
            pt(2_120.0, 4_000.0),
            pt(2_080.0, 2_600.0),
            pt(1_900.0, 1_300.0),
            pt(1_780.0, 0.0),
            pt(1_600.0, -1_100.0),
            pt(1_480.0, -2_300.0),
            pt(1_750.0, -3_500.0),
            pt(1_980.0, -5_000.0),
        ],
    },
    Main {
        name: "环城北路",
        class: StreetClass::Trunk,
        through: &[
            pt(-6_000.0, 3_250.0),
            pt(-5_000.0, 3_020.0),
            pt(-3_900.0, 2_420.0),
            pt(-2_600.0, 2_320.0),
            pt(-1_200.0, 2_520.0),
            pt(400.0, 2_280.0),
            pt(1_800.0, 2_120.0),
            pt(3_400.0, 1_880.0),
            pt(4_800.0, 1_820.0),
            pt(6_000.0, 2_050.0),
        ],
    },
    Main {
        name: "南滨大道",
        class: StreetClass::Trunk,
        through: &[
            pt(-6_000.0, -3_120.0),
            pt(-4_900.0, -3_020.0),
            pt(-3_600.0, -3_300.0),
            pt(-2_300.0, -3_060.0),
            pt(-900.0, -2_960.0),
            pt(600.0, -3_080.0),
            pt(1_900.0, -3_260.0),
            pt(3_300.0, -3_380.0),
            pt(4_700.0, -3_260.0),
            pt(6_000.0, -2_980.0),
        ],
    },
    Main {
        name: "凤桥路",
        class: StreetClass::Secondary,
        through: &[
            pt(-420.0, 2_420.0),
            pt(-330.0, 1_800.0),
            pt(-210.0, 1_100.0),
            pt(-170.0, 350.0),
            pt(-260.0, -450.0),
            pt(-330.0, -1_300.0),
            pt(-420.0, -2_200.0),
            pt(-330.0, -3_010.0),
        ],
    },
    Main {
        name: "朝安路",
        class: StreetClass::Secondary,
        through: &[
            pt(-6_000.0, -180.0),
            pt(-4_900.0, 60.0),
            pt(-3_900.0, 330.0),
            pt(-2_950.0, 180.0),
            pt(-1_700.0, -120.0),
            pt(-300.0, -60.0),
            pt(900.0, 90.0),
            pt(1_800.0, -260.0),
            pt(3_100.0, -430.0),
            pt(4_600.0, -560.0),
            pt(6_000.0, -380.0),
        ],
    },
];

/// How far the embankment roads keep from the bank, metres.
const EMBANKMENT_M: f64 = 55.0;
/// Points drawn between two of the given ones.
const POINTS: u32 = 24;

/// Returns the main roads and the two embankments.
pub(super) fn lines() -> Vec<Line> {
    let drawn = MAINS.iter().map(|main| Line {
        points: curve(main.through),
        class: main.class,
        name: main.name.into(),
    });
    let embankment = |name: &str, side| Line {
        points: terrain::along_river(EMBANKMENT_M, side),
        class: StreetClass::Secondary,
        name: name.into(),
    };
    drawn.chain([embankment("滨江北路", 1.0), embankment("滨江南路", -1.0)]).collect()
}

/// Returns a smooth curve through these points (Catmull and Rom's).
fn curve(through: &[Pt]) -> Vec<Pt> {
    let Some(last) = through.len().checked_sub(1) else { return Vec::new() };
    let mut points = Vec::new();
    for at in 0..last {
        let (a, b) = (through[at], through[at + 1]);
        let before = through[at.saturating_sub(1)];
        let after = through[(at + 2).min(last)];
        for step in 0..POINTS {
            let t = f64::from(step) / f64::from(POINTS);
            points.push(blend([before, a, b, after], t));
        }
    }
    points.push(through[last]);
    points
}

fn blend([p0, p1, p2, p3]: [Pt; 4], t: f64) -> Pt {
    let axis = |p0: f64, p1: f64, p2: f64, p3: f64| {
        let (c1, c2) = (p2 - p0, 2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3);
        let c3 = 3.0 * (p1 - p2) + p3 - p0;
        p1 + 0.5 * t * (c1 + t * (c2 + t * c3))
    };
    pt(axis(p0.x, p1.x, p2.x, p3.x), axis(p0.y, p1.y, p2.y, p3.y))
}
