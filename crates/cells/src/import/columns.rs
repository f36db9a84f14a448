//! Which field of a row says what.

use super::report::ImportError;

/// Fields of a row that are looked at.
const MAX_FIELDS: usize = 32;

/// What a field may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Radio,
    Country,
    Network,
    Area,
    Cell,
    Lon,
    Lat,
    Range,
    Samples,
    Updated,
    Mac,
}

/// How many kinds of columns there are.
const KINDS: usize = Column::Mac as usize + 1;

impl Column {
    /// Returns what a column of this name says: OpenCellID's names, and those of similar lists.
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "radio" => Self::Radio,
            "mcc" => Self::Country,
            "net" | "mnc" => Self::Network,
            "area" | "lac" | "tac" => Self::Area,
            "cell" | "cid" | "cellid" | "cell_id" => Self::Cell,
            "lon" | "lng" | "long" | "longitude" => Self::Lon,
            "lat" | "latitude" => Self::Lat,
            "range" | "accuracy" | "radius" => Self::Range,
            "samples" => Self::Samples,
            "updated" => Self::Updated,
            "mac" | "bssid" => Self::Mac,
            _ => return None,
        })
    }
}

/// Where each column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns([Option<u8>; KINDS]);

impl Columns {
    /// `radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal`:
    /// the order of OpenCellID, whose files for a single country have no header.
    pub(super) const OPENCELLID: Self = {
        let mut places = [None; KINDS];
        places[Column::Radio as usize] = Some(0);
        places[Column::Country as usize] = Some(1);
        places[Column::Network as usize] = Some(2);
        places[Column::Area as usize] = Some(3);
        places[Column::Cell as usize] = Some(4);
        places[Column::Lon as usize] = Some(6);
        places[Column::Lat as usize] = Some(7);
        places[Column::Range as usize] = Some(8);
        places[Column::Samples as usize] = Some(9);
        places[Column::Updated as usize] = Some(12);
        Self(places)
    };

    /// Returns the columns that a header names; `None` if these fields are no header.
    pub(super) fn named(fields: &Fields<'_>) -> Option<Result<Self, ImportError>> {
        let mut places = [None; KINDS];
        for (place, name) in (0..).zip(fields.all()) {
            let Some(column) = Column::named(name) else { continue };
            if let Some(free @ None) = places.get_mut(column as usize) {
                *free = Some(place);
            }
        }
        let is_header = places.iter().any(Option::is_some);
        is_header.then(|| Self(places).complete())
    }

    fn complete(self) -> Result<Self, ImportError> {
        let missing = |wanted: &[(Column, &'static str)]| {
            wanted.iter().find(|(column, _)| !self.has(*column)).map(|(_, name)| *name)
        };
        let place = [(Column::Lat, "lat"), (Column::Lon, "lon")];
        let cell = [
            (Column::Radio, "radio"),
            (Column::Country, "mcc"),
            (Column::Network, "net"),
            (Column::Area, "area"),
            (Column::Cell, "cell"),
        ];
        let of_name = if self.has(Column::Mac) { None } else { missing(&cell) };
        missing(&place).or(of_name).map_or(Ok(self), |column| Err(ImportError::Column { column }))
    }

    /// Returns whether there is such a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.0.get(column as usize).is_some_and(Option::is_some)
    }

    /// Returns a field, empty where there is none.
    pub(super) fn get<'a>(&self, fields: &Fields<'a>, column: Column) -> &'a str {
        let place = self.0.get(column as usize).copied().flatten();
        place.and_then(|place| fields.all().get(usize::from(place)).copied()).unwrap_or_default()
    }
}

/// The fields of a line.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    fields: [&'a str; MAX_FIELDS],
    count: usize,
}

impl<'a> Fields<'a> {
    /// Parts a line at its commas; those between quotation marks are a part of the field.
    pub(super) fn of(line: &'a str) -> Self {
        let mut fields = Self { fields: [""; MAX_FIELDS], count: 0 };
        let mut rest = Some(line);
        while let (Some(text), Some(free)) = (rest, fields.fields.get_mut(fields.count)) {
            (*free, rest) = first(text);
            fields.count += 1;
        }
        fields
    }

    fn all(&self) -> &[&'a str] {
        self.fields.get(..self.count).unwrap_or_default()
    }
}

/// Returns the first field and what stands behind its comma.
fn first(text: &str) -> (&str, Option<&str>) {
    let quoted = text.trim_ascii_start().strip_prefix('"').and_then(quoted);
    let (field, rest) = quoted.unwrap_or((text, text));
    match rest.split_once(',') {
        // Without quotation marks the field ends at the comma, too.
        Some((before, behind)) => (quoted.map_or(before, |_| field).trim_ascii(), Some(behind)),
        None => (field.trim_ascii(), None),
    }
}

/// Returns what stands before the closing quotation mark, and behind it; `None` if it is missing.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let mark = from + text.get(from..)?.find('"')?;
        let behind = text.get(mark + 1..)?;
        if !behind.starts_with('"') {
            return Some((text.get(..mark)?, behind));
        }
        // Two of them stand for one that is a part of the field.
        from = mark + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(line: &str) -> Vec<&str> {
        let fields = Fields::of(line);
        fields.all().to_vec()
    }

    #[test]
    fn commas_part_fields_unless_they_are_quoted() {
        assert_eq!(fields("a,b,,c"), ["a", "b", "", "c"]);
        assert_eq!(fields(" a , b "), ["a", "b"]);
        assert_eq!(fields(r#""a","b,c" ,"d""e,f",g"#), ["a", "b,c", r#"d""e,f"#, "g"]);
        assert_eq!(fields(""), [""]);
        assert_eq!(fields(r#""never closed,b"#), [r#""never closed"#, "b"]);
        assert_eq!(fields(r#"Wang"s,b"#), [r#"Wang"s"#, "b"]);
        assert_eq!(fields(&",".repeat(1_000)).len(), MAX_FIELDS);
    }

    #[test]
    fn a_header_names_columns_in_any_order_and_a_row_is_none() {
        let columns = |line: &str| Columns::named(&Fields::of(line));
        assert!(columns("GSM,460,0,9346,5223,0,117.65,24.51,500,1,1,1,1,0").is_none());
        let ocid = "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal";
        assert!(matches!(columns(ocid), Some(Ok(Columns::OPENCELLID))));
        let other = columns("BSSID,\"Latitude\",longitude,ssid");
        let Some(Ok(other)) = other else { panic!("{other:?}") };
        let row = Fields::of("34:60:f9:ec:19:f8,24.5,117.6,\"Wang, family\"");
        assert_eq!(other.get(&row, Column::Mac), "34:60:f9:ec:19:f8");
        assert_eq!(other.get(&row, Column::Lon), "117.6");
        assert_eq!(other.get(&row, Column::Range), "");
    }

    #[test]
    fn a_header_without_what_is_needed_says_what_is_missing() {
        let cases =
            [("mac,lat", "lon"), ("radio,mcc,net,cell,lat,lon", "area"), ("mcc,lon", "lat")];
        for (line, missing) in cases {
            let said = Columns::named(&Fields::of(line));
            let Some(Err(ImportError::Column { column })) = said else {
                panic!("{line}: {said:?}")
            };
            assert_eq!(column, missing, "{line}");
        }
    }
}
