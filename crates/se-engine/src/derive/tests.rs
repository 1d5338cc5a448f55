//! Published answers, and what must not be the same.

use super::*;
use crate::vectors::unhex;

/// What a private and a public key agree on; for vectors.
pub(crate) fn agreed(algorithm: KeyAlgorithm, private: &[u8], peer: &[u8]) -> Option<Vec<u8>> {
    let pair = Pair::new(algorithm, private)?;
    pair.agree(peer).ok().map(|shared| shared.to_vec())
}

/// HKDF; for vectors.
pub(crate) fn expanded<H: hkdf::HmacImpl>(
    secret: &[u8],
    salt: &[u8],
    info: &[u8],
    length: usize,
) -> Option<Vec<u8>> {
    expand::<H>(secret, salt, &[info], length).ok().map(|bytes| bytes.to_vec())
}

// Shows SDH-4.
#[test]
fn the_answer_of_rfc_5869_comes_out_and_its_twin_does_not() {
    let (secret, salt) = (unhex(&"0b".repeat(22)), unhex("000102030405060708090a0b0c"));
    let info = unhex("f0f1f2f3f4f5f6f7f8f9");
    let expected = unhex(
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf\
         34007208d5b887185865",
    );
    assert_eq!(expanded::<Hmac<Sha256>>(&secret, &salt, &info, 42), Some(expected.clone()));
    assert_ne!(expanded::<Hmac<Sha256>>(&secret, &salt, &info[1..], 42), Some(expected.clone()));
    assert_ne!(expanded::<Hmac<Sha256>>(&secret, &salt[1..], &info, 42), Some(expected));
}

