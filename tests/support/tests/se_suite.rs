//! The suite is worth something: each check fails for an environment that is broken in just its way.

#![expect(clippy::arithmetic_side_effects, reason = "a deadline is soon")]

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use csf_api::SecurityLevel;
use csf_transport::{
    CancelFlag, Capability, Command, Cx, Description, KeySpec, Origin, Reply, SeError, Secret,
    SecureEnvironment, Session, SignInput, SignatureAlgorithm, covered,
};
use support::se_suite::{
    Factory, Subject, VolatileSe, bounds, cipher, confusion, derive, description, digest, expiry, hand_over,
    import, keys, mac, random, respond, rotate, seal, signature, wrap,
};

/// What a broken environment does to a command before it is executed, and to the result.
#[derive(Clone, Copy)]
struct Fault {
    before: fn(&Command, &Cx<'_>) -> Option<Command>,
    after: fn(&Command, Result<Reply, SeError>) -> Result<Reply, SeError>,
    patient: bool,
    claim: Option<&'static str>,
}

const NONE: Fault = Fault { before: |_, _| None, after: |_, result| result, patient: false, claim: None };

struct Broken {
    inner: VolatileSe,
    description: Description,
    fault: Fault,
}

impl Broken {
    fn subject(fault: Fault) -> Subject {
        let inner = VolatileSe::new("broken", SecurityLevel::Low);
        let mut description = inner.describe().clone();
        description.capabilities.extend(fault.claim.map(|command| Capability {
            command,
            algorithm: None,
            max_bytes: None,
            origin: Origin::Native,
        }));
        Subject::new(Self { inner, description, fault })
    }
}

impl SecureEnvironment for Broken {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn open(&self, cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
        Ok(Box::new(BrokenSession { inner: self.inner.open(cx)?, fault: self.fault }))
    }
}

struct BrokenSession {
    inner: Box<dyn Session>,
    fault: Fault,
}

impl Session for BrokenSession {
    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        let changed = (self.fault.before)(command, cx);
        let (cancel, deadline) = (CancelFlag::new(), Instant::now() + Duration::from_secs(60));
        let patient = Cx { deadline, now: cx.now, cancel: &cancel };
        let cx = if self.fault.patient { &patient } else { cx };
        (self.fault.after)(command, self.inner.execute(changed.as_ref().unwrap_or(command), cx))
    }
}

fn fails(check: fn(Factory), subject: Factory) -> bool {
    catch_unwind(|| check(subject)).is_err()
}

#[test]
fn an_environment_that_finds_everything_right_fails() {
    let subject: Factory = || {
        let after = |_: &Command, result| match result {
            Ok(Reply::Verified(_)) => Ok(Reply::Verified(true)),
            other => other,
        };
        Broken::subject(Fault { after, ..NONE })
    };
    for check in [
        mac::a_code_verifies_and_none_with_a_changed_bit_does as fn(Factory),
        mac::a_code_is_refused_for_another_message,
        mac::a_code_is_refused_for_another_key,
        signature::every_changed_signature_is_refused,
        signature::a_signature_is_refused_for_another_message,
        signature::a_signature_is_refused_for_another_key,
        keys::a_destroyed_key_is_gone,
        respond::a_response_is_right_for_its_statement_and_its_key_alone,
        respond::a_response_is_of_the_present_generation,
    ] {
        assert!(fails(check, subject));
    }
}

#[test]
fn an_environment_that_answers_challenges_with_a_key_for_signatures_fails() {
    let subject: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::Respond { key, owner, statement } => Some(Command::Sign {
                key: *key,
                owner: owner.clone(),
                algorithm: SignatureAlgorithm::EcdsaP256Sha256,
                input: SignInput::Message(covered(statement)),
            }),
            _ => None,
        };
        Broken::subject(Fault { before, ..NONE })
    };
    assert!(fails(respond::whoever_makes_anything_else_answers_no_challenge, subject));
    assert!(fails(respond::a_key_that_answers_challenges_does_nothing_else, subject));
}

#[test]
fn an_environment_that_forgives_errors_fails() {
    let subject: Factory = || {
        let after = |command: &Command, result| match (command, result) {
            (Command::VerifyMac { .. } | Command::Verify { .. }, Err(_)) => Ok(Reply::Verified(false)),
            (Command::Unseal { .. }, Err(_)) => Ok(Reply::Unsealed(Secret::new(Vec::new()))),
            (Command::Decrypt { .. }, Err(_)) => Ok(Reply::Decrypted(Secret::new(Vec::new()))),
            (Command::Random { .. }, Err(_)) => Ok(Reply::Random(Secret::new(Vec::new()))),
            (_, other) => other,
        };
        Broken::subject(Fault { after, ..NONE })
    };
    for check in [
        mac::a_code_of_another_length_is_invalid as fn(Factory),
        signature::signatures_and_digests_of_another_length_are_invalid,
        cipher::every_change_of_what_is_authenticated_is_noticed,
        cipher::associated_data_needs_an_algorithm_that_authenticates,
        cipher::a_nonce_of_another_length_is_invalid,
        cipher::wrong_padding_and_wrong_length_cannot_be_told_apart,
        seal::another_context_opens_nothing,
        seal::a_changed_seal_opens_nothing,
        seal::another_environment_opens_nothing,
        random::random_of_no_length_or_too_much_is_invalid,
        keys::a_key_that_never_was_is_no_such_key,
        confusion::a_foreign_owner_is_refused_everything,
        confusion::a_key_serves_only_the_uses_it_was_made_for,
        bounds::the_largest_input_passes_and_one_byte_more_does_not,
    ] {
        assert!(fails(check, subject));
    }
}

