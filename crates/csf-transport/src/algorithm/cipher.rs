//! Ciphers: what each adds to a message, and what it protects.

use super::KeyAlgorithm;

algorithms! {
    /// Encryption algorithms (TS-0003 Annex L.4). The SE makes the nonce of every message; for the CBC modes that is
    /// the initial vector.
    CipherAlgorithm {
        /// AES-128 in GCM (RFC 5116), a tag of 16 bytes.
        Aes128Gcm = 1, "ALG_AEAD_AES_128_GCM";
        /// AES-256 in GCM (RFC 5116), a tag of 16 bytes.
        Aes256Gcm = 2, "ALG_AEAD_AES_256_GCM";
        /// AES-128 in CCM (RFC 5116), a tag of 16 bytes.
        Aes128Ccm = 3, "ALG_AEAD_AES_128_CCM";
        /// AES-256 in CCM (RFC 5116), a tag of 16 bytes.
        Aes256Ccm = 4, "ALG_AEAD_AES_256_CCM";
        /// AES-128 in CCM (RFC 6655), a tag of 8 bytes.
        Aes128Ccm8 = 5, "ALG_AEAD_AES_128_CCM_8";
        /// AES-256 in CCM (RFC 6655), a tag of 8 bytes.
        Aes256Ccm8 = 6, "ALG_AEAD_AES_256_CCM_8";
        /// AES-128 in CBC for whole blocks. **Not authenticated.**
        AesCbcNoPad = 7, "ALG_AES_BLOCK_128_CBC_NOPAD";
        /// AES-128 in CBC with zeros to the end of the block (ISO/IEC 9797-1, method 1), which stay when it is
        /// decrypted: nothing tells them from the message. **Not authenticated.**
        AesCbcIso9797M1 = 8, "ALG_AES_CBC_ISO9797_M1";
        /// AES-128 in CBC with one bit and zeros to the end of the block (ISO/IEC 9797-1, method 2).
        /// **Not authenticated.**
        AesCbcIso9797M2 = 9, "ALG_AES_CBC_ISO9797_M2";
        /// AES-128 in CBC with as many bytes of the value of their number (RFC 5652, 6.3). **Not authenticated.**
        AesCbcPkcs5 = 10, "ALG_AES_CBC_PKCS5";
    }
}

/// How many bytes a block of AES has.
pub const CIPHER_BLOCK_BYTES: usize = 16;

/// The most messages that one key encrypts under nonces of 12 random bytes: with more, two equal nonces are no longer
/// less likely than one in 2^32 (SP 800-38D, 8.3). Two equal nonces give away both messages, and in GCM the key of the
/// tag. CCM draws its nonces likewise.
pub const MAX_RANDOM_NONCE_MESSAGES: u64 = 1 << 32;
/// The most messages that one key encrypts in CBC: of at most [`MAX_PAYLOAD_BYTES`](crate::MAX_PAYLOAD_BYTES), so that
/// there are less than 2^45 blocks of 128 bits, and two equal ones, which tell a difference of plaintexts, stay less
/// likely than one in 2^32.
pub const MAX_CBC_MESSAGES: u64 = 1 << 32;

impl CipherAlgorithm {
    /// The only keys that it takes.
    #[must_use]
    pub const fn key(self) -> KeyAlgorithm {
        match self {
            Self::Aes128Gcm => KeyAlgorithm::Aes128Gcm,
            Self::Aes256Gcm => KeyAlgorithm::Aes256Gcm,
            Self::Aes128Ccm => KeyAlgorithm::Aes128Ccm,
            Self::Aes256Ccm => KeyAlgorithm::Aes256Ccm,
            Self::Aes128Ccm8 => KeyAlgorithm::Aes128Ccm8,
            Self::Aes256Ccm8 => KeyAlgorithm::Aes256Ccm8,
            Self::AesCbcNoPad | Self::AesCbcIso9797M1 | Self::AesCbcIso9797M2 | Self::AesCbcPkcs5 => {
                KeyAlgorithm::Aes128Cbc
            }
        }
    }

    /// How many bytes of tag end a ciphertext; 0 where nothing is authenticated.
    #[must_use]
    pub const fn tag_bytes(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm | Self::Aes128Ccm | Self::Aes256Ccm => 16,
            Self::Aes128Ccm8 | Self::Aes256Ccm8 => 8,
            Self::AesCbcNoPad | Self::AesCbcIso9797M1 | Self::AesCbcIso9797M2 | Self::AesCbcPkcs5 => 0,
        }
    }

    /// Whether a change of the ciphertext, the nonce or the associated data is noticed. Where it is not, there is no
    /// associated data, and whoever decrypts must have authenticated the ciphertext before, by other means.
    #[must_use]
    pub const fn is_authenticated(self) -> bool {
        self.tag_bytes() > 0
    }

    /// How many bytes a nonce has.
    #[must_use]
    pub const fn nonce_bytes(self) -> usize {
        if self.is_authenticated() { 12 } else { CIPHER_BLOCK_BYTES }
    }

    /// How many bytes a plaintext of this length becomes, the tag included; `None` where it cannot be encrypted.
    #[must_use]
    pub const fn ciphertext_bytes(self, plaintext: usize) -> Option<usize> {
        match self {
            Self::AesCbcNoPad if plaintext == 0 || !plaintext.is_multiple_of(CIPHER_BLOCK_BYTES) => None,
            Self::AesCbcNoPad => Some(plaintext),
            Self::AesCbcIso9797M1 if plaintext == 0 => Some(CIPHER_BLOCK_BYTES),
            Self::AesCbcIso9797M1 => plaintext.checked_next_multiple_of(CIPHER_BLOCK_BYTES),
            Self::AesCbcIso9797M2 | Self::AesCbcPkcs5 => {
                // At least one byte is added, so that padding can always be told from the message.
                plaintext.saturating_add(1).checked_next_multiple_of(CIPHER_BLOCK_BYTES)
            }
            _ => plaintext.checked_add(self.tag_bytes()),
        }
    }
}
