//! After a restore: what was issued before counts no more, because nobody knows whether it was revoked after the backup.

use csf_api::{Credentials, ResourceType};
use csf_store::Space;
use support::lab::{Lab, Reading as _, draft};

use crate::issued::{keep, wish, with_issuing_administrator};
use crate::roles::{asks, give, information_point, role};
use crate::scenery::{ROLE, bringing, claims, code, draft_of, must, reader, token, trusted, with_setup};

/// How far identifiers jump ahead.
const STEP: u64 = 1 << 50;

/// Says of the store what its first, second or later restore says of it, and starts on it.
fn restored(lab: Lab, times: u64) -> Lab {
    let now = u64::try_from(lab.world().utc().unix_micros()).unwrap();
    let floor = now.checked_add(STEP.checked_mul(times).unwrap()).unwrap();
    lab.world().place(Space::sealed("state").key("ordinal-floor"), floor.to_be_bytes().to_vec());
    lab.restart(|_| {})
}

/// Shows ACC-8.
#[test]
fn a_role_that_was_given_before_a_restore_counts_no_more_and_one_given_since_does() {
    with_setup(
        |_| {},
        |lab| {
            information_point(&lab);
            let times = [&*lab.in_seconds(-60), &*lab.in_seconds(3600)];
            assert_eq!(give(&lab.admin(), "r", "/id-mn", "Creader", times), 2001);
            assert_eq!(asks(&lab, role(ROLE)), 2000);
            // A restart is none.
            let lab = lab.restart(|_| {});
            assert_eq!(asks(&lab, role(ROLE)), 2000);
            let lab = restored(lab, 1);
            must(&lab.admin().retrieve("cse-mn/info/r"), 2000);
            assert_eq!(asks(&lab, role(ROLE)), 4103);
            assert_eq!(asks(&lab, Credentials::default()), 4103);
            // It stays so, and is given anew by making it anew.
            let lab = lab.restart(|_| {});
            assert_eq!(asks(&lab, role(ROLE)), 4103);
            must(&lab.admin().delete("cse-mn/info/r"), 2002);
            assert_eq!(give(&lab.admin(), "r", "/id-mn", "Creader", times), 2001);
            assert_eq!(asks(&lab, role(ROLE)), 2000);
            let other = lab.registered(1002, "Cother");
            assert_eq!(other.send(bringing("cse-mn/Cmeter/forRole", role(ROLE))).code(), 4103);
            let lab = lab.restart(|_| {});
            assert_eq!(asks(&lab, role(ROLE)), 2000);
            assert_eq!(asks(&restored(lab, 2), role(ROLE)), 4103, "nor after the next restore");
        },
    );
}

/// Shows ACC-8.
#[test]
fn what_was_issued_here_before_a_restore_counts_no_more_however_it_is_brought() {
    with_issuing_administrator(|lab| {
        let text = lab.admin().invoke("token", wish(&lab, "k1", "t1@csf.example"));
        let text = text.text("tkob").to_owned();
        information_point(&lab);
        keep(&lab, "t1", "t1@csf.example", &text);
        let by_id = || Credentials { token_ids: vec!["t1@csf.example".into()], ..Credentials::default() };
        let asks =
            |lab: &Lab, credentials| reader(lab).send(bringing(crate::scenery::TARGET, credentials)).code();
        assert_eq!((code(&lab, &text), asks(&lab, by_id())), (2000, 2000));
        let lab = restored(lab, 1);
        must(&lab.admin().retrieve("cse-mn/info/t1"), 2000);
        assert_eq!((code(&lab, &text), asks(&lab, by_id())), (4103, 4103));
        // The administrator may keep the same text anew: then it is known not to be revoked.
        must(&lab.admin().delete("cse-mn/info/t1"), 2002);
        keep(&lab, "t1", "t1@csf.example", &text);
        assert_eq!((code(&lab, &text), asks(&lab, by_id())), (2000, 2000));
    });
}

/// A token of another issuer was not issued here: what ends is that it is kept here. Shows ACC-8.
#[test]
fn a_token_of_another_issuer_is_kept_no_more_and_counts_where_it_is_brought_whole() {
    with_setup(
        |_| {},
        |lab| {
            information_point(&lab);
            let text = trusted().sign(&claims(&lab));
            let kept = draft_of(
                draft(ResourceType::TOKEN, "m2m:tk"),
                &[("tkid", "t1@csf.example"), ("tkob", &text)],
            );
            must(&lab.admin().create("cse-mn/info", kept), 2001);
            let by_id = || Credentials { token_ids: vec!["t1@csf.example".into()], ..Credentials::default() };
            let asks = |lab: &Lab, credentials| {
                reader(lab).send(bringing(crate::scenery::TARGET, credentials)).code()
            };
            assert_eq!((asks(&lab, by_id()), asks(&lab, token(&text))), (2000, 2000));
            let lab = restored(lab, 1);
            assert_eq!((asks(&lab, by_id()), asks(&lab, token(&text))), (4103, 2000));
        },
    );
}
