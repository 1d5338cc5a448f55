//! Explanations with tokens: they count as they would for a request.

use csf_api::{Response, Value};
use support::lab::{DELETE, Lab, RETRIEVE, Reading as _, changes, rule};
use support::token_maker::{permissions, privileges};

use crate::scenery::{READER, TARGET, bringing, claims, must, now, reader, token, trusted, with_scenery};

fn explained(lab: &Lab, who: &str, token: &str) -> Response {
    let asked = changes("csf:explanation").with("fr", who).with("op", 2).with("to", TARGET);
    let told = lab.admin().update(
        "cse-mn/security/administration",
        asked.with("atn", true).with("tkns", Value::texts([token])),
    );
    must(&told, 2004);
    told
}

fn decision(told: &Response) -> Option<i64> {
    told.member("dec").as_integer()
}

/// A token permits its holder, in the explanation as in fact, and names which of its rules. Shows ACC-1 and ACC-8.
#[test]
fn an_explanation_counts_tokens_as_a_request_does() {
    with_scenery(|lab| {
        let _ = lab.registered(1002, "Cother");
        let not = rule(["all"], DELETE);
        let two = permissions([privileges([TARGET], [not, rule(["all"], RETRIEVE)])]);
        let text = trusted().sign(&claims(lab).with("tkps", two));
        let told = explained(lab, "Creader", &text);
        assert_eq!(decision(&told), Some(1));
        assert_eq!(told.text("gnd"), "permission 0, rule 1 of token t1@csf.example");
        let rows = told.member("rls").as_list().unwrap();
        let of_token = rows.iter().filter_map(Value::as_object).filter(|row| row.get("tkn").is_some());
        let of_token: Vec<_> = of_token
            .map(|row| (row.get("idx").and_then(Value::as_integer), row.get("ok").and_then(Value::as_bool)))
            .collect();
        assert_eq!(of_token, [(Some(0), Some(false)), (Some(1), Some(true))]);
        must(&reader(lab).send(bringing(TARGET, token(&text))), 2000);
        // Another who brings it, and the same without it.
        let other = explained(lab, "Cother", &text);
        assert_eq!(decision(&other), Some(2));
        assert!(other.text("gnd").contains("a token of the request does not count"), "{other:?}");
        must(&lab.as_ae(1002, "Cother").send(bringing(TARGET, token(&text))), 4103);
    });
}

/// A token that does not count refuses, in the explanation as in fact, and the reason is said. Shows ACC-1 and ACC-8.
#[test]
fn an_explanation_says_why_a_token_does_not_count() {
    with_scenery(|lab| {
        let claims = trusted().claims("t2@csf.example", READER, [now(lab) - 120, now(lab) - 60]);
        let over = claims.with("tkps", permissions([privileges([TARGET], [rule(["all"], RETRIEVE)])]));
        let good = trusted().sign(&crate::scenery::claims(lab));
        let (unsigned, _) = good.rsplit_once('.').unwrap();
        for text in [trusted().sign(&over), format!("{unsigned}.AAAA"), "a.b.c".to_owned()] {
            let told = explained(lab, "Creader", &text);
            assert_eq!(decision(&told), Some(2));
            let ground = told.text("gnd");
            assert!(ground.starts_with("a token of the request does not count: "), "{ground}");
            must(&reader(lab).send(bringing(TARGET, token(&text))), 4103);
        }
    });
}