#[test]
fn an_environment_with_a_stuck_generator_fails() {
    let subject: Factory = || {
        let after = |_: &Command, result| match result {
            Ok(Reply::Random(bytes)) => Ok(Reply::Random(Secret::new(vec![7; bytes.expose().len()]))),
            other => other,
        };
        Broken::subject(Fault { after, ..NONE })
    };
    assert!(fails(random::random_bytes_do_not_repeat, subject));
    assert!(fails(random::random_bits_are_balanced, subject));
    assert!(!fails(random::random_bytes_have_the_length_asked_for, subject), "that much is right");
}

#[test]
fn an_environment_that_forgets_what_goes_with_a_message_fails() {
    let subject: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::Encrypt { key, owner, algorithm, plaintext, .. } => Some(Command::Encrypt {
                key: *key,
                owner: owner.clone(),
                algorithm: *algorithm,
                associated_data: Vec::new(),
                plaintext: Secret::new(plaintext.expose().to_vec()),
            }),
            Command::Decrypt { key, owner, algorithm, nonce, ciphertext, .. } => Some(Command::Decrypt {
                key: *key,
                owner: owner.clone(),
                algorithm: *algorithm,
                generation: None,
                nonce: nonce.clone(),
                associated_data: Vec::new(),
                ciphertext: ciphertext.clone(),
            }),
            _ => None,
        };
        Broken::subject(Fault { before, ..NONE })
    };
    assert!(fails(cipher::every_change_of_what_is_authenticated_is_noticed, subject));
    assert!(fails(cipher::associated_data_needs_an_algorithm_that_authenticates, subject));
    assert!(!fails(cipher::a_nonce_is_never_used_again, subject), "that much is right");
}

#[test]
fn an_environment_that_encrypts_nothing_or_always_alike_fails() {
    let open: Factory = || {
        let after = |command: &Command, result| match (command, result) {
            (Command::Encrypt { plaintext, .. }, Ok(Reply::Encrypted { generation, nonce, ciphertext })) => {
                let mut shown = plaintext.expose().to_vec();
                shown.resize(ciphertext.len(), 0);
                Ok(Reply::Encrypted { generation, nonce, ciphertext: shown })
            }
            (_, other) => other,
        };
        Broken::subject(Fault { after, ..NONE })
    };
    assert!(fails(cipher::what_was_encrypted_comes_back_and_cannot_be_read_meanwhile, open));
    let alike: Factory = || {
        let after = |_: &Command, result| match result {
            Ok(Reply::Encrypted { generation, nonce, ciphertext }) => {
                Ok(Reply::Encrypted { generation, nonce: vec![7; nonce.len()], ciphertext })
            }
            other => other,
        };
        Broken::subject(Fault { after, ..NONE })
    };
    assert!(fails(cipher::a_nonce_is_never_used_again, alike));
}

#[test]
fn an_environment_that_makes_a_key_in_place_of_the_one_it_was_given_fails() {
    let subject: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::ImportKey { spec, .. } => Some(Command::GenerateKey(spec.clone())),
            _ => None,
        };
        Broken::subject(Fault { before, ..NONE })
    };
    for check in [
        import::an_imported_key_answers_as_published as fn(Factory),
        import::the_same_material_is_the_same_key,
        import::a_pair_is_taken_as_pkcs_8_too,
        import::material_that_is_no_key_makes_none,
        import::an_imported_key_serves_its_owner_and_its_uses_only,
    ] {
        assert!(fails(check, subject));
    }
    assert!(!fails(keys::a_new_key_is_what_was_asked_for, subject), "that much is right");
}

#[test]
fn an_environment_that_forgets_the_generation_before_or_makes_none_fails() {
    let idle: Factory = || {
        let after = |command: &Command, result| match (command, result) {
            (Command::RotateKey { .. }, Ok(Reply::Done)) => Ok(Reply::Done),
            (Command::RotateKey { generation, .. }, Ok(Reply::Key(mut info))) => {
                info.generation = *generation;
                Ok(Reply::Key(info))
            }
            (_, other) => other,
        };
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::RotateKey { key, owner, .. } => {
                Some(Command::KeyInfo { key: *key, owner: owner.clone() })
            }
            _ => None,
        };
        Broken::subject(Fault { before, after, ..NONE })
    };
    assert!(fails(rotate::a_rotated_key_makes_anew_and_checks_what_it_made_before, idle));
    assert!(fails(rotate::a_generation_follows_the_one_before_once, idle));
    assert!(fails(rotate::the_generation_that_encrypted_is_found_or_must_be_named, idle));
    assert!(fails(rotate::the_next_generation_can_be_given, idle));
    assert!(!fails(keys::a_new_key_is_what_was_asked_for, idle), "that much is right");
}

