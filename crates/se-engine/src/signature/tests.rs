//! Published signatures, and what is none.

use p256::ecdsa::Signature;
use sha2::{Digest, Sha256, Sha384};

use super::*;
use crate::vectors::unhex;

const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;

/// RFC 6979 A.2.5: the key, and the signatures over "sample" and "test" with SHA-256.
const PRIVATE: &str = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
const PUBLIC: &str = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                      7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const SIGNED: [(&str, &str); 2] = [
    (
        "sample",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
         f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    ),
    (
        "test",
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367\
         019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
    ),
];

fn pair() -> Pair {
    Pair::new(KeyAlgorithm::EcP256, &unhex(PRIVATE)).expect("a private key")
}

fn message(text: &str) -> SignInput {
    SignInput::Message(text.as_bytes().to_vec())
}

// Shows SDH-4.
#[test]
fn the_signatures_of_rfc_6979_come_out_and_their_twins_do_not() {
    let pair = pair();
    for (text, signature) in SIGNED {
        let signature = unhex(signature);
        let digest = SignInput::Digest(Sha256::digest(text).to_vec());
        assert_eq!(pair.sign(ALGORITHM, &message(text)), Ok(signature.clone()));
        assert_eq!(pair.sign(ALGORITHM, &digest), Ok(signature.clone()));
        assert_eq!(pair.verify(ALGORITHM, &message(text), &signature), Ok(true));

        assert_eq!(pair.verify(ALGORITHM, &message("sampled"), &signature), Ok(false));
        let mut other = unhex(PRIVATE);
        other[31] ^= 1;
        let other = Pair::new(KeyAlgorithm::EcP256, &other).expect("a private key");
        assert_eq!(other.verify(ALGORITHM, &message(text), &signature), Ok(false));
    }
}

#[test]
fn the_public_key_of_rfc_6979_comes_out_as_subject_public_key_info() {
    // ecPublicKey on prime256v1 and an uncompressed point (RFC 5480).
    let head = unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    assert_eq!(pair().public_key(), Ok([head, unhex(PUBLIC)].concat()));
}

#[test]
fn numbers_outside_the_group_are_no_signature() {
    let order = unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let good = unhex(SIGNED[0].1);
    for bad in [
        vec![0; 64],
        [vec![0; 32], good[32..].to_vec()].concat(),
        [good[..32].to_vec(), vec![0; 32]].concat(),
        [order.clone(), good[32..].to_vec()].concat(),
        [good[..32].to_vec(), order].concat(),
        vec![0xff; 64],
    ] {
        assert_eq!(pair().verify(ALGORITHM, &message("sample"), &bad), Ok(false));
    }
}

#[test]
fn both_forms_of_s_are_accepted() {
    let signature = Signature::from_slice(&unhex(SIGNED[0].1)).expect("well formed");
    let normalised = signature.normalize_s();
    assert_ne!(signature.to_bytes(), normalised.to_bytes(), "the vector has a high s");
    assert_eq!(pair().verify(ALGORITHM, &message("sample"), &normalised.to_bytes()), Ok(true));
}

#[test]
fn what_is_no_private_key_makes_no_pair() {
    let order = unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    for bytes in [vec![0; 32], vec![1; 31], vec![1; 33], order, vec![]] {
        assert!(Pair::new(KeyAlgorithm::EcP256, &bytes).is_none());
    }
}

#[test]
fn a_digest_of_another_length_is_refused() {
    for length in [0, 20, 31, 33, 48, 64] {
        let input = SignInput::Digest(vec![7; length]);
        assert_eq!(pair().sign(ALGORITHM, &input), Err(SeError::InvalidInput));
        assert_eq!(pair().verify(ALGORITHM, &input, &[1; 64]), Err(SeError::InvalidInput));
    }
}

const P384: SignatureAlgorithm = SignatureAlgorithm::EcdsaP384Sha384;

/// RFC 6979 A.2.6: the key, and the signatures over "sample" and "test" with SHA-384.
const P384_PRIVATE: &str = "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba\
                            9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5";
const P384_PUBLIC: &str = "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e\
                           06aae5286b300c64def8f0ea9055866064a254515480bc13\
                           8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9\
                           f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720";
