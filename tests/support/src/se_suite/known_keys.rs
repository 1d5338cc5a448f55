//! Published keys, what they make, and what looks like a key and is none.

use csf_transport::KeyAlgorithm;

/// A key, a message, and what the key makes of it.
pub(super) struct Answer {
    pub(super) algorithm: KeyAlgorithm,
    pub(super) material: &'static str,
    pub(super) message: &'static [u8],
    /// The code, the signature, or nonce and ciphertext.
    pub(super) answer: &'static str,
}

/// RFC 6979 A.2.5 and A.2.6, RFC 8032 7.1 (test 2), RFC 4493 4 (example 2), the first keys with data of the GCM
/// specification's test cases (2 and 14), RFC 4231 4.2. Codes of keys as long as the digest, which no RFC has, were made by
/// `openssl`.
pub(super) const ANSWERS: &[Answer] = &[
    Answer {
        algorithm: KeyAlgorithm::EcP256,
        material: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        message: b"sample",
        answer: "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                 f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    },
    Answer {
        algorithm: KeyAlgorithm::EcP384,
        material: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8\
                   96d5724e4c70a825f872c9ea60d2edf5",
        message: b"sample",
        answer: "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46\
                 99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
    },
    Answer {
        algorithm: KeyAlgorithm::Ed25519,
        material: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        message: b"\x72",
        answer: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    },
    Answer {
        algorithm: KeyAlgorithm::AesCmac128,
        material: "2b7e151628aed2a6abf7158809cf4f3c",
        message: b"\x6b\xc1\xbe\xe2\x2e\x40\x9f\x96\xe9\x3d\x7e\x11\x73\x93\x17\x2a",
        answer: "070a16b46b4d4144f79bdd9dd04a287c",
    },
    Answer {
        algorithm: KeyAlgorithm::HmacSha256,
        material: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        message: b"sample",
        answer: "6d09d00146b0ac5ffe9c73153caf106aa539434d89dca5ee286ffbc543321274",
    },
    Answer {
        algorithm: KeyAlgorithm::HmacSha384,
        material: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
                   202122232425262728292a2b2c2d2e2f",
        message: b"sample",
        answer: "b789221cadc43bd2039ff1cfae1fa52e33ecd9f8c5e2732dc7e77edce6b05933f17c9b586551acff98ab49425982df38",
    },
    Answer {
        algorithm: KeyAlgorithm::HmacSha512,
        material: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
                   202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
        message: b"sample",
        answer: "0264b5324e6360537d3b13f856e4c6f5108b1767036a5a23b56a4c5919906dbe\
                 5d97e169664adb01ff4a818cc09e31f2c5fa13d38f730c8494ee773fefce645f",
    },
    Answer {
        algorithm: KeyAlgorithm::HmacSha256,
        material: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        message: b"Hi There",
        answer: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    },
    Answer {
        algorithm: KeyAlgorithm::HmacSha384,
        material: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        message: b"Hi There",
        answer: "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c\
                 faea9ea9076ede7f4af152e8b2fa9cb6",
    },
    Answer {
        algorithm: KeyAlgorithm::HmacSha512,
        material: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        message: b"Hi There",
        answer: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\
                 daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
    },
    Answer {
        algorithm: KeyAlgorithm::Aes128Gcm,
        material: "00000000000000000000000000000000",
        message: &[0; 16],
        answer: "000000000000000000000000 0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf",
    },
    Answer {
        algorithm: KeyAlgorithm::Aes256Gcm,
        material: "0000000000000000000000000000000000000000000000000000000000000000",
        message: &[0; 16],
        answer: "000000000000000000000000 cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919",
    },
];

/// A private key in both forms.
pub(super) struct Pair {
    pub(super) algorithm: KeyAlgorithm,
    pub(super) private: &'static str,
    /// As `openssl pkcs8 -topk8 -nocrypt -outform DER` writes it.
    pub(super) pkcs_8: &'static str,
    /// The order of the group, where not every string of the length is a private key.
    order: Option<&'static str>,
}

/// One pair of each algorithm.
pub(super) const PAIRS: &[Pair] = &[
    Pair {
        algorithm: KeyAlgorithm::EcP256,
        private: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        pkcs_8: "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420\
                 c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721a144034200\
                 0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                 7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        order: Some("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    },
    Pair {
        algorithm: KeyAlgorithm::EcP384,
        private: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8\
                  96d5724e4c70a825f872c9ea60d2edf5",
        pkcs_8: "3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430\
                 6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8\
                 96d5724e4c70a825f872c9ea60d2edf5a164036200\
                 04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64\
                 def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c62189\
                 6708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
        order: Some(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ),
    },
    Pair {
        algorithm: KeyAlgorithm::Ed25519,
        private: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        pkcs_8: "302e020100300506032b657004220420\
                 4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        order: None,
    },
    Pair {
        algorithm: KeyAlgorithm::X25519,
        private: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
        pkcs_8: "302e020100300506032b656e04220420\
                 77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
        order: None,
    },
];

impl Pair {
    /// What is nearly this key.
    pub(super) fn wrong(&self) -> Vec<Vec<u8>> {
        let good = unhex(self.pkcs_8);
        let mut head = good.clone();
        head[4] ^= 1;
        let mut wrong =
            vec![good[..good.len() - 1].to_vec(), [&good[..], b"\0"].concat(), good[1..].to_vec(), head];
        let Some(order) = self.order.map(unhex) else { return wrong };
        let mut foreign_public = good.clone();
        let last = foreign_public.len() - 1;
        foreign_public[last] ^= 1;
        let mut foreign_private = good;
        let size = order.len();
        let at = foreign_private.windows(size).position(|w| w == unhex(self.private)).unwrap();
        foreign_private[at + 1] ^= 1;
        wrong.extend([vec![0; size], vec![0xff; size], order, foreign_public, foreign_private]);
        wrong
    }
}

/// Some bytes that are a key of this algorithm.
pub(super) fn material(algorithm: KeyAlgorithm) -> Vec<u8> {
    let length = match algorithm {
        KeyAlgorithm::AesCmac128
        | KeyAlgorithm::Aes128Gcm
        | KeyAlgorithm::Aes128Ccm
        | KeyAlgorithm::Aes128Ccm8
        | KeyAlgorithm::Aes128Cbc
        | KeyAlgorithm::Aes128Kw
        | KeyAlgorithm::Aes128Kwp => 16,
        KeyAlgorithm::EcP384
        | KeyAlgorithm::EcdhP384
        | KeyAlgorithm::HmacSha384
        | KeyAlgorithm::HkdfSha384 => 48,
        KeyAlgorithm::HmacSha512 | KeyAlgorithm::HkdfSha512 => 64,
        _ => 32,
    };
    (0..length).map(|number| 0x40 ^ number).collect()
}

/// The bytes that these hexadecimal digits spell.
pub(super) fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
