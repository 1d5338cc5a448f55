//! Every form of an originator entry, with near misses (TS-0003 7.1.3, TS-0004 7.3.3.15).

use csf_access::{Reason, Standing, Verdict};
use csf_api::AccessOperation;

use crate::making::{ask, policy, rule};

fn check(entry: &str, matching: &[&str], others: &[&str]) {
    let ask = |originator| {
        ask(policy([rule(&[entry], 2)]), Standing::Proven, Some(originator), AccessOperation::Retrieve)
    };
    for originator in matching {
        assert!(ask(originator).is_permit(), "{entry} does not match {originator}");
    }
    for originator in others {
        let verdict = ask(originator);
        let denied = matches!(verdict, Verdict::Deny(Reason::Originator | Reason::GroupUnavailable));
        assert!(denied, "{entry} matches {originator}: {verdict:?}");
    }
}

// Shows ACC-3.
#[test]
fn an_exact_identifier_matches_its_entity_in_every_form_and_nobody_else() {
    for entry in ["Cmeter", "/id-mn/Cmeter", "//csf.example/id-mn/Cmeter"] {
        check(
            entry,
            &["Cmeter", "/id-mn/Cmeter", "//csf.example/id-mn/Cmeter"],
            &["Cmete", "Cmeter2", "CMeter", "/id-in/Cmeter", "//other.example/id-mn/Cmeter", "Smeter"],
        );
    }
    for entry in ["Slamp", "/Slamp", "//csf.example/Slamp"] {
        check(entry, &["Slamp", "/Slamp"], &["Slamps", "//other.example/Slamp", "/id-mn/Clamp"]);
    }
    for entry in ["/id-in", "//csf.example/id-in"] {
        check(entry, &["/id-in"], &["/id-i", "/id-in2", "/id-in/Cx", "//other.example/id-in"]);
    }
    check("local:billing", &["local:billing"], &["local:bill", "local:billing2", "Cbilling"]);
}

#[test]
fn a_stem_pattern_belongs_to_the_home_cse_or_provider() {
    check("C*", &["Ca", "Cmeter"], &["Sa", "/id-in/Ca", "/Ca", "//other.example/id-mn/Ca", "/id-mn"]);
    check("Cm*r", &["Cmr", "Cmeter"], &["Cmeters", "Cxmr", "CM-r"]);
    for entry in ["S/*", "S/C*", "S*/C*", "C*/x", "C/*"] {
        check(entry, &[], &["/S/Cm", "/Sm/Cm", "Cm", "Sm", "/id-mn/Cx"]);
    }
    check("S*", &["Sa", "/Slamp", "/id-mn/Sa"], &["Ca", "//other.example/Sa", "/id-mn"]);
}

#[test]
fn a_provider_relative_pattern_matches_within_the_home_provider() {
    check(
        "/myCSE*/C98*",
        &["/myCSE/C98", "/myCSE1/C9886"],
        &["/myCSE1/C97", "/myCSE1", "/xmyCSE/C98", "//other.example/myCSE/C98", "C98"],
    );
    check("/SmyAE*", &["/SmyAE", "SmyAE1", "/id-mn/SmyAE"], &["/SmyA", "//other.example/SmyAE1"]);
    check("/*", &["/id-mn", "/id-in", "Slamp"], &["Ca", "//other.example/id-mn", "local:billing"]);
}

#[test]
fn an_absolute_pattern_matches_segment_by_segment() {
    check(
        "//*/myCSE*",
        &["//csf.example/myCSE", "//other.example/myCSE2"],
        &["//other.example/xmyCSE", "//other.example/myCSE/Ca"],
    );
    check(
        "//*/id/C*",
        &["//csf.example/id/Ca", "//other.example/id/Cb"],
        &["//other.example/id", "//other.example/id2/Ca", "//other.example/id/Sa"],
    );
    check(
        "//*.example/id",
        &["//csf.example/id", "//a.b.example/id"],
        &["//example/id", "//csf.example.org/id"],
    );
    check("//csf.example/*/C*x*", &["Cx", "/id-in/Caxb"], &["Ca", "/id-in", "//other.example/id-mn/Cx"]);
}

