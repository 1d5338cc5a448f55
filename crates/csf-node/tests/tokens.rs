//! The examples of docs/tokens.md, with an issuer that the node trusts (ACC-8).

use csf_api::Value;
use support::NodeProcess;
use support::lab::rule;
use support::token_maker::{TokenMaker, permissions, privileges};

const ISSUER: &str = "//csf.example/id-das";

// Shows ACC-8.
#[test]
fn the_examples_of_the_documentation_end_as_they_say() {
    let issuer = TokenMaker::new(ISSUER, 1);
    let trust = format!("token.issuers.{ISSUER}=signed,k1 ES256 {}", issuer.public_key());
    let node = NodeProcess::with().profile("mn").set(&trust).start();
    let claims =
        issuer.claims("t1@das.example", "//csf.example/id-mn/Creader", [1_577_836_800, 4_070_908_800]);
    let claims = claims.with("tkps", permissions([privileges(["-/meter/log"], [rule(["all"], 2)])]));
    let keep = |name: &str, text: &str| std::fs::write(node.directory().join(name), text).expect("a file");
    keep("good.jwt", &issuer.sign(&claims));
    keep("foreign.jwt", &issuer.sign(&claims.with("azp", Value::text("//csf.example/id-mn/Cother"))));
    let ran = support::examples::run("tokens.md", &node);
    assert!(ran.refused >= 8 && ran.printed.len() >= 20, "{ran:?}");
    assert_eq!(ran.printed_by("--only vR").trim(), "true");
}
