//! Padding of the last block, and its removal without telling, by time or by error, what was wrong with it.

use csf_transport::{CIPHER_BLOCK_BYTES, CipherAlgorithm};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};
use zeroize::Zeroizing;

/// The bit that ends a message (ISO/IEC 9797-1, method 2), and the zeros of its byte.
const MARK: u8 = 0x80;

/// The plaintext, filled up to whole blocks; `None` where the algorithm does not fill up what is not whole.
pub(super) fn pad(algorithm: CipherAlgorithm, plaintext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let whole = algorithm.ciphertext_bytes(plaintext.len())?;
    let added = u8::try_from(whole.checked_sub(plaintext.len())?).ok()?;
    // The full size from the start: a vector that grows leaves copies behind that nobody wipes.
    let mut padded = Zeroizing::new(Vec::with_capacity(whole));
    padded.extend_from_slice(plaintext);
    match algorithm {
        CipherAlgorithm::AesCbcPkcs5 => padded.resize(whole, added),
        CipherAlgorithm::AesCbcIso9797M2 => {
            padded.push(MARK);
            padded.resize(whole, 0);
        }
        _ => padded.resize(whole, 0),
    }
    Some(padded)
}

/// How many bytes of whole blocks are message; `None` when the padding is none.
///
/// The last block is read to its beginning whatever is in it, and judged once, at the end.
pub(super) fn unpadded_bytes(algorithm: CipherAlgorithm, padded: &[u8]) -> Option<usize> {
    let last = padded.last_chunk::<CIPHER_BLOCK_BYTES>()?;
    let (right, added) = match algorithm {
        CipherAlgorithm::AesCbcPkcs5 => pkcs5(last),
        CipherAlgorithm::AesCbcIso9797M2 => iso_9797_2(last),
        _ => (Choice::from(1), 0),
    };
    if bool::from(right) { padded.len().checked_sub(usize::from(added)) } else { None }
}

/// As many bytes as their value says, 1 to 16 (RFC 5652, 6.3).
fn pkcs5(last: &[u8; CIPHER_BLOCK_BYTES]) -> (Choice, u8) {
    let [.., added] = *last;
    let mut right = added.ct_gt(&0) & !added.ct_gt(&16);
    for (nth, byte) in (1_u8..).zip(last.iter().rev()) {
        let is_message = nth.ct_gt(&added);
        right &= is_message | byte.ct_eq(&added);
    }
    (right, added)
}

/// A mark, and zeros up to the end (ISO/IEC 9797-1, 6.3.3).
fn iso_9797_2(last: &[u8; CIPHER_BLOCK_BYTES]) -> (Choice, u8) {
    let (mut right, mut found, mut added) = (Choice::from(1), Choice::from(0), 0);
    for (nth, byte) in (1_u8..).zip(last.iter().rev()) {
        let is_mark = byte.ct_eq(&MARK) & !found;
        right &= found | is_mark | byte.ct_eq(&0);
        added.conditional_assign(&nth, is_mark);
        found |= is_mark;
    }
    (right & found, added)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH_PADDING: [CipherAlgorithm; 2] =
        [CipherAlgorithm::AesCbcPkcs5, CipherAlgorithm::AesCbcIso9797M2];

    #[test]
    fn what_was_added_is_taken_away_again() {
        for algorithm in WITH_PADDING {
            for length in 0..=49 {
                // Ends like padding does, to be mistaken for it.
                for byte in [0, 1, 2, 16, MARK] {
                    let padded = pad(algorithm, &vec![byte; length]).expect("padded");
                    assert_eq!(padded.len(), (length / 16 + 1) * 16);
                    assert_eq!(unpadded_bytes(algorithm, &padded), Some(length), "{algorithm:?} {byte}");
                }
            }
        }
    }

    #[test]
    fn zeros_of_method_1_stay_and_whole_blocks_are_left_as_they_are() {
        for (length, whole) in [(0, 16), (1, 16), (15, 16), (16, 16), (17, 32), (32, 32)] {
            let padded = pad(CipherAlgorithm::AesCbcIso9797M1, &vec![7; length]).expect("padded");
            assert_eq!(*padded, [vec![7; length], vec![0; whole - length]].concat());
            assert_eq!(unpadded_bytes(CipherAlgorithm::AesCbcIso9797M1, &padded), Some(whole));
        }
        for (length, taken) in [(0, false), (1, false), (15, false), (16, true), (17, false), (32, true)] {
            assert_eq!(pad(CipherAlgorithm::AesCbcNoPad, &vec![7; length]).is_some(), taken, "{length}");
        }
    }

    #[test]
    fn every_other_last_block_is_none() {
        let block = |tail: &[u8]| [vec![9; 16 - tail.len()], tail.to_vec()].concat();
        for tail in [&[0][..], &[17], &[16], &[255], &[1, 2], &[2, 3, 3], &[4, 3, 4, 4], &[5, 4, 4, 4, 5]] {
            assert_eq!(unpadded_bytes(CipherAlgorithm::AesCbcPkcs5, &block(tail)), None, "{tail:?}");
        }
        for tail in [&[1][..], &[0x81], &[0x40, 0], &[0, 0, 0], &[MARK, 0, 1], &[MARK, 1, 0]] {
            assert_eq!(unpadded_bytes(CipherAlgorithm::AesCbcIso9797M2, &block(tail)), None, "{tail:?}");
        }
        assert_eq!(unpadded_bytes(CipherAlgorithm::AesCbcIso9797M2, &[0; 16]), None);
        assert_eq!(unpadded_bytes(CipherAlgorithm::AesCbcIso9797M2, &block(&[MARK, MARK, 0])), Some(14));
        assert_eq!(unpadded_bytes(CipherAlgorithm::AesCbcPkcs5, &[16; 16]), Some(0));
        for algorithm in WITH_PADDING {
            assert_eq!(unpadded_bytes(algorithm, &[1; 15]), None, "less than a block");
        }
    }
}
