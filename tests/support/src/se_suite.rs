//! The suite that every secure environment passes, unchanged: one backend, one factory, the same tests.
//!
//! ```text
//!   tests/suite.rs of a plug-in:   fn fresh() -> Subject        support::se_suite!(fresh);
//!                                        │                               │
//!                                        └──── called by each check ─────┘──▶ one #[test] per check
//! ```
//!
//! A check asks the environment's own description first and leaves out what it does not claim; that what
//! works is claimed, and the other way round, is a check of its own. So a card that makes no MACs passes
//! the same suite as a software library that does.
//!
//! ```
//! use csf_api::SecurityLevel;
//! use support::se_suite::{Subject, VolatileSe, digest};
//!
//! fn fresh() -> Subject {
//!     Subject::new(VolatileSe::new("lab", SecurityLevel::Low))
//! }
//!
//! digest::digests_are_those_of_fips_180_4(fresh);
//! ```

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a suite reports by panicking"
)]

mod bench;
pub mod bounds;
pub mod cipher;
mod claimed;
pub mod confusion;
pub mod derive;
pub mod description;
pub mod digest;
pub mod expiry;
pub mod hand_over;
pub mod import;
pub mod keys;
mod known_keys;
pub mod mac;
mod outsider;
pub mod parallel;
pub mod random;
pub mod respond;
pub mod rotate;
pub mod seal;
pub mod signature;
pub mod stream;
mod verifier;
mod volatile_se;
pub mod wrap;

use std::any::Any;

use csf_transport::SecureEnvironment;

pub use volatile_se::VolatileSe;

/// The environment under test, and what must stay alive with it.
pub struct Subject {
    // In this order: the environment is closed before its directory goes.
    environment: Box<dyn SecureEnvironment>,
    _guard: Option<Box<dyn Any>>,
}

impl Subject {
    /// An environment that needs nothing beside itself.
    #[must_use]
    pub fn new(environment: impl SecureEnvironment + 'static) -> Self {
        Self { environment: Box::new(environment), _guard: None }
    }

    /// An environment that needs something else while it lives, such as its temporary directory.
    #[must_use]
    pub fn with_guard(environment: impl SecureEnvironment + 'static, guard: impl Any) -> Self {
        Self { environment: Box::new(environment), _guard: Some(Box::new(guard)) }
    }

    /// The environment.
    #[must_use]
    pub fn environment(&self) -> &dyn SecureEnvironment {
        &*self.environment
    }
}

/// Makes a fresh environment. Each call gives one that shares nothing with the others, its root included.
pub type Factory = fn() -> Subject;