#[test]
fn an_environment_that_only_says_that_a_key_is_anothers_fails() {
    let subject: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::HandOverKey { key, owner, .. } => {
                Some(Command::KeyInfo { key: *key, owner: owner.clone() })
            }
            _ => None,
        };
        let after = |command: &Command, result| match (command, result) {
            (Command::HandOverKey { to, .. }, Ok(Reply::Key(mut info))) => {
                info.spec.owner = to.clone();
                Ok(Reply::Key(info))
            }
            (_, other) => other,
        };
        Broken::subject(Fault { before, after, ..NONE })
    };
    assert!(fails(hand_over::a_key_goes_to_its_next_owner_whole, subject));
    assert!(fails(hand_over::a_key_is_handed_over_by_its_owner_only, subject));
    assert!(!fails(keys::a_new_key_is_what_was_asked_for, subject), "that much is right");
}

#[test]
fn an_environment_that_derives_from_less_than_it_is_given_fails() {
    let subject: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::DeriveKey { from, algorithm, peer, salt, spec, .. } => Some(Command::DeriveKey {
                from: *from,
                generation: None,
                algorithm: *algorithm,
                peer: peer.clone(),
                salt: salt.clone(),
                // Where an identifier must be there, another.
                info: if algorithm.takes_info(b"") { Vec::new() } else { b"10x".to_vec() },
                spec: spec.clone(),
            }),
            _ => None,
        };
        Broken::subject(Fault { before, ..NONE })
    };
    assert!(fails(derive::every_input_goes_into_a_derived_key, subject));
    assert!(fails(derive::two_parties_agree_on_the_same_key, subject));
    assert!(!fails(derive::a_derived_key_is_a_key_of_its_own, subject), "that much is right");
}

#[test]
fn an_environment_that_lets_every_key_go_or_takes_anything_for_one_fails() {
    let open: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::GenerateKey(spec) => {
                Some(Command::GenerateKey(KeySpec { exportable: true, ..spec.clone() }))
            }
            _ => None,
        };
        Broken::subject(Fault { before, ..NONE })
    };
    assert!(fails(wrap::what_is_exportable_comes_back_the_same_and_nothing_else_leaves, open));
    assert!(!fails(wrap::what_was_not_wrapped_so_makes_no_key, open), "that much is right");
    let greedy: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::UnwrapKey { spec, .. } => Some(Command::GenerateKey(spec.clone())),
            _ => None,
        };
        Broken::subject(Fault { before, ..NONE })
    };
    for check in [
        wrap::keys_are_wrapped_as_published as fn(Factory),
        wrap::what_is_exportable_comes_back_the_same_and_nothing_else_leaves,
        wrap::what_was_not_wrapped_so_makes_no_key,
        wrap::keys_are_wrapped_and_unwrapped_by_their_owner_only,
    ] {
        assert!(fails(check, greedy));
    }
}

#[test]
fn an_environment_that_takes_its_time_fails() {
    let subject: Factory = || Broken::subject(Fault { patient: true, ..NONE });
    assert!(fails(expiry::nothing_begins_after_the_deadline, subject));
    assert!(fails(expiry::nothing_begins_once_the_caller_gave_up, subject));
}

#[test]
fn an_environment_that_claims_more_or_less_than_it_does_fails() {
    let boastful: Factory = || Broken::subject(Fault { claim: Some("levitate"), ..NONE });
    assert!(fails(description::what_is_claimed_works_and_what_works_is_claimed, boastful));
    let lazy: Factory = || {
        let after = |command: &Command, result| match command {
            Command::Digest { .. } => Err(SeError::NotSupported),
            _ => result,
        };
        Broken::subject(Fault { after, ..NONE })
    };
    assert!(fails(description::what_is_claimed_works_and_what_works_is_claimed, lazy));
}

#[test]
fn an_environment_that_hashes_or_seals_something_else_fails() {
    let subject: Factory = || {
        let before = |command: &Command, _: &Cx<'_>| match command {
            Command::Digest { algorithm, .. } => {
                Some(Command::Digest { algorithm: *algorithm, message: b"abc".to_vec() })
            }
            Command::Seal { plaintext, .. } => Some(Command::Seal {
                context: Vec::new(),
                plaintext: Secret::new(plaintext.expose().to_vec()),
            }),
            Command::Unseal { sealed, .. } => {
                Some(Command::Unseal { context: Vec::new(), sealed: sealed.clone() })
            }
            _ => None,
        };
        Broken::subject(Fault { before, ..NONE })
    };
    assert!(fails(digest::digests_are_those_of_fips_180_4, subject));
    assert!(fails(seal::another_context_opens_nothing, subject));
    assert!(fails(seal::a_context_is_bounded, subject));
    assert!(!fails(seal::what_was_sealed_opens_again, subject), "that much is right");
}
