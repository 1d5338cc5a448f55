//! Where somebody is, as a source that the host trusts tells it (TS-0003 Annex F).

/// Where somebody is: a point, a country, or both, as far as the source tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Location {
    /// The point, for circles.
    pub point: Option<Point>,
    /// The country, for lists of countries.
    pub country: Option<Country>,
}

/// A point on the globe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// The point at this latitude (-90 to 90) and longitude (-180 to 180), in degrees; `None` for others.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_a_point = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        is_a_point.then_some(Self { latitude, longitude })
    }

    /// Degrees north.
    #[must_use]
    pub const fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    #[must_use]
    pub const fn longitude(&self) -> f64 {
        self.longitude
    }
}

/// A country by its code of two capital letters (ISO 3166-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads a code; `None` for anything but two capital letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 2] = text.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }
}
