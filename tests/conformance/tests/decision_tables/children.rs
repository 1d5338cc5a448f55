//! `acod`: which children may be created, and below what (TS-0001 9.6.2.4, TS-0003 7.1.5).

use csf_access::Specialisation::{Container, Management};
use csf_api::AccessOperation as Op;

use crate::table::{DENIED, PERMITTED, asks, creates, rule};

const CONTAINER: u16 = 3;
const INSTANCE: u16 = 4;
const SUBSCRIPTION: u16 = 23;

// Shows ACC-3.
#[test]
fn types_of_children_narrow_creations_and_nothing_else() {
    rule(
        r#"{"acor":["Ca"],"acop":63,"acod":[{"chty":[3,4]}]}"#,
        &[
            (creates(CONTAINER), PERMITTED),
            (creates(INSTANCE), PERMITTED),
            (creates(SUBSCRIPTION), DENIED),
            (creates(1), DENIED),
            (asks("Ca").to(Op::Retrieve), PERMITTED),
            (asks("Ca").to(Op::Update), PERMITTED),
            (asks("Ca").to(Op::Delete), PERMITTED),
            (asks("Ca").to(Op::Notify), PERMITTED),
            (asks("Ca").to(Op::Discovery), PERMITTED),
            (asks("Cb").to(Op::Retrieve), DENIED),
        ],
    );
    rule(r#"{"acor":["Ca"],"acop":1}"#, &[(creates(SUBSCRIPTION), PERMITTED), (creates(28), PERMITTED)]);
}

// Shows ACC-3.
#[test]
fn a_type_beside_them_is_that_of_the_parent() {
    rule(
        r#"{"acor":["Ca"],"acop":1,"acod":[{"ty":2,"chty":[3]}]}"#,
        &[
            (creates(CONTAINER).below(2), PERMITTED),
            (creates(CONTAINER).below(3), DENIED),
            (creates(INSTANCE).below(2), DENIED),
            (creates(2).below(3), DENIED),
        ],
    );
    rule(
        r#"{"acor":["Ca"],"acop":1,"acod":[{"ty":3,"chty":[4]}]}"#,
        &[
            (creates(INSTANCE).below(3), PERMITTED),
            (creates(CONTAINER).below(3), DENIED),
            (creates(3).below(4), DENIED),
        ],
    );
}

// Shows ACC-3.
#[test]
fn details_are_alternatives_and_do_not_mix() {
    rule(
        r#"{"acor":["Ca"],"acop":1,"acod":[{"ty":2,"chty":[3]},{"ty":3,"chty":[4]}]}"#,
        &[
            (creates(CONTAINER).below(2), PERMITTED),
            (creates(INSTANCE).below(3), PERMITTED),
            (creates(CONTAINER).below(3), DENIED),
            (creates(INSTANCE).below(2), DENIED),
        ],
    );
}

// Shows ACC-3.
#[test]
fn a_specialisation_is_that_of_the_child() {
    let lamp = Container("org.example.lamp");
    for spty in [r#"{"cnd":"org.example.lamp"}"#, r#""org.example.lamp""#] {
        let text = format!(r#"{{"acor":["Ca"],"acop":1,"acod":[{{"spty":{spty},"chty":[28]}}]}}"#);
        rule(
            &text,
            &[
                (creates(28).of_kind(lamp), PERMITTED),
                (creates(28).of_kind(Container("org.example.lam")), DENIED),
                (creates(28).of_kind(Container("org.example.door")), DENIED),
                (creates(28), DENIED),
                (creates(13).of_kind(Management(1001)), DENIED),
            ],
        );
    }
    for spty in [r#"{"mgd":1001}"#, "1001"] {
        let text = format!(r#"{{"acor":["Ca"],"acop":1,"acod":[{{"ty":14,"spty":{spty},"chty":[13]}}]}}"#);
        rule(
            &text,
            &[
                (creates(13).of_kind(Management(1001)).below(14), PERMITTED),
                (creates(13).of_kind(Management(1002)).below(14), DENIED),
                (creates(13).of_kind(Management(1001)).below(3), DENIED),
                (creates(28).of_kind(lamp).below(14), DENIED),
            ],
        );
    }
}

// Shows ACC-3.
#[test]
fn a_parent_that_is_a_flex_container_needs_no_specialisation_of_the_child() {
    rule(
        r#"{"acor":["Ca"],"acop":1,"acod":[{"ty":28,"chty":[3]}]}"#,
        &[
            (creates(CONTAINER).below(28), PERMITTED),
            (creates(CONTAINER).below(3), DENIED),
            (creates(28).of_kind(Container("org.example.lamp")).below(28), DENIED),
        ],
    );
}