#[test]
fn the_algorithm_of_the_new_key_and_all_that_is_given_go_into_it() {
    let source = Source::new(KeyAlgorithm::HkdfSha256, &[7; 32]).expect("a key");
    let derive = |salt: &[u8], info: &[u8], target| {
        let made = source.derive(DerivationAlgorithm::HkdfSha256, b"", salt, info, (target, 16));
        made.expect("derived").to_vec()
    };
    let gcm = KeyAlgorithm::Aes128Gcm;
    let first = derive(b"s", b"i", gcm);
    assert_eq!(derive(b"s", b"i", gcm), first, "the same input gives the same key");
    let plain = expanded::<Hmac<Sha256>>(&[7; 32], b"s", b"AES_128_GCM\0i", 16);
    assert_eq!(plain.as_ref(), Some(&first), "as the documentation says");
    for other in [
        derive(b"s", b"i", KeyAlgorithm::Aes128Ccm),
        derive(b"s", b"i", KeyAlgorithm::Aes128Cbc),
        derive(b"s", b"", gcm),
        derive(b"", b"i", gcm),
    ] {
        assert_ne!(other, first);
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let secret = Source::new(KeyAlgorithm::HkdfSha256, &[7; 32]).expect("a key");
    let pair = Source::new(KeyAlgorithm::EcdhP256, &[7; 32]).expect("a key");
    let public = pair.public_key().expect("encoded").expect("a pair");
    let target = (KeyAlgorithm::HmacSha256, 32);
    let (hkdf, ecdh) = (DerivationAlgorithm::HkdfSha256, DerivationAlgorithm::EcdhP256HkdfSha256);
    let refused = SeError::Refused(Refusal::Algorithm);
    for (source, algorithm, peer, expected) in [
        (&secret, hkdf, &b""[..], None),
        (&secret, hkdf, &public, Some(SeError::InvalidInput)),
        (&secret, ecdh, &public, Some(refused)),
        (&pair, ecdh, &public, None),
        (&pair, ecdh, b"", Some(SeError::InvalidInput)),
        (&pair, ecdh, &public[1..], Some(SeError::InvalidInput)),
        (&pair, hkdf, b"", Some(refused)),
    ] {
        let made = source.derive(algorithm, peer, b"", b"", target);
        assert_eq!(made.err(), expected, "{algorithm:?} with {} bytes", peer.len());
    }
    let long = |salt, info| secret.derive(hkdf, b"", &vec![0; salt], &vec![0; info], target).err();
    assert_eq!(long(MAX_SALT_BYTES, MAX_INFO_BYTES), None);
    assert_eq!(long(MAX_SALT_BYTES + 1, 0), Some(SeError::InvalidInput));
    assert_eq!(long(0, MAX_INFO_BYTES + 1), Some(SeError::InvalidInput));
}

/// Made by another implementation, of the enrolment key `00 01 … 1f`.
const ENROLLED: [(DerivationAlgorithm, &[u8], &str); 3] = [
    (
        DerivationAlgorithm::OneM2mKm,
        b"maf.example.com",
        "3055bf32dd9c95586aaffa2ae2e165dfeffd0803566e16bdd343171457da8a5e",
    ),
    (
        DerivationAlgorithm::OneM2mKpsa,
        b"/id-mn/Cgateway",
        "f04cd29bce23411d17e337d30a9802ea4ecb076d7b5159c663700cfa07bd1730",
    ),
    (
        DerivationAlgorithm::OneM2mKuse,
        b"14mef-target.example.com",
        "f70bc70fa08460218f3d3f0b6a76baa4f8c2a5b3c147d0efa5c9b9e2ae8288c3",
    ),
];

// Shows SDH-4.
#[test]
fn the_keys_of_enrolment_are_those_of_ts_0003_and_their_twins_are_not() {
    let bytes: Vec<u8> = (0..32).collect();
    let own = Source::new(KeyAlgorithm::OneM2mKe, &bytes).expect("a key");
    let other = Source::new(KeyAlgorithm::OneM2mKe, &[7; 32]).expect("a key");
    let target = (KeyAlgorithm::HmacSha256, 32);
    for (way, id, expected) in ENROLLED {
        let expected = unhex(expected);
        let derive = |source: &Source, way, id: &[u8]| {
            source.derive(way, b"", b"", id, target).expect("derived").to_vec()
        };
        assert_eq!(derive(&own, way, id), expected, "{way:?}");
        assert_ne!(derive(&other, way, id), expected, "{way:?}: another key");
        let (last, rest) = id.split_last().expect("an identifier");
        assert_ne!(derive(&own, way, &[rest, &[last ^ 1]].concat()), expected, "{way:?}: another identifier");
        for (another, ..) in ENROLLED.into_iter().filter(|(another, ..)| *another != way) {
            assert_ne!(
                derive(&own, another, b"14mef-target.example.com"),
                expected,
                "{way:?} and {another:?}"
            );
        }
    }
}

#[test]
fn an_enrolment_key_takes_an_identifier_and_makes_keys_for_codes_only() {
    let source = Source::new(KeyAlgorithm::OneM2mKe, &[7; 32]).expect("a key");
    let codes = (KeyAlgorithm::HmacSha256, 32);
    for (way, id, _) in ENROLLED {
        let derive = |peer, salt, info, target| source.derive(way, peer, salt, info, target).err();
        assert_eq!(derive(b"", b"", id, codes), None);
        for refused in [
            derive(b"p", b"", id, codes),
            derive(b"", b"s", id, codes),
            derive(b"", b"", b"", codes),
            derive(b"", b"", "14münchen.example".as_bytes(), codes),
            derive(b"", b"", id, (KeyAlgorithm::Aes256Gcm, 32)),
            derive(b"", b"", id, (KeyAlgorithm::OneM2mKe, 32)),
            derive(b"", b"", id, (KeyAlgorithm::EcP256, 32)),
        ] {
            assert_eq!(refused, Some(SeError::InvalidInput), "{way:?}");
        }
        let hkdf = source.derive(DerivationAlgorithm::HkdfSha256, b"", b"", id, codes).err();
        assert_eq!(hkdf, Some(SeError::Refused(Refusal::Algorithm)), "{way:?}");
    }
}
