//! Where no policy is linked: the custodian, else the creator, and nobody else; and what has no links of its own (TS-0001
//! 9.6.1.3.2, 9.6.7).

use crate::journey::{Journey, policy};

// Shows ACC-3.
#[test]
fn who_made_a_resource_has_it_and_the_owner_of_what_is_above_has_not() {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    journey.go(&policy("all", r#"{"acor":["Cmeter","Cguest"],"acop":63}"#));
    journey.go(r#"
        4103 Cguest POST /-/meter 3 {"m2m:cnt":{"rn":"made"}}
        2004 Cmeter PUT /-/meter - {"m2m:ae":{"acpi":["-/meter/all"]}}
        2001 Cguest POST /-/meter 3 {"m2m:cnt":{"rn":"made"}}
        2000 Cguest GET /-/meter/made
        2000 Cguest GET /-/meter/made?fu=1
        2004 Cguest PUT /-/meter/made - {"m2m:cnt":{"lbl":["x"]}}
        2001 Cguest POST /-/meter/made 3 {"m2m:cnt":{"rn":"inner"}}
        4103 Cmeter GET /-/meter/made
        4103 Cmeter GET /-/meter/made?fu=1
        4103 Cmeter PUT /-/meter/made - {"m2m:cnt":{"lbl":["y"]}}
        4103 Cmeter POST /-/meter/made 3 {"m2m:cnt":{"rn":"other"}}
        4103 Cmeter DELETE /-/meter/made
        4103 Cmeter GET /-/meter/made/inner
        2002 Cguest DELETE /-/meter/made
        2001 Cguest POST /-/meter 9 {"m2m:grp":{"rn":"crowd","mnm":3,"mid":[]}}
        4103 Cmeter GET /-/meter/crowd
        2000 Cguest GET /-/meter/crowd
        "#);
}

// Shows ACC-3.
#[test]
fn a_custodian_takes_the_place_of_whoever_made_it() {
    let journey = Journey::of(["Cmeter", "Cguest", "Cthird"]);
    journey.go(&policy("third", r#"{"acor":["Cthird"],"acop":2}"#));
    journey.go(r#"
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"lent","cstn":"Cguest"}}
        4103 Cmeter GET /-/meter/lent
        2000 Cguest GET /-/meter/lent
        2001 Cguest POST /-/meter/lent 4 {"m2m:cin":{"con":"1"}}
        4103 Cmeter GET /-/meter/lent/la
        2000 Cguest GET /-/meter/lent/la
        2004 Cguest PUT /-/meter/lent - {"m2m:cnt":{"cstn":"Cthird"}}
        4103 Cguest GET /-/meter/lent
        2000 Cthird GET /-/meter/lent
        # A policy takes the place of both.
        4103 Cmeter PUT /-/meter/lent - {"m2m:cnt":{"acpi":["-/meter/third"]}}
        2004 Cthird PUT /-/meter/lent - {"m2m:cnt":{"acpi":["-/meter/third"]}}
        2000 Cthird GET /-/meter/lent
        4103 Cthird PUT /-/meter/lent - {"m2m:cnt":{"lbl":["x"]}}
        "#);
}

// Shows ACC-3.
#[test]
fn an_instance_has_the_access_of_its_container_by_whichever_name() {
    let journey = Journey::of(["Cmeter", "Cguest", "Cthird"]);
    journey.go(&policy("mixed", r#"{"acor":["Cguest"],"acop":63},{"acor":["Cthird"],"acop":3}"#));
    journey.go(r#"
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box"}}
        2001 Cmeter POST /-/meter/box 4 {"m2m:cin":{"rn":"first","con":"1"}}
        4103 Cguest GET /-/meter/box/la
        2004 Cmeter PUT /-/meter/box - {"m2m:cnt":{"acpi":["-/meter/mixed"]}}
        # Who made the instance has it no longer, since the container is not open to it.
        4103 Cmeter GET /-/meter/box/first
        2000 Cthird GET /-/meter/box/first
        2000 Cthird GET /-/meter/box/la
        2000 Cthird GET /-/meter/box/ol
        2001 Cthird POST /-/meter/box 4 {"m2m:cin":{"rn":"second","con":"2"}}
        4103 Cthird DELETE /-/meter/box/second
        4103 Cthird DELETE /-/meter/box/la
        2002 Cguest DELETE /-/meter/box/la
        2002 Cguest DELETE /-/meter/box/first
        4000 Cguest POST /-/meter/box 4 {"m2m:cin":{"con":"3","acpi":["-/meter/mixed"]}}
        "#);
}

// Shows ACC-3.
#[test]
fn a_creation_is_decided_at_the_parent_and_everything_else_at_the_target() {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    journey.go(&policy("closed", r#"{"acor":["Cmeter"],"acop":63}"#));
    journey.go(&policy("open", r#"{"acor":["Cmeter","Cguest"],"acop":63}"#));
    journey.go(r#"
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"shut","acpi":["-/meter/closed"]}}
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"wide","acpi":["-/meter/open"]}}
        # What a new child links does not open its parent.
        4103 Cguest POST /-/meter/shut 3 {"m2m:cnt":{"rn":"x","acpi":["-/meter/open"]}}
        2001 Cguest POST /-/meter/wide 3 {"m2m:cnt":{"rn":"y","acpi":["-/meter/closed"]}}
        # And what the parent opens is not open below it.
        4103 Cguest GET /-/meter/wide/y
        4103 Cguest DELETE /-/meter/wide/y
        2000 Cmeter GET /-/meter/wide/y
        2001 Cmeter POST /-/meter/shut 3 {"m2m:cnt":{"rn":"z","acpi":["-/meter/open"]}}
        4103 Cguest GET /-/meter/shut
        2000 Cguest GET /-/meter/shut/z
        2002 Cguest DELETE /-/meter/shut/z
        "#);
}

// Shows ACC-2 and ACC-3.
#[test]
fn an_ae_has_its_own_registration_and_the_administrator_no_more_than_administration() {
    let journey = Journey::of(["Cmeter", "Cguest"]);
    journey.go(r#"
        2000 Cmeter GET /-/meter
        4103 Cguest GET /-/meter
        4103 Cguest PUT /-/meter - {"m2m:ae":{"lbl":["x"]}}
        4103 Cguest DELETE /-/meter
        2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box"}}
        4103 admin GET /-/meter/box
        4103 admin DELETE /-/meter/box
        2000 admin GET /-/meter
        2002 Cmeter DELETE /-/meter
        # Nobody is that any more.
        4106 Cmeter GET /-
        4004 Cguest GET /-/meter
        # Its name on the socket is no proof of being the CSE.
        4106 /id-mn GET /-
        "#);
}
