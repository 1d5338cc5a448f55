//! Checks of responses to authentication challenges: by keys for nothing else, over statements that are nothing else.

use csf_transport::{KeyAlgorithm, MAX_STATEMENT_BYTES, Owner, RESPONSE_DOMAIN, Refusal, SeError, covered};

use super::bench::{Bench, Handle, claims, flipped, message};
use super::claimed::{Work, check, made_by, prove, rotated_by, work};
use super::verifier::verifies;
use super::{Factory, Subject};

const STATEMENT: &[u8] = b"who answers whom";
const UNUSABLE: SeError = SeError::Refused(Refusal::Use);

/// The algorithms whose keys the subject has answer challenges.
fn answering(subject: &Subject) -> Vec<KeyAlgorithm> {
    let name = |algorithm: KeyAlgorithm| {
        let signature = algorithm.signature().map(|signature| signature.name());
        signature.or_else(|| algorithm.mac().map(|mac| mac.name()))
    };
    let both =
        |name| ["respond", "check-response"].iter().all(|command| claims(subject, command, Some(name)));
    made_by(subject).into_iter().filter(|algorithm| name(*algorithm).is_some_and(both)).collect()
}

/// Another statement, another key, a changed bit, another length: all of them are wrong, and none is an error.
pub fn a_response_is_right_for_its_statement_and_its_key_alone(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in answering(&subject) {
        let (own, other) = (bench.authenticating(algorithm), bench.authenticating(algorithm));
        let response = bench.respond(&own, STATEMENT).unwrap();
        assert_eq!(bench.check_response(&own, STATEMENT, &response), Ok(true), "{algorithm:?}");
        assert_eq!(bench.check_response(&other, STATEMENT, &response), Ok(false), "{algorithm:?}");
        for statement in [&b""[..], b"who answers who", b"who answers whom\0", &covered(STATEMENT)] {
            assert_eq!(bench.check_response(&own, statement, &response), Ok(false), "{algorithm:?}");
        }
        for bit in 0..response.len() * 8 {
            let right = bench.check_response(&own, STATEMENT, &flipped(&response, bit));
            assert_eq!(right, Ok(false), "{algorithm:?}, bit {bit}");
        }
        let longer = [&response[..], b"\0"].concat();
        for bytes in [&b""[..], &response[1..], &longer] {
            assert_eq!(bench.check_response(&own, STATEMENT, bytes), Ok(false), "{} bytes", bytes.len());
        }
        let foreign = Handle { id: own.id, owner: Owner::new("Cother").unwrap() };
        let refused = SeError::Refused(Refusal::Owner);
        assert_eq!(bench.respond(&foreign, STATEMENT), Err(refused));
        assert_eq!(bench.check_response(&foreign, STATEMENT, &response), Err(refused));
        let (longest, longer) = (vec![1; MAX_STATEMENT_BYTES], vec![1; MAX_STATEMENT_BYTES + 1]);
        assert!(bench.respond(&own, &longest).is_ok());
        assert_eq!(bench.respond(&own, &longer), Err(SeError::InvalidInput));
    }
}

/// It signs no message, checks none and makes no code: nobody has it make a response under another name.
pub fn a_key_that_answers_challenges_does_nothing_else(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in answering(&subject) {
        let key = bench.authenticating(algorithm);
        assert_eq!(prove(&mut bench, algorithm, &key), Err(UNUSABLE), "{algorithm:?}");
        let response = bench.respond(&key, STATEMENT).unwrap();
        assert_eq!(check(&mut bench, algorithm, &key, &response), Err(UNUSABLE), "{algorithm:?}");
        // What is covered is the statement with the domain before it, as anybody can check who has the public key.
        if let Work::Sign(signature) = work(algorithm) {
            let public = bench.info(&key).unwrap().public_key.unwrap();
            assert!(verifies(signature, &public, &covered(STATEMENT), &response));
            assert!(!verifies(signature, &public, STATEMENT, &response));
        }
    }
}

/// A key for signatures or codes answers nothing, even if what it makes would be covered by the domain.
pub fn whoever_makes_anything_else_answers_no_challenge(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let able = !answering(&subject).is_empty();
    for algorithm in made_by(&subject).into_iter().filter(|_| able) {
        let key = bench.key(algorithm);
        assert_eq!(bench.respond(&key, STATEMENT), Err(UNUSABLE), "{algorithm:?}");
        let forged = match work(algorithm) {
            Work::Sign(signature) => bench.sign(signature, &key, message(&covered(STATEMENT))).unwrap(),
            Work::Mac(mac) => bench.mac(mac, &key, &covered(STATEMENT)).unwrap(),
            _ => RESPONSE_DOMAIN.to_vec(),
        };
        assert_eq!(bench.check_response(&key, STATEMENT, &forged), Err(UNUSABLE), "{algorithm:?}");
    }
}

/// A challenge is new, so what a former generation answers is no answer any more.
pub fn a_response_is_of_the_present_generation(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let rotated = rotated_by(&subject);
    for algorithm in answering(&subject).into_iter().filter(|algorithm| rotated.contains(algorithm)) {
        let key = bench.authenticating(algorithm);
        let before = bench.respond(&key, STATEMENT).unwrap();
        bench.rotate(&key, 2).unwrap();
        assert_eq!(bench.check_response(&key, STATEMENT, &before), Ok(false), "{algorithm:?}");
        let now = bench.respond(&key, STATEMENT).unwrap();
        assert_eq!(bench.check_response(&key, STATEMENT, &now), Ok(true), "{algorithm:?}");
    }
}
