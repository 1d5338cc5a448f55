//! `acor`: who is meant by each form of an entry (TS-0001 7.2 and 9.6.2.1, TS-0003 7.1.3, TS-0004 7.3.3.15).
//!
//! The CSE is `//csf.example/id-mn`. `Ca` is an AE of it, `/id-in/Ca` one of a neighbour, `Sa` one whose stem the provider
//! gave.

use crate::table::{DENIED, PERMITTED, asks, entry, rule, table};

const FOREIGN: &str = "//other.example/id-mn/Ca";

// Shows ACC-3.
#[test]
fn an_identifier_means_one_entity_in_whichever_form_it_is_written() {
    for form in ["Ca", "/id-mn/Ca", "//csf.example/id-mn/Ca"] {
        let same = ["Ca", "/id-mn/Ca", "//csf.example/id-mn/Ca"];
        entry(form, &same, &["Cb", "CA", "Caa", "/id-in/Ca", FOREIGN, "/id-mn", "Sa"]);
    }
    for form in ["Sa", "/Sa", "//csf.example/Sa"] {
        entry(form, &["Sa", "/Sa", "//csf.example/Sa"], &["Sb", "Ca", "//other.example/Sa"]);
    }
    for form in ["/id-in", "//csf.example/id-in"] {
        // A CSE is not the AEs that it registered.
        entry(form, &["/id-in", "//csf.example/id-in"], &["/id-in/Ca", "/id-mn", "//other.example/id-in"]);
    }
    for form in ["/id-mn", "//csf.example/id-mn"] {
        entry(form, &["/id-mn"], &["Ca", "/id-in", "Sa"]);
    }
    entry("/id-in/Ca", &["/id-in/Ca", "//csf.example/id-in/Ca"], &["Ca", "/id-in", "/id-in/Cb", FOREIGN]);
    entry(FOREIGN, &[FOREIGN], &["Ca", "//other.example/id-mn", "//other.example/id-in/Ca"]);
}

// Shows ACC-3. The examples of TS-0003 table 7.1.3-2.
#[test]
fn a_star_is_any_run_of_characters_up_to_the_next_slash() {
    entry("//*/myCSEID", &["/myCSEID", "//other.example/myCSEID"], &["/myCSEID/C1", "/myCSEID2"]);
    entry("//*/myCSE*", &["/myCSE", "//other.example/myCSE7"], &["/myCSE/C1", "/yourCSE"]);
    entry("/myCSE*", &["/myCSE", "/myCSE7"], &["/myCSE/C1", "//other.example/myCSE7"]);
    entry(
        "//*/myCSEID/C9886",
        &["/myCSEID/C9886", "//other.example/myCSEID/C9886"],
        &["/myCSEID/C988", "/my/C9886"],
    );
    entry("//*/myCSE*/C9886", &["/myCSE/C9886", "//other.example/myCSE1/C9886"], &["/myCSE1", "C9886"]);
    entry("/myCSEID/C98*", &["/myCSEID/C98", "/myCSEID/C9886"], &["/myCSEID/C97", "/myCSEID", "C98"]);
    entry("/myCSE*/C98*", &["/myCSE7/C981"], &["/myCSE7/C1", "//other.example/myCSE7/C981"]);
    entry("/SmyAE*", &["SmyAE", "/SmyAE7"], &["SyourAE", "//other.example/SmyAE7"]);
}

// Shows ACC-3.
#[test]
fn a_star_may_stand_anywhere_in_a_segment_and_more_than_once() {
    entry("C*", &["Ca", "Cab"], &["/id-in/Ca", FOREIGN, "Sa", "/id-mn"]);
    entry("S*", &["Sa"], &["Ca", "//other.example/Sa"]);
    entry("/id-mn/*a", &["Ca", "Cba"], &["Cb", "Cab", "/id-in/Ca"]);
    entry("/id-mn/C*x*y", &["Cxy", "Caxby"], &["Cyx", "Cx", "Cxyz"]);
    entry("/id-*/Ca", &["Ca", "/id-in/Ca"], &["Cb", FOREIGN, "/other/Ca"]);
    entry("/*/*", &["Ca", "/id-in/Cb"], &["/id-mn", "Sa", FOREIGN]);
    entry("/*", &["/id-mn", "/id-in", "Sa"], &["Ca", "//other.example/id-mn"]);
    entry("//csf.example/*", &["/id-mn", "Sa"], &["Ca", "//other.example/id-mn"]);
    entry("//*.example/id-mn/C*", &["Ca", FOREIGN], &["//example.org/id-mn/Ca", "/id-in/Ca"]);
}

// Shows ACC-3.
#[test]
fn no_other_character_is_special() {
    for text in [
        "C.",
        "C.*",
        "C?",
        "C+",
        "C[a-z]",
        "C[a-z]*",
        "(Ca|Cb)",
        "^Ca$",
        "C%61",
        "C_*",
        "/id-mn/C.",
        "C\\\\w",
    ] {
        entry(text, &[], &["Ca", "Cab", "/id-in/Ca"]);
    }
    entry("C.*", &["C.", "C.a"], &["Ca"]);
}

