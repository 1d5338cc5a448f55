//! Members of a group that are gone (TS-0004 7.4.14.3.5).

use support::lab::{
    ALL, Asker, DELETE, Fault, Lab, Reading as _, changes, codes, commits_of, container, demanding, group,
    on_every_storage, rule, state_of, update,
};

use crate::scenery::{added, append, must, policy_of_meter};

const METER: &str = "cse-mn/Cmeter";
const GROUP: &str = "cse-mn/Cmeter/g";
const FOPT: &str = "cse-mn/Cmeter/g/fopt";

/// `Cmeter` with the containers `one`, `two` and `three` and the group `g` of them; it and their identifiers.
fn grouped(lab: &Lab) -> (Asker<'_>, [String; 3]) {
    let meter = lab.registered(1000, "Cmeter");
    let ids = ["one", "two", "three"].map(|name| added(&meter, METER, container(name)));
    must(&meter.create(METER, group("g", 5, ids.each_ref().map(|id| &**id))), 2001);
    (meter, ids)
}

/// The members that the group shows, which are as many as it says.
#[track_caller]
fn members(asker: &Asker<'_>, to: &str) -> Vec<String> {
    let read = asker.retrieve(to);
    must(&read, 2000);
    let members: Vec<String> = read.texts("mid").into_iter().map(Into::into).collect();
    assert_eq!(usize::try_from(read.number("cnm")), Ok(members.len()));
    members
}

#[test]
fn members_deleted_through_the_group_are_taken_off_its_list() {
    on_every_storage(|lab| {
        let (meter, [one, two, three]) = grouped(&lab);
        // Somebody who may ask the members, and delete two of them, but not change the group.
        let ask = policy_of_meter(&meter, "ask", [rule(["Cother"], DELETE), rule(["Cmeter"], ALL)]);
        must(&meter.update(GROUP, changes("m2m:grp").with("acpi", [&*ask])), 2004);
        for name in ["one", "two"] {
            let to = format!("{METER}/{name}");
            must(&meter.update(&to, changes("m2m:cnt").with("acpi", [&*ask])), 2004);
        }
        let other = lab.registered(1001, "Cother");
        must(&other.update(GROUP, changes("m2m:grp").with("gn", "x")), 4103);
        must(&lab.registered(1002, "Cstranger").delete(FOPT), 4103);
        assert_eq!(members(&meter, GROUP), [&*one, &*two, &*three]);
        let before = meter.retrieve(GROUP).text("lt").to_owned();
        lab.wait(std::time::Duration::from_secs(2));
        assert_eq!(codes(&other.delete(FOPT)), [2002, 2002, 4103]);
        assert_eq!(members(&meter, GROUP), [&*three]);
        assert_ne!(meter.retrieve(GROUP).text("lt"), before);
        // It is what the record says, and not only what is shown.
        assert_eq!(codes(&meter.retrieve(FOPT)), [2000]);
        assert_eq!(codes(&meter.delete(FOPT)), [2002]);
        assert_eq!(members(&meter, GROUP), Vec::<String>::new());
        must(&meter.retrieve(FOPT), 4109);
    });
}

#[test]
fn what_is_below_members_and_what_stands_for_whichever_is_there_stays_listed() {
    on_every_storage(|lab| {
        let (meter, ids) = grouped(&lab);
        for name in ["one", "two"] {
            append(&meter, &format!("{METER}/{name}"), "17");
            append(&meter, &format!("{METER}/{name}"), "18");
        }
        assert_eq!(codes(&meter.delete(&format!("{FOPT}/la"))), [2002, 2002, 4004]);
        assert_eq!(members(&meter, GROUP), ids);
        let latest = ["Cmeter/one/la", "Cmeter/g/fopt", "/id-in/cse-in/x"];
        must(&meter.create(METER, group("h", 5, latest)), 2001);
        let listed = members(&meter, &format!("{METER}/h"));
        assert_eq!(codes(&meter.delete(&format!("{METER}/h/fopt"))), [2002, 2000, 5103]);
        // The sub-group lost its members, and this group none.
        assert_eq!(members(&meter, &format!("{METER}/h")), [&*listed[1], &*listed[2]].as_slice());
        assert_eq!(members(&meter, GROUP), Vec::<String>::new());
    });
}

#[test]
fn a_member_that_is_gone_is_not_shown_not_counted_and_not_asked() {
    on_every_storage(|lab| {
        let (meter, [one, two, three]) = grouped(&lab);
        let ends = container("ends").with("et", lab.in_seconds(60).as_str());
        let ends = added(&meter, METER, ends);
        let latest = format!("{three}/la");
        append(&meter, &format!("{METER}/three"), "17");
        must(&meter.update(GROUP, changes("m2m:grp").with("mid", [&*one, &two, &latest, &ends])), 2004);
        must(&meter.delete(&format!("{METER}/one")), 2002);
        assert_eq!(members(&meter, GROUP), [&*two, &latest, &ends]);
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(members(&meter, GROUP), [&*two, &latest]);
        assert_eq!(codes(&meter.retrieve(FOPT)), [2000, 2000]);
        must(&meter.delete(&format!("{METER}/three")), 2002);
        assert_eq!(members(&meter, GROUP), [&*two]);
        // What is read can be written again with one more.
        let four = added(&meter, METER, container("four"));
        let read = meter.retrieve(GROUP);
        let more = changes("m2m:grp").with("mid", [&*two, &*four]);
        must(&meter.send(demanding(state_of(&read), update(GROUP, more))), 2004);
        assert_eq!(members(&meter, GROUP), [&*two, &*four]);
    });
}

#[test]
fn a_list_that_cannot_be_written_does_not_show_them_either() {
    on_every_storage(|lab| {
        let (meter, _) = grouped(&lab);
        let id = meter.retrieve(GROUP).text("ri").to_owned();
        lab.script(commits_of(&format!("res/{id}")), Fault::Failing);
        assert_eq!(codes(&meter.delete(FOPT)), [2002, 2002, 2002]);
        lab.heal();
        assert_eq!(members(&meter, GROUP), Vec::<String>::new());
        must(&meter.retrieve(FOPT), 4109);
    });
}
