//! The towns and villages of the demo district: invented, but named as places there are.

use super::plane::{Blob, Pt, pt};

/// A town (镇) or sub-district (街道) and its villages and neighbourhoods.
#[derive(Debug)]
pub(super) struct Town {
    pub(super) name: &'static str,
    pub(super) at: Pt,
    pub(super) villages: &'static [Village],
}

/// How people live there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Build {
    /// Blocks of flats: a neighbourhood (社区).
    Flats,
    /// Houses that families built themselves: a village (村).
    Houses,
}

/// A village or neighbourhood (村居).
#[derive(Debug)]
pub(super) struct Village {
    /// Without 村 or 社区.
    pub(super) stem: &'static str,
    pub(super) at: Pt,
    /// Half its length and half its breadth, metres.
    half: Pt,
    /// The direction its lanes follow.
    pub(super) lie: Pt,
    pub(super) build: Build,
    /// Its share of the seniors.
    pub(super) weight: u32,
}

impl Village {
    pub(super) fn name(&self) -> String {
        let kind = if self.build == Build::Flats { "社区" } else { "村" };
        format!("{}{kind}", self.stem)
    }

    /// Returns the usual distance between lanes that run the same way, metres.
    pub(super) fn lane_spacing_m(&self) -> f64 {
        match self.build {
            Build::Flats => 112.0,
            Build::Houses => 72.0,
        }
    }

    pub(super) fn area(&self) -> Blob {
        let salt = self.stem.bytes().fold(0, |salt, byte| salt * 31 + u64::from(byte));
        Blob { at: self.at, half: self.half, lie: self.lie, salt }
    }
}

/// Returns every village with its town, in a fixed order.
pub(super) fn all() -> impl Iterator<Item = (&'static Town, &'static Village)> {
    TOWNS.iter().flat_map(|town| town.villages.iter().map(move |village| (town, village)))
}

const fn flats(stem: &'static str, at: Pt, half: Pt, lie: Pt, weight: u32) -> Village {
    Village { stem, at, half, lie, build: Build::Flats, weight }
}

const fn houses(stem: &'static str, at: Pt, half: Pt, lie: Pt, weight: u32) -> Village {
    Village { stem, at, half, lie, build: Build::Houses, weight }
}

pub(super) const TOWNS: [Town; 5] = [
    Town {
        name: "银湖街道",
        at: pt(-1_250.0, 620.0),
        villages: &[
            flats("锦华", pt(-1_950.0, 1_650.0), pt(625.0, 538.0), pt(9.0, 1.0), 190),
            flats("湖滨", pt(-780.0, 1_850.0), pt(638.0, 496.0), pt(9.0, -1.0), 175),
            flats("文苑", pt(450.0, 1_150.0), pt(665.0, 579.0), pt(9.0, -2.0), 165),
            flats("东门", pt(-780.0, 250.0), pt(571.0, 524.0), pt(8.0, -2.0), 185),
            flats("龙泉", pt(-2_150.0, 420.0), pt(638.0, 579.0), pt(9.0, -1.0), 180),
            flats("江滨", pt(-1_900.0, -780.0), pt(744.0, 455.0), pt(8.0, 3.0), 150),
            flats("凤台", pt(420.0, -350.0), pt(638.0, 579.0), pt(9.0, -1.0), 160),
        ],
    },
    Town {
        name: "蓝浦镇",
        at: pt(2_640.0, 620.0),
        villages: &[
            flats("蓝浦", pt(2_620.0, 180.0), pt(571.0, 524.0), pt(9.0, 2.0), 150),
            houses("东屿", pt(3_850.0, -1_050.0), pt(430.0, 330.0), pt(5.0, -2.0), 125),
            houses("浦口", pt(4_750.0, 120.0), pt(400.0, 330.0), pt(5.0, 3.0), 110),
            houses("蔡厝", pt(3_500.0, 1_250.0), pt(410.0, 300.0), pt(6.0, -1.0), 115),
            houses("下浦", pt(5_250.0, -980.0), pt(360.0, 280.0), pt(3.0, 2.0), 80),
            houses("洋中", pt(2_450.0, -1_250.0), pt(380.0, 290.0), pt(5.0, -3.0), 95),
        ],
    },
    Town {
        name: "步桥镇",
        at: pt(-4_250.0, 1_980.0),
        villages: &[
            flats("步桥", pt(-4_250.0, 1_550.0), pt(571.0, 496.0), pt(9.0, -2.0), 145),
            houses("上林", pt(-5_150.0, 2_500.0), pt(390.0, 300.0), pt(2.0, 3.0), 85),
            houses("石仓", pt(-3_650.0, 2_950.0), pt(400.0, 300.0), pt(5.0, 1.0), 95),
            houses("洋尾", pt(-5_250.0, 350.0), pt(420.0, 310.0), pt(5.0, -1.0), 105),
            houses("田中", pt(-3_850.0, -250.0), pt(380.0, 310.0), pt(4.0, -3.0), 100),
        ],
    },
    Town {
        name: "朝安镇",
        at: pt(1_480.0, 3_430.0),
        villages: &[
            flats("朝安", pt(1_450.0, 2_950.0), pt(585.0, 524.0), pt(9.0, -1.0), 145),
            houses("后坑", pt(350.0, 4_150.0), pt(380.0, 280.0), pt(5.0, 2.0), 80),
            houses("山前", pt(3_000.0, 3_550.0), pt(420.0, 300.0), pt(4.0, -3.0), 90),
            houses("林墩", pt(-1_150.0, 3_450.0), pt(430.0, 310.0), pt(6.0, 1.0), 105),
            houses("大坂", pt(4_550.0, 2_250.0), pt(400.0, 290.0), pt(6.0, -2.0), 90),
            houses("许坑", pt(-350.0, 2_900.0), pt(330.0, 260.0), pt(3.0, -1.0), 70),
        ],
    },
    Town {
        name: "南滨镇",
        at: pt(-900.0, -2_080.0),
        villages: &[
            flats("南滨", pt(-900.0, -2_480.0), pt(611.0, 469.0), pt(9.0, 1.0), 150),
            houses("洲头", pt(-3_450.0, -2_750.0), pt(410.0, 300.0), pt(5.0, 1.0), 100),
            houses("古塘", pt(-1_650.0, -3_900.0), pt(430.0, 310.0), pt(3.0, 2.0), 100),
            houses("渡头", pt(750.0, -2_250.0), pt(390.0, 280.0), pt(5.0, -3.0), 95),
            houses("坂上", pt(3_050.0, -3_900.0), pt(400.0, 290.0), pt(4.0, 1.0), 80),
            houses("西埔", pt(-5_050.0, -2_350.0), pt(380.0, 280.0), pt(5.0, -2.0), 80),
            houses("港墘", pt(550.0, -3_900.0), pt(370.0, 280.0), pt(6.0, 1.0), 75),
        ],
    },
];
