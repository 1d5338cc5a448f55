//! Checks of sealing and unsealing.

use csf_transport::SeError;

use super::bench::{Bench, claims, flipped};
use super::{Factory, Subject};

const CONTEXT: &[u8] = b"vault key";
const SECRET: &[u8] = b"sixteen bytes or a little more";
const REFUSED: Result<Vec<u8>, SeError> = Err(SeError::NotAuthentic);

/// Empty or not, in any session of the same environment.
pub fn what_was_sealed_opens_again(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let (mut bench, mut other_session) = (Bench::new(&subject), Bench::new(&subject));
    for context in [&b""[..], CONTEXT, &[0xff; 255]] {
        for plaintext in [&b""[..], b"\0", SECRET, &[7; 1000]] {
            let sealed = bench.seal(context, plaintext).unwrap();
            assert_eq!(other_session.unseal(context, &sealed).as_deref(), Ok(plaintext));
        }
    }
}

/// Sealed bytes show neither what they hold nor that they hold the same again.
pub fn a_seal_hides_what_it_holds(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let (one, two) = (bench.seal(CONTEXT, SECRET).unwrap(), bench.seal(CONTEXT, SECRET).unwrap());
    assert_ne!(one, two);
    assert!(!one.windows(8).any(|window| SECRET.windows(8).any(|part| part == window)));
}

/// What was sealed for one thing does not open for another.
pub fn another_context_opens_nothing(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let sealed = bench.seal(CONTEXT, SECRET).unwrap();
    for other in [&b""[..], b"vault kez", b"vault ke", b"vault key ", b"Vault key"] {
        assert_eq!(bench.unseal(other, &sealed), REFUSED, "{other:?}");
    }
    assert_eq!(bench.unseal(CONTEXT, &sealed).as_deref(), Ok(SECRET));
}

/// Changed in any byte, cut anywhere, or lengthened.
pub fn a_changed_seal_opens_nothing(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let sealed = bench.seal(CONTEXT, SECRET).unwrap();
    for byte in 0..sealed.len() {
        assert_eq!(bench.unseal(CONTEXT, &flipped(&sealed, byte * 8 + byte % 8)), REFUSED, "byte {byte}");
        assert_eq!(bench.unseal(CONTEXT, &sealed[..byte]), REFUSED, "cut to {byte} bytes");
    }
    assert_eq!(bench.unseal(CONTEXT, &[&sealed[..], b"\0"].concat()), REFUSED, "lengthened");
}

/// A seal is worth nothing elsewhere.
pub fn another_environment_opens_nothing(fresh: Factory) {
    let (Some(one), Some(two)) = (subject(fresh), subject(fresh)) else { return };
    let sealed = Bench::new(&one).seal(CONTEXT, SECRET).unwrap();
    assert_eq!(Bench::new(&two).unseal(CONTEXT, &sealed), REFUSED);
    assert_eq!(Bench::new(&one).unseal(CONTEXT, &sealed).as_deref(), Ok(SECRET));
}

/// 255 bytes and no more.
pub fn a_context_is_bounded(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let sealed = bench.seal(&[1; 255], SECRET).unwrap();
    assert_eq!(bench.seal(&[1; 256], SECRET), Err(SeError::InvalidInput));
    assert_eq!(bench.unseal(&[1; 256], &sealed), Err(SeError::InvalidInput));
}

fn subject(fresh: Factory) -> Option<Subject> {
    let subject = fresh();
    (claims(&subject, "seal", None) && claims(&subject, "unseal", None)).then_some(subject)
}