/// Instantiates the whole suite, one `#[test]` per check, for a [`Factory`] in the same module.
#[macro_export]
macro_rules! se_suite {
    ($factory:ident) => {
        $crate::se_suite!(@ random $factory
            random_bytes_have_the_length_asked_for
            random_of_no_length_or_too_much_is_invalid
            random_bytes_do_not_repeat
            random_bits_are_balanced);
        $crate::se_suite!(@ digest $factory
            digests_are_those_of_fips_180_4);
        $crate::se_suite!(@ mac $factory
            a_code_verifies_and_none_with_a_changed_bit_does
            a_code_is_refused_for_another_message
            a_code_is_refused_for_another_key
            a_code_of_another_length_is_invalid);
        $crate::se_suite!(@ signature $factory
            a_message_and_its_digest_are_signed_alike
            every_changed_signature_is_refused
            a_public_key_checks_as_its_pair_does
            a_signature_is_refused_for_another_message
            a_signature_is_refused_for_another_key
            signatures_and_digests_of_another_length_are_invalid);
        $crate::se_suite!(@ cipher $factory
            what_was_encrypted_comes_back_and_cannot_be_read_meanwhile
            a_nonce_is_never_used_again
            every_change_of_what_is_authenticated_is_noticed
            associated_data_needs_an_algorithm_that_authenticates
            what_one_key_encrypts_another_does_not_open
            a_nonce_of_another_length_is_invalid
            wrong_padding_and_wrong_length_cannot_be_told_apart);
        $crate::se_suite!(@ derive $factory
            two_parties_agree_on_the_same_key
            the_keys_of_enrolment_are_those_of_ts_0003
            every_input_goes_into_a_derived_key
            a_derived_key_is_a_key_of_its_own
            a_key_is_derived_by_its_owner_only
            what_is_no_public_key_of_the_curve_is_refused
            x25519_agrees_as_published
            a_pair_for_agreement_signs_nothing);
        $crate::se_suite!(@ wrap $factory
            keys_are_wrapped_as_published
            what_is_exportable_comes_back_the_same_and_nothing_else_leaves
            what_was_not_wrapped_so_makes_no_key
            keys_are_wrapped_and_unwrapped_by_their_owner_only);
        $crate::se_suite!(@ keys $factory
            a_new_key_is_what_was_asked_for
            an_identifier_is_given_once
            going_through_the_keys_gives_each_once
            a_destroyed_key_is_gone
            destroying_one_key_leaves_the_others
            a_key_that_never_was_is_no_such_key
            uses_that_do_not_fit_make_no_key);
        $crate::se_suite!(@ import $factory
            an_imported_key_answers_as_published
            the_same_material_is_the_same_key
            a_pair_is_taken_as_pkcs_8_too
            material_that_is_no_key_makes_none
            an_imported_key_serves_its_owner_and_its_uses_only
            an_import_replaces_nothing_and_needs_uses_that_fit);
        $crate::se_suite!(@ rotate $factory
            a_rotated_key_makes_anew_and_checks_what_it_made_before
            a_generation_follows_the_one_before_once
            a_key_is_rotated_by_its_owner_only
            the_generation_that_encrypted_is_found_or_must_be_named
            the_next_generation_can_be_given);
        $crate::se_suite!(@ hand_over $factory
            a_key_goes_to_its_next_owner_whole
            a_key_is_handed_over_by_its_owner_only);
        $crate::se_suite!(@ confusion $factory
            a_foreign_owner_is_refused_everything
            a_key_serves_only_the_uses_it_was_made_for
            a_key_of_one_kind_serves_no_command_of_the_other);
        $crate::se_suite!(@ respond $factory
            a_response_is_right_for_its_statement_and_its_key_alone
            a_key_that_answers_challenges_does_nothing_else
            whoever_makes_anything_else_answers_no_challenge
            a_response_is_of_the_present_generation);
        $crate::se_suite!(@ seal $factory
            what_was_sealed_opens_again
            a_seal_hides_what_it_holds
            another_context_opens_nothing
            a_changed_seal_opens_nothing
            another_environment_opens_nothing
            a_context_is_bounded);
        $crate::se_suite!(@ stream $factory
            a_digest_in_parts_is_that_of_the_whole
            a_code_in_parts_is_that_of_the_whole
            a_part_in_the_wrong_place_changes_nothing
            streams_do_not_disturb_each_other
            a_stream_serves_whoever_began_it
            a_stream_ends
            the_streams_of_an_owner_are_counted
            a_stream_ends_with_its_key);
        $crate::se_suite!(@ bounds $factory
            the_largest_input_passes_and_one_byte_more_does_not);
        $crate::se_suite!(@ expiry $factory
            nothing_begins_after_the_deadline
            nothing_begins_once_the_caller_gave_up);
        $crate::se_suite!(@ description $factory
            what_is_claimed_works_and_what_works_is_claimed
            the_identity_fits_the_kind
            the_level_is_one_the_kind_can_have);
        $crate::se_suite!(@ parallel $factory
            sessions_of_several_threads_do_not_disturb_each_other);
    };
    (@ $module:ident $factory:ident $($check:ident)+) => {
        mod $module {
            use super::$factory;
            $(
                #[test]
                fn $check() {
                    $crate::se_suite::$module::$check($factory);
                }
            )+
        }
    };
}
