//! The class byte and the logical channel in it (ISO 7816-4, 5.4.1).

/// The highest number of a logical channel.
pub const MAX_CHANNEL: u8 = 19;

const CHAINING: u8 = 0x10;
const FURTHER: u8 = 0x40;

/// The class byte of a command.
///
/// Any byte can be held, so that a card can answer `6E00` to the strange ones. Proprietary classes (`8x`,
/// `Cx`, `Ex`) are read as if their channel were coded like that of the interindustry classes, which is
/// what UICCs and GlobalPlatform cards do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class(pub u8);

impl Class {
    /// The interindustry class on the basic channel.
    pub const INTERINDUSTRY: Self = Self(0x00);
    /// The proprietary class on the basic channel.
    pub const PROPRIETARY: Self = Self(0x80);

    /// The logical channel; `None` where the class is reserved or knows no channels.
    #[must_use]
    pub const fn channel(self) -> Option<u8> {
        if self.0 == 0xFF {
            None
        } else if self.is_further() {
            Some((self.0 & 0x0F).saturating_add(4))
        } else if self.0 & 0x60 == 0 {
            Some(self.0 & 0x03)
        } else {
            None
        }
    }

    /// The same class on another channel, secure messaging off; `None` past [`MAX_CHANNEL`] or where the
    /// class knows no channels.
    #[must_use]
    pub const fn on_channel(self, channel: u8) -> Option<Self> {
        if self.channel().is_none() || channel > MAX_CHANNEL {
            return None;
        }
        let kept = self.0 & (0x80 | CHAINING);
        match channel.checked_sub(4) {
            None => Some(Self(kept | channel)),
            Some(further) => Some(Self(kept | FURTHER | further)),
        }
    }

    /// Whether more commands of the same chain follow.
    #[must_use]
    pub const fn is_chained(self) -> bool {
        self.channel().is_some() && self.0 & CHAINING != 0
    }

    /// Whether the class asks for secure messaging.
    #[must_use]
    pub const fn asks_secure_messaging(self) -> bool {
        let bits = if self.is_further() { 0x20 } else { 0x0C };
        self.channel().is_some() && self.0 & bits != 0
    }

    const fn is_further(self) -> bool {
        self.0 & FURTHER != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_stand_where_the_standard_puts_them() {
        for (class, channel) in [
            (0x00, Some(0)),
            (0x03, Some(3)),
            (0x0C, Some(0)),
            (0x40, Some(4)),
            (0x4F, Some(19)),
            (0x80, Some(0)),
            (0xC1, Some(5)),
            (0xE1, Some(5)),
            (0x20, None), // reserved
            (0xA0, None), // the class of GSM cards, which knows no channels
            (0xFF, None), // never a class
        ] {
            assert_eq!(Class(class).channel(), channel, "{class:02X}");
        }
    }

    #[test]
    fn a_class_moves_to_every_channel_and_not_beyond() {
        for channel in 0..=MAX_CHANNEL {
            let moved = Class::PROPRIETARY.on_channel(channel).expect("a channel");
            assert_eq!(moved.channel(), Some(channel));
            assert_eq!(moved.on_channel(0), Some(Class::PROPRIETARY));
        }
        assert_eq!(Class::INTERINDUSTRY.on_channel(MAX_CHANNEL + 1), None);
        assert_eq!(Class(0xA0).on_channel(1), None);
    }

    #[test]
    fn chaining_and_secure_messaging_are_told_apart() {
        assert!(Class(0x10).is_chained() && !Class(0x10).asks_secure_messaging());
        assert!(!Class(0x04).is_chained() && Class(0x04).asks_secure_messaging());
        assert!(Class(0x50).is_chained() && !Class(0x50).asks_secure_messaging());
        assert!(!Class(0x60).is_chained() && Class(0x60).asks_secure_messaging());
        assert!(!Class(0x30).is_chained(), "a reserved class says nothing");
    }
}