// Shows ACC-3.
#[test]
fn a_domain_means_all_that_belong_to_it_and_is_not_a_pattern() {
    let own = ["Ca", "Sa", "/id-mn", "/id-in", "/id-in/Cb"];
    entry("//csf.example", &own, &[FOREIGN, "//a.csf.example/id-mn/Ca", "//csf.example.org/id-mn/Ca"]);
    entry("//other.example", &[FOREIGN, "//other.example/id-x"], &own);
    // A sub-domain is a domain of its own.
    entry("//a.csf.example", &["//a.csf.example/id-mn/Ca"], &own);
    for text in ["//example", "//*.example", "//csf.exampl*", "//*", "csf.example", "csf.*"] {
        entry(text, &[], &own);
    }
}

// Shows ACC-2 and ACC-3.
#[test]
fn all_means_everybody_and_is_one_word_in_small_letters() {
    rule(
        r#"{"acor":["all"],"acop":2}"#,
        &[
            (asks("Ca"), PERMITTED),
            (asks(FOREIGN), PERMITTED),
            (asks("/id-in/Ca").vouched(), PERMITTED),
            (asks("Ca").bare(), PERMITTED),
        ],
    );
    for word in ["All", "ALL", " all", "all ", "*", "any", "none", ""] {
        let text = format!(r#"{{"acor":["{word}"],"acop":2}}"#);
        rule(&text, &[(asks("Ca"), DENIED), (asks(FOREIGN), DENIED), (asks("Ca").bare(), DENIED)]);
    }
}

// Shows ACC-2 and ACC-3.
#[test]
fn entries_of_a_list_are_alternatives_and_nobody_is_meant_by_none() {
    let several = r#"{"acor":["Cx","/id-in","r@csf.example","grp-9","Ca"],"acop":2}"#;
    rule(
        several,
        &[
            (asks("Ca"), PERMITTED),
            (asks("Cx"), PERMITTED),
            (asks("/id-in"), PERMITTED),
            (asks("Cz").having("r@csf.example"), PERMITTED),
            (asks("Cz"), DENIED),
            (asks("Ca").bare(), DENIED),
        ],
    );
    rule(
        r#"{"acor":[],"acop":63}"#,
        &[(asks("Ca"), DENIED), (asks("Cowner"), DENIED), (asks("Ca").bare(), DENIED)],
    );
}

// Shows ACC-3.
#[test]
fn a_group_means_its_members_by_whichever_address_it_is_named() {
    for group in [
        "grp-1",
        "-/grp",
        "cse-mn/Ca/grp",
        "/id-mn/grp-1",
        "/id-mn/-/grp",
        "//csf.example/id-mn/grp-1",
        "//csf.example/id-mn/cse-mn/grp",
    ] {
        let text = format!(r#"{{"acor":["{group}"],"acop":2}}"#);
        let crowd = |who| asks(who).where_group(group, ["Ca", "/id-in", "Sa"]);
        rule(
            &text,
            &[
                (crowd("Ca"), PERMITTED),
                (crowd("//csf.example/id-mn/Ca"), PERMITTED),
                (crowd("/id-in"), PERMITTED),
                (crowd("Sa"), PERMITTED),
                // A member that is a CSE is not the AEs of it.
                (crowd("/id-in/Ca"), DENIED),
                (crowd("Cb"), DENIED),
                (crowd("Ca").bare(), DENIED),
                (asks("Ca").where_group(group, []), DENIED),
                // That it cannot be had denies too.
                (asks("Ca"), DENIED),
            ],
        );
    }
    // No star in the address of a group.
    rule(r#"{"acor":["grp-*"],"acop":2}"#, &[(asks("Ca").where_group("grp-1", ["Ca"]), DENIED)]);
    rule(r#"{"acor":["-/gr*"],"acop":2}"#, &[(asks("Ca").where_group("-/grp", ["Ca"]), DENIED)]);
}

// Shows ACC-3 and ACC-9.
#[test]
fn a_group_that_is_gone_spoils_its_own_entry_and_no_other() {
    rule(
        r#"{"acor":["grp-gone","grp-1","Cb"],"acop":2}"#,
        &[
            (asks("Ca").where_group("grp-1", ["Ca"]), PERMITTED),
            (asks("Cb"), PERMITTED),
            (asks("Cc").where_group("grp-1", ["Ca"]), DENIED),
        ],
    );
    table(
        &[r#"{"acor":["grp-gone"],"acop":2}"#, r#"{"acor":["Ca"],"acop":2}"#],
        &[(asks("Ca"), PERMITTED), (asks("Cb"), DENIED)],
    );
}

// Shows ACC-3 and ACC-8.
#[test]
fn a_role_means_whoever_has_it_and_is_not_a_pattern() {
    rule(
        r#"{"acor":["reader@csf.example"],"acop":2}"#,
        &[
            (asks("Ca").having("reader@csf.example"), PERMITTED),
            (asks(FOREIGN).having("x@csf.example").having("reader@csf.example"), PERMITTED),
            (asks("Ca").having("Reader@csf.example"), DENIED),
            (asks("Ca").having("reader@other.example"), DENIED),
            (asks("Ca").having("readers@csf.example"), DENIED),
            (asks("Ca"), DENIED),
            // Nobody who is nobody has a role.
            (asks("Ca").having("reader@csf.example").bare(), DENIED),
        ],
    );
    for text in ["*@csf.example", "reader@*", "read*@csf.example", "@csf.example", "reader@"] {
        let text = format!(r#"{{"acor":["{text}"],"acop":2}}"#);
        rule(&text, &[(asks("Ca").having("reader@csf.example"), DENIED)]);
    }
}
