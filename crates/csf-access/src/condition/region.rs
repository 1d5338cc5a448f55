//! Regions: `aclr`, a circle on the globe or a list of countries (TS-0004 6.3.5.28, TS-0003 Annex F).

use crate::location::{Country, Location, Point};

/// The mean radius of the earth, in metres.
const EARTH_METRES: f64 = 6_371_008.8;
/// How far beyond its rim a circle still reaches, in metres: what the arithmetic may be wrong by.
const TOLERANCE_METRES: f64 = 0.001;

/// A region.
#[derive(Debug, PartialEq)]
pub(crate) enum Region {
    /// Everything within so many metres of a point, its rim included.
    Circle(Point, f64),
    /// Countries, in order.
    Countries(Box<[Country]>),
}

impl Region {
    /// Whether somebody is in it; `None` where the location does not say what it takes to tell.
    pub(crate) fn contains(&self, location: &Location) -> Option<bool> {
        match self {
            Self::Circle(centre, radius) => {
                let point = location.point?;
                Some(distance_metres(*centre, point) <= radius + TOLERANCE_METRES)
            }
            Self::Countries(countries) => Some(countries.binary_search(&location.country?).is_ok()),
        }
    }
}

/// The way along a great circle.
fn distance_metres(a: Point, b: Point) -> f64 {
    let (from, to) = (a.latitude().to_radians(), b.latitude().to_radians());
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let along = half((b.longitude() - a.longitude()).to_radians());
    let haversine = (from.cos() * to.cos()).mul_add(along, half(to - from));
    2.0 * EARTH_METRES * haversine.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Point {
        Point::new(latitude, longitude).expect("a point")
    }

    #[test]
    fn a_degree_of_a_great_circle_is_the_same_everywhere() {
        let degree = EARTH_METRES.to_radians();
        for (a, b, degrees) in [
            (at(0.0, 0.0), at(0.0, 1.0), 1.0),
            (at(0.0, 0.0), at(1.0, 0.0), 1.0),
            (at(0.0, 179.5), at(0.0, -179.5), 1.0),
            (at(89.5, 0.0), at(89.5, 180.0), 1.0),
            (at(90.0, 0.0), at(90.0, 77.0), 0.0),
            (at(0.0, 0.0), at(0.0, 180.0), 180.0),
            (at(52.0, 13.0), at(52.0, 13.0), 0.0),
        ] {
            let metres = distance_metres(a, b);
            assert!((metres - degree * degrees).abs() < 0.01, "{a:?} {b:?}: {metres}");
        }
    }

    #[test]
    fn the_rim_is_inside_and_a_metre_further_is_not() {
        let metres = distance_metres(at(52.0, 13.0), at(52.1, 13.1));
        let here = Location { point: Some(at(52.1, 13.1)), country: Country::parse("DE") };
        assert_eq!(Region::Circle(at(52.0, 13.0), metres).contains(&here), Some(true));
        assert_eq!(Region::Circle(at(52.0, 13.0), metres - 1.0).contains(&here), Some(false));
        let countries = |codes: &[&str]| {
            Region::Countries(codes.iter().map(|c| Country::parse(c).expect("a code")).collect())
        };
        assert_eq!(countries(&["DE", "ES"]).contains(&here), Some(true));
        assert_eq!(countries(&["ES"]).contains(&here), Some(false));
        let nowhere = Location::default();
        assert_eq!(countries(&["ES"]).contains(&nowhere), None);
        assert_eq!(Region::Circle(at(0.0, 0.0), 1e9).contains(&nowhere), None);
    }

    #[test]
    fn what_is_no_point_or_country_is_none() {
        for (latitude, longitude) in
            [(91.0, 0.0), (-90.1, 0.0), (0.0, 180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
        {
            assert_eq!(Point::new(latitude, longitude), None);
        }
        for text in ["", "D", "de", "DEU", "Dé", "é", "D1", "日本"] {
            assert_eq!(Country::parse(text), None, "{text}");
        }
    }
}