#[test]
fn characters_of_regular_expressions_are_ordinary() {
    check("/my.CSE*", &["/my.CSE1"], &["/myxCSE1"]);
    check("C.*", &["C.a"], &["Ca", "Cab"]);
    for entry in ["C[a-z]*", "Ca+", "C(a|b)*", "C.+", "^C.*$", "C?", "C%2A*", "C\\w*", "/.*/C.*"] {
        check(entry, &[], &["Ca", "Caa", "Cab", "/id-in/Ca"]);
    }
}

#[test]
fn a_domain_matches_its_entities_and_is_literal() {
    check(
        "//csf.example",
        &["Cmeter", "/id-mn", "/Slamp", "/id-in/Cx"],
        &["//other.example/id-mn", "//csf.example.org/id-mn", "//sub.csf.example/id-mn", "local:billing"],
    );
    for entry in
        ["//csf.exampl*", "//*", "//csf.example*", "//csf.exampl", "//CSF.example", "//", "//csf.example/"]
    {
        check(entry, &[], &["Cmeter", "/id-mn", "//csf.exampleish/id-mn"]);
    }
}

#[test]
fn everybody_is_one_word_exactly() {
    check("all", &["Cmeter", "//other.example/id-mn", "local:billing"], &[]);
    for entry in ["ALL", "All", "al*", "all*", "all ", "*", "a*", "", "/all", "C", "S"] {
        check(entry, &[], &["Cmeter", "Slamp", "/id-mn", "//other.example/id-mn", "Call"]);
    }
}

#[test]
fn a_local_name_is_not_a_pattern_and_no_pattern_reaches_it() {
    for entry in ["local:*", "local:bill*", "*:billing", "*", "/*", "//*/*", "l*"] {
        check(entry, &[], &["local:billing"]);
    }
}

// Shows ACC-9.
#[test]
fn an_entry_that_cannot_be_evaluated_matches_nobody_and_spoils_no_other() {
    for entry in ["operator@csf.example", "grp-1", "cse-mn/meters", "/id-in/grp-1", "", "local:*", "//*"] {
        let policy = || policy([rule(&[entry, "Cmeter"], 2)]);
        let ask = |who| ask(policy(), Standing::Proven, Some(who), AccessOperation::Retrieve);
        assert!(ask("Cmeter").is_permit(), "{entry}");
        let denied = matches!(ask("Cother"), Verdict::Deny(Reason::Originator | Reason::GroupUnavailable));
        assert!(denied, "{entry}");
        let remarks = usize::from(["", "local:*", "//*"].contains(&entry));
        assert_eq!(policy().remarks(csf_access::Section::Privileges).count(), remarks, "{entry}");
    }
}

#[test]
fn a_hostile_pattern_costs_no_more_than_a_plain_one() {
    // A matcher that backtracks would need more steps here than there are atoms.
    let name = format!("C{}", "a".repeat(120));
    let hostile = format!("C{}b", "*a".repeat(60));
    check(&hostile, &[&format!("{name}b")], &[&name]);
}

// Shows ACC-9.
#[test]
fn entries_of_other_scripts_and_of_signs_alone_are_for_nobody() {
    let signs = "*?[a-z]+(C|S){1,9}^$\\.";
    for entry in [
        "Сmeter",
        "Cmetеr",
        "Ｃmeter",
        "C\u{200b}meter",
        "Cmeter\0",
        "メーター",
        "١",
        "\u{202e}retemC",
        signs,
        "****",
    ] {
        check(entry, &[], &["Cmeter", "Slamp", "/id-mn", "//other.example/id-mn/Ca"]);
    }
}
