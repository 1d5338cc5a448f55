//! Local names of tokens: each ends with what its token was brought by.

use csf_api::{Credentials, ResourceType, Response};
use support::lab::{Asker, Lab, Reading as _, draft};

use crate::scenery::{TARGET, bringing, claims, draft_of, must, reader, token, trusted, with_scenery};

const ID: &str = "t1@csf.example";

fn by_id() -> Credentials {
    Credentials { token_ids: vec![ID.into()], ..Credentials::default() }
}

fn asks(asker: &Asker<'_>, credentials: Credentials) -> Response {
    asker.send(bringing(TARGET, credentials))
}

/// What the reader gets by a local name.
fn by_name(lab: &Lab, name: &str) -> u16 {
    asks(&reader(lab), Credentials { local_token_ids: vec![name.into()], ..Credentials::default() }).code()
}

/// The local name that the answer assigns.
fn assigned(response: &Response) -> String {
    must(response, 2000);
    assert_eq!(response.assigned_token_ids.len(), 1);
    let assigned = response.assigned_token_ids.first().unwrap();
    assert_eq!(&*assigned.token, ID);
    assigned.local.to_string()
}

/// Keeps the token below an information point, under this name.
fn keep(lab: &Lab, name: &str, text: &str) {
    let kept = draft(ResourceType::TOKEN, "m2m:tk");
    let kept = draft_of(kept, &[("rn", name), ("tkid", ID), ("tkob", text)]);
    must(&lab.admin().create("cse-mn/info", kept), 2001);
}

fn information_point(lab: &Lab) {
    let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
    must(&lab.admin().create("cse-mn", point), 2001);
}

/// A token that was brought whole and then by its Token-ID has two names, and the second ends with its `<token>`. Shows
/// ACC-8.
#[test]
fn the_name_of_a_token_that_was_read_ends_with_its_resource_whatever_was_brought_before() {
    for whole_first in [true, false] {
        with_scenery(|lab| {
            information_point(lab);
            let text = trusted().sign(&claims(lab));
            keep(lab, "t1", &text);
            let mut names = Vec::new();
            for whole in [whole_first, !whole_first] {
                let credentials = if whole { token(&text) } else { by_id() };
                names.push((whole, assigned(&asks(&reader(lab), credentials))));
            }
            assert_ne!(names[0].1, names[1].1);
            assert!(names.iter().all(|(_, name)| by_name(lab, name) == 2000));
            must(&lab.admin().delete("cse-mn/info/t1"), 2002);
            for (whole, name) in &names {
                assert_eq!(by_name(lab, name), if *whole { 2000 } else { 4103 }, "{whole_first} {whole}");
            }
            must(&asks(&reader(lab), by_id()), 4103);
            // Whoever has the whole token has it, and its name is the same as before.
            let whole = names.iter().find(|(whole, _)| *whole).map(|(_, name)| name);
            assert_eq!(Some(&assigned(&asks(&reader(lab), token(&text)))), whole);
            assert_eq!(names.iter().filter(|(_, name)| by_name(lab, name) == 2000).count(), 1);
        });
    }
}

/// Nor does it matter that somebody else brought it whole, whose token it is not. Shows ACC-8.
#[test]
fn what_another_brought_whole_does_not_keep_a_name_alive() {
    with_scenery(|lab| {
        information_point(lab);
        let text = trusted().sign(&claims(lab));
        keep(lab, "t1", &text);
        must(&asks(&lab.as_ae(1000, "Cmeter"), token(&text)), 4103);
        let name = assigned(&asks(&reader(lab), by_id()));
        // It was verified once, for the one who brought it first.
        assert_eq!(lab.world().environments_of("verify-with").len(), 1);
        assert_eq!(by_name(lab, &name), 2000);
        must(&lab.admin().delete("cse-mn/info/t1"), 2002);
        assert_eq!(by_name(lab, &name), 4103);
    });
}

/// Each `<token>` that holds the text gives a name of its own. Shows ACC-8.
#[test]
fn a_name_ends_with_the_very_resource_that_its_token_was_read_from() {
    with_scenery(|lab| {
        information_point(lab);
        let text = trusted().sign(&claims(lab));
        keep(lab, "t1", &text);
        keep(lab, "t2", &text);
        let first = assigned(&asks(&reader(lab), by_id()));
        must(&lab.admin().delete("cse-mn/info/t1"), 2002);
        assert_eq!(by_name(lab, &first), 4103);
        let second = assigned(&asks(&reader(lab), by_id()));
        assert_ne!(first, second);
        assert_eq!((by_name(lab, &first), by_name(lab, &second)), (4103, 2000));
        // Another resource in its place is another.
        must(&lab.admin().delete("cse-mn/info/t2"), 2002);
        keep(lab, "t2", &text);
        assert_eq!(by_name(lab, &second), 4103);
        let third = assigned(&asks(&reader(lab), by_id()));
        assert_eq!((by_name(lab, &second), by_name(lab, &third)), (4103, 2000));
    });
}
