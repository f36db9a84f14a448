//! Datums: Chinese maps and many devices shift WGS-84; it is undone once, at the gateway.

use silverbell_domain::LatLon;

/// What a pair of coordinates refers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Datum {
    /// What satellites give and what is kept.
    #[default]
    Wgs84,
    /// The shifted coordinates of Chinese maps (火星坐标).
    Gcj02,
    /// Baidu's, shifted once more.
    Bd09,
}

impl Datum {
    /// Returns the datum of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "wgs84" => Some(Self::Wgs84),
            "gcj02" => Some(Self::Gcj02),
            "bd09" => Some(Self::Bd09),
            _ => None,
        }
    }

    /// Returns the WGS-84 point of a pair of coordinates in this datum; `None` where it names no
    /// place (see [`LatLon::new`]).
    #[must_use]
    pub fn to_wgs84(self, lat: f64, lon: f64) -> Option<LatLon> {
        let given = LatLon::new(lat, lon)?;
        let (lon, lat) = match self {
            Self::Wgs84 => return Some(given),
            Self::Gcj02 => coordtransform::gcj02_to_wgs84(lon, lat),
            Self::Bd09 => coordtransform::bd09_to_wgs84(lon, lat),
        };
        LatLon::new(lat, lon)
    }
}

#[cfg(test)]
mod tests {
    use super::Datum;

    #[test]
    fn a_shifted_point_comes_back_within_ten_metres() {
        // The same place in three datums: Zhangzhou, by the public transformation.
        let wgs84 = Datum::Wgs84.to_wgs84(24.51, 117.66).expect("a place");
        let (lon, lat) = coordtransform::wgs84_to_gcj02(117.66, 24.51);
        let back = Datum::Gcj02.to_wgs84(lat, lon).expect("a place");
        assert!(back.distance_m(wgs84) < 10.0);
        let (lon, lat) = coordtransform::wgs84_to_bd09(117.66, 24.51);
        let back = Datum::Bd09.to_wgs84(lat, lon).expect("a place");
        assert!(back.distance_m(wgs84) < 10.0);
        let unshifted = Datum::Wgs84.to_wgs84(lat, lon).expect("a place");
        assert!(unshifted.distance_m(wgs84) > 300.0, "the shift is real");
    }

    #[test]
    fn no_place_is_no_place_in_any_datum() {
        assert_eq!(Datum::Gcj02.to_wgs84(0.0, 0.0), None);
        assert_eq!(Datum::Bd09.to_wgs84(f64::NAN, 117.0), None);
        assert_eq!(Datum::Wgs84.to_wgs84(91.0, 117.0), None);
    }
}