const P384_SIGNED: [(&str, &str); 2] = [
    (
        "sample",
        "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46\
         99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
    ),
    (
        "test",
        "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023db\
         ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b827c2f13173923e06a739f040649a667bf3b828246baa5a5",
    ),
];

// Shows SDH-4.
#[test]
fn the_signatures_on_p_384_of_rfc_6979_come_out_and_their_twins_do_not() {
    let pair = Pair::new(KeyAlgorithm::EcP384, &unhex(P384_PRIVATE)).expect("a private key");
    // ecPublicKey on secp384r1 and an uncompressed point (RFC 5480).
    let head = unhex("3076301006072a8648ce3d020106052b8104002203620004");
    assert_eq!(pair.public_key(), Ok([head, unhex(P384_PUBLIC)].concat()));
    for (text, signature) in P384_SIGNED {
        let signature = unhex(signature);
        let digest = SignInput::Digest(Sha384::digest(text).to_vec());
        assert_eq!(pair.sign(P384, &message(text)), Ok(signature.clone()));
        assert_eq!(pair.sign(P384, &digest), Ok(signature.clone()));
        assert_eq!(pair.verify(P384, &message(text), &signature), Ok(true));
        assert_eq!(pair.verify(P384, &message("sampled"), &signature), Ok(false));
        let short = SignInput::Digest(Sha256::digest(text).to_vec());
        assert_eq!(pair.sign(P384, &short), Err(SeError::InvalidInput));
    }
    for bytes in [vec![0; 48], vec![0xff; 48], vec![1; 47], vec![1; 32]] {
        assert!(Pair::new(KeyAlgorithm::EcP384, &bytes).is_none());
    }
}

/// RFC 8032, 7.1, tests 1 and 2: private key, public key, message, signature.
const ED25519: [[&str; 4]; 2] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555\
         fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0\
         85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
];

// Shows SDH-4.
#[test]
fn the_signatures_of_rfc_8032_come_out_and_their_twins_do_not() {
    let algorithm = SignatureAlgorithm::Ed25519;
    for texts in ED25519 {
        let [private, public, message, signature] = texts.map(unhex);
        let pair = Pair::new(KeyAlgorithm::Ed25519, &private).expect("a private key");
        assert_eq!(pair.public_key(), Ok([&ed25519::INFO[..], &public].concat()));
        let input = SignInput::Message(message.clone());
        assert_eq!(pair.sign(algorithm, &input), Ok(signature.clone()));
        assert_eq!(pair.verify(algorithm, &input, &signature), Ok(true));
        let other = SignInput::Message([&message[..], b"\0"].concat());
        assert_eq!(pair.verify(algorithm, &other, &signature), Ok(false));
        let mut changed = private;
        changed[0] ^= 1;
        let other = Pair::new(KeyAlgorithm::Ed25519, &changed).expect("a private key");
        assert_eq!(other.verify(algorithm, &input, &signature), Ok(false));
    }
}

#[test]
fn ed25519_signs_no_digest_whatever_its_length() {
    let pair = Pair::new(KeyAlgorithm::Ed25519, &[1; 32]).expect("a private key");
    for length in [0, 32, 48, 64] {
        let input = SignInput::Digest(vec![7; length]);
        assert_eq!(pair.sign(SignatureAlgorithm::Ed25519, &input), Err(SeError::InvalidInput));
        let verified = pair.verify(SignatureAlgorithm::Ed25519, &input, &[1; 64]);
        assert_eq!(verified, Err(SeError::InvalidInput));
    }
}

#[test]
fn a_pair_serves_its_own_algorithm_and_no_other() {
    for own in SignatureAlgorithm::ALL {
        let length = if own.key() == KeyAlgorithm::EcP384 { 48 } else { 32 };
        let pair = Pair::new(own.key(), &vec![1; length]).expect("a private key");
        for asked in SignatureAlgorithm::ALL.iter().filter(|asked| *asked != own) {
            let refused = SeError::Refused(Refusal::Algorithm);
            assert_eq!(pair.sign(*asked, &message("m")), Err(refused), "{own:?} for {asked:?}");
            assert_eq!(pair.verify(*asked, &message("m"), &[1; 64]), Err(refused), "{own:?} for {asked:?}");
        }
    }
}
