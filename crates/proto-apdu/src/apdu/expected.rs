//! How many bytes of answer a command expects (the meaning of Le).

/// The most bytes of answer that a command expects: 1 to 65,536.
///
/// The field on the wire spells the greatest number as 0; here it is the number itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpectedLength(u32);

impl ExpectedLength {
    /// As many bytes as an extended command can ask for.
    pub const MAX: Self = Self(65_536);
    /// As many bytes as a short command can ask for.
    pub const SHORT_MAX: Self = Self(256);

    /// So many bytes; `None` for 0 and past [`Self::MAX`].
    #[must_use]
    pub const fn new(bytes: u32) -> Option<Self> {
        if bytes == 0 || bytes > Self::MAX.0 { None } else { Some(Self(bytes)) }
    }

    /// How many bytes.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        self.0
    }

    pub(crate) const fn is_short(self) -> bool {
        self.0 <= Self::SHORT_MAX.0
    }

    pub(crate) fn from_short(field: u8) -> Self {
        if field == 0 { Self::SHORT_MAX } else { Self(u32::from(field)) }
    }

    pub(crate) fn from_extended(field: [u8; 2]) -> Self {
        match u16::from_be_bytes(field) {
            0 => Self::MAX,
            bytes => Self(u32::from(bytes)),
        }
    }

    /// The field of two bytes; its last byte alone is the short field. 65,536 and 256 turn to 0 by themselves.
    pub(crate) const fn field(self) -> [u8; 2] {
        let [_, _, high, low] = self.0.to_be_bytes();
        [high, low]
    }
}
