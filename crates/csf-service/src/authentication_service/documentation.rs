//! docs/authentication.md lists what the service can be asked for, with its bounds, as the code has them.

use support::documentation::{grouped, keep_table, table};

use super::outstanding::{LIFETIME_SECONDS, MAX_CHALLENGES, MAX_OF_A_VERIFIER};
use super::{CHALLENGE, RESPONSE, VERIFICATION};

#[test]
fn what_the_service_is_asked_for_is_in_the_documentation() {
    let quoted = |name: &str| format!("`{name}`");
    let row = |(root, members): (&str, &[&str]), output: &str| {
        let members: Vec<_> = members.iter().chain(&["msl"]).map(|name| quoted(name)).collect();
        vec![quoted(root), members.join(", "), output.to_owned()]
    };
    let rows = [
        row(CHALLENGE, "`chl`, `vrf`, `cla`, `end`"),
        row(RESPONSE, "`rsp`, `seL`"),
        row(VERIFICATION, "`vR`, and where it is true `idn`, `seL`"),
    ];
    let means = [
        ("cla", "the claimant: who answers"),
        ("vrf", "the verifier: who asked"),
        ("chl", "a challenge, base64"),
        ("end", "until when it waits"),
        ("pur", "what for: at most 255 bytes, and the same for both; none where it is absent"),
        ("mut", "true: the first challenge of a mutual run"),
        ("pch", "the other challenge of a mutual run"),
        ("crd", "the address of the claimant's credential"),
        ("rsp", "the answer, base64"),
        (
            "msl",
            "the least level: of the environment that draws the challenge, of the key; below it 5207, and `vR` false",
        ),
        ("seL", "the level of the key"),
        ("idn", "who the claimant is, in absolute form"),
        ("vR", "whether it is that one"),
    ];
    let known: Vec<&str> =
        [CHALLENGE, RESPONSE, VERIFICATION].iter().flat_map(|(_, names)| *names).copied().collect();
    assert!(known.iter().all(|name| means.iter().any(|(one, _)| one == name)), "explained nowhere");
    let means = means.map(|(name, holds)| vec![quoted(name), holds.to_owned()]);
    let whole =
        [table(&["root", "input", "output"], rows), "\n".to_owned(), table(&["member", "holds"], means)];
    keep_table("authentication.md", "authentication", &whole.concat());
    let (seconds, own, all) = (LIFETIME_SECONDS, MAX_OF_A_VERIFIER, grouped(MAX_CHALLENGES as u64));
    let page = include_str!("../../../../docs/authentication.md");
    let bounds =
        format!("waits {seconds} seconds for one check. One verifier has {own} that\nwait, the node {all};");
    assert!(page.contains(&bounds), "the page has other bounds than: {bounds}");
}
