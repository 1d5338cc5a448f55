//! Address ranges: `acip`, and one form for an IPv4 address whichever way it arrives (RFC 4632, RFC 5952).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many bits stand before an IPv4 address that is written as an IPv6 one.
const MAPPED_BITS: u8 = 96;

/// A range of addresses with the same first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Addresses of IPv4: base and mask.
    V4(u32, u32),
    /// Addresses of IPv6: base and mask.
    V6(u128, u128),
}

impl Network {
    /// Reads an entry of `ipv4`.
    pub(crate) fn parse_v4(text: &str) -> Option<Self> {
        let (address, prefix) = split(text, 32)?;
        let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
        Self::v4(address, prefix)
    }

    /// Reads an entry of `ipv6`. Where it is an IPv4 address in the form of the other kind, it means that one.
    pub(crate) fn parse_v6(text: &str) -> Option<Self> {
        let (address, prefix) = split(text, 128)?;
        let address = address.parse::<Ipv6Addr>().ok()?;
        if let (Some(mapped), Some(prefix)) = (address.to_ipv4_mapped(), prefix.checked_sub(MAPPED_BITS)) {
            return Self::v4(u32::from(mapped), prefix);
        }
        let address = u128::from(address);
        let mask = u128::MAX.checked_shl(128_u32.saturating_sub(u32::from(prefix))).unwrap_or(0);
        (prefix > 0 || address == 0).then_some(Self::V6(address & mask, mask))
    }

    /// A prefix without bits is every address; only the address zero may say so, since with any other it is a slip.
    fn v4(address: u32, prefix: u8) -> Option<Self> {
        let mask = u32::MAX.checked_shl(32_u32.saturating_sub(u32::from(prefix))).unwrap_or(0);
        (prefix > 0 || address == 0).then_some(Self::V4(address & mask, mask))
    }

    /// Whether the address lies in the range; it must be in [`canonical`] form.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4(base, mask), IpAddr::V4(address)) => u32::from(address) & mask == base,
            (Self::V6(base, mask), IpAddr::V6(address)) => u128::from(address) & mask == base,
            _ => false,
        }
    }
}

/// An IPv4 address as one, also where a socket of both kinds tells it in the form of IPv6.
pub(crate) fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Address and number of bits, which are all of them where none is said.
fn split(text: &str, bits: u8) -> Option<(&str, u8)> {
    let Some((address, prefix)) = text.split_once('/') else { return Some((text, bits)) };
    let digits = (1..=3).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_digit());
    let prefix = digits.then(|| prefix.parse::<u8>().ok()).flatten().filter(|prefix| *prefix <= bits)?;
    Some((address, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_shares_their_bits() {
        for (network, inside, outside) in [
            (Network::parse_v4("192.0.2.7"), "192.0.2.7", "192.0.2.8"),
            (Network::parse_v4("192.0.2.0/24"), "192.0.2.255", "192.0.3.0"),
            (Network::parse_v4("192.0.2.77/24"), "192.0.2.0", "192.0.1.255"),
            (Network::parse_v4("0.0.0.0/0"), "203.0.113.9", "2001:db8::1"),
            (Network::parse_v4("192.0.2.7"), "::ffff:192.0.2.7", "::ffff:192.0.2.8"),
            (Network::parse_v6("2001:db8::1"), "2001:db8:0::1", "2001:db8::2"),
            (Network::parse_v6("2001:db8::/32"), "2001:db8:ffff::", "2001:db9::"),
            (Network::parse_v6("::/0"), "2001:db8::1", "192.0.2.7"),
            (Network::parse_v6("::/0"), "2001:db8::1", "::ffff:192.0.2.7"),
            (Network::parse_v6("::ffff:192.0.2.0/120"), "192.0.2.9", "192.0.3.0"),
            (Network::parse_v6("::ffff:192.0.2.7"), "::ffff:192.0.2.7", "2001:db8::1"),
        ] {
            let network = network.expect("well formed");
            let contains = |text: &str| network.contains(canonical(text.parse().expect("an address")));
            assert!(contains(inside), "{network:?} {inside}");
            assert!(!contains(outside), "{network:?} {outside}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "/",
            "192.0.2",
            "192.0.2.0/33",
            "192.0.2.0/",
            "192.0.2.0/-1",
            "192.0.2.0/+8",
            "192.0.2.0/0",
            "192.0.2.0/24/24",
            "192.0.2.256",
            "192.0.02.1",
            " 192.0.2.1",
            "2001:db8::1",
            "*",
            "192.0.2.*",
            "192.0.2.0/0024",
        ] {
            assert_eq!(Network::parse_v4(text), None, "{text}");
        }
        for text in [
            "",
            "::/129",
            "::1/0",
            "2001:db8::/",
            "2001:db8:::",
            "192.0.2.1",
            "[::1]",
            "fe80::1%eth0",
            "::ffff:192.0.2.0/96",
            "g::",
        ] {
            assert_eq!(Network::parse_v6(text), None, "{text}");
        }
        assert!(Network::parse_v6("::ffff:0.0.0.0/96").is_some());
    }
}
