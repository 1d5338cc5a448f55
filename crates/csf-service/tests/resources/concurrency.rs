//! Many callers add to one container at the same time: every instance counts once, and few commits serve all.

use std::collections::BTreeSet;

use csf_api::{FilterCriteria, Object, Request, Response, Value};
use support::lab::{
    ALL, Asker, CREATE, Fault, Lab, Reading as _, Wanted, changes, commits, commits_of, container, creation,
    deletion, instance, loads_of, on_every_storage, rule,
};

use crate::scenery::{append, meter, must, policy_of_meter};

const READINGS: &str = "cse-mn/Cmeter/readings";
const CALLERS: usize = 32;

fn additions<'a>(asker: &'a Asker<'a>, to: &str) -> Vec<(&'a Asker<'a>, Request)> {
    (0..CALLERS).map(|n| (asker, creation(to, instance(format!("{n:02}").as_str())))).collect()
}

/// All of them at once, with commits that take their time.
fn at_once(lab: &Lab, asked: Vec<(&Asker<'_>, Request)>) -> Vec<Response> {
    lab.script(commits(), Fault::Pending);
    lab.world().forget_needs();
    let responses = lab.together(asked);
    lab.heal();
    responses
}

#[test]
fn all_who_add_at_once_are_acknowledged_and_counted_once() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let mut asked = additions(&meter, READINGS);
        asked.push((&guest, creation(READINGS, instance("no"))));
        let responses = at_once(&lab, asked);
        let (refused, created) = responses.split_last().unwrap();
        must(refused, 4103);
        created.iter().for_each(|response| must(response, 2001));
        let states: BTreeSet<i64> = created.iter().map(|response| response.number("st")).collect();
        assert_eq!(states, (1..=32).collect());
        let read = meter.retrieve(READINGS);
        assert_eq!((read.number("st"), read.number("cni"), read.number("cbs")), (32, 32, 64));
        let last = created.iter().max_by_key(|response| response.number("st")).unwrap();
        let first = created.iter().min_by_key(|response| response.number("st")).unwrap();
        assert_eq!(meter.retrieve(&format!("{READINGS}/la")).text("ri"), last.text("ri"));
        assert_eq!(meter.retrieve(&format!("{READINGS}/ol")).text("ri"), first.text("ri"));
        assert!(lab.world().commits() <= CALLERS / 5, "{}", lab.world().commits());
    });
}

#[test]
fn bounds_are_kept_exactly_by_all_who_add_at_once() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for (name, bound, most, kept) in [("few", "mni", 3, 3), ("one", "mni", 1, 1), ("small", "mbs", 9, 4)]
        {
            must(&meter.create("cse-mn/Cmeter", container(name).with(bound, most)), 2001);
            let to = format!("cse-mn/Cmeter/{name}");
            append(&meter, &to, "ab");
            at_once(&lab, additions(&meter, &to)).iter().for_each(|response| must(response, 2001));
            let read = meter.retrieve(&to);
            assert_eq!((read.number("st"), read.number("cni"), read.number("cbs")), (33, kept, kept * 2));
            let found = meter.discover(&to, FilterCriteria::default()).addresses().len();
            assert_eq!(i64::try_from(found), Ok(kept));
            assert_eq!(meter.retrieve(&format!("{to}/la")).number("st"), 33);
        }
    });
}

#[test]
fn a_name_is_given_once_and_nobody_else_suffers() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let mut asked = additions(&meter, READINGS);
        asked.extend((0..3).map(|_| (&meter, creation(READINGS, instance("x").with("rn", "mine")))));
        let codes: Vec<u16> = at_once(&lab, asked).iter().map(Response::code).collect();
        assert_eq!(codes.iter().filter(|code| **code == 2001).count(), CALLERS + 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 4105).count(), 2, "{codes:?}");
        assert_eq!(meter.retrieve(READINGS).number("cni"), 33);
    });
}

#[test]
fn a_container_that_is_deleted_meanwhile_leaves_nothing_behind() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = lab.world().versions();
        must(&meter.create("cse-mn/Cmeter", container("gone")), 2001);
        let to = "cse-mn/Cmeter/gone";
        let mut asked = additions(&meter, to);
        asked.insert(CALLERS / 2, (&meter, deletion(to)));
        let responses = at_once(&lab, asked);
        must(&responses[CALLERS / 2], 2002);
        for (at, response) in responses.iter().enumerate().filter(|(at, _)| *at != CALLERS / 2) {
            assert!([2001, 4004].contains(&response.code()), "{at}: {response:?}");
        }
        let left = lab.world().versions();
        assert_eq!(left.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    });
}

#[test]
fn a_caller_who_goes_away_with_the_turn_leaves_it_to_the_others() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let gone = (&meter, creation(READINGS, instance("gone")));
        let responses = lab.abandoned(gone, commits_of("ord/cnt-"), additions(&meter, READINGS));
        responses.iter().for_each(|response| must(response, 2001));
        assert_eq!(meter.retrieve(READINGS).number("cni"), 32);
    });
}

/// The contents of a container, oldest first, and its state and count.
fn kept(asker: &Asker<'_>, to: &str) -> (Vec<String>, i64, i64) {
    let found = asker.discover(to, FilterCriteria::default());
    let contents = found.addresses().iter().map(|at| asker.retrieve(at).text("con").to_owned()).collect();
    let container = asker.retrieve(to);
    (contents, container.number("st"), container.number("cni"))
}

/// Additions of these contents.
fn each<'a>(asker: &'a Asker<'a>, to: &str, contents: &[&str]) -> Vec<(&'a Asker<'a>, Request)> {
    contents.iter().map(|content| (asker, creation(to, instance(*content)))).collect()
}

/// The commit of those who waited for the first: not done yet, or done and not answered.
fn second_commit() -> [Wanted; 2] {
    [commits_of("ord/cnt-").but_the_first(), commits_of("ord/cnt-").but_the_first().once_done()]
}

#[test]
fn those_who_were_gathered_by_somebody_who_goes_away_are_added_once() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        // The first is alone; the second writes for all others and goes, before or after that was done.
        for (round, (at, gone_too)) in (1..).zip(second_commit().into_iter().zip([0, 1])) {
            let before = meter.retrieve(READINGS);
            lab.script(commits(), Fault::Pending);
            let asked = each(&meter, READINGS, &["a", "b", "c", "d"]);
            let (gone, responses) = lab.together_abandoned(asked, vec![at], || {});
            lab.heal();
            assert_eq!((gone, responses.len()), (vec![1], 3), "{round}");
            responses.iter().for_each(|response| must(response, 2001));
            let after = meter.retrieve(READINGS);
            for counter in ["st", "cni"] {
                assert_eq!(
                    after.number(counter) - before.number(counter),
                    3 + gone_too,
                    "{round}: {counter}"
                );
            }
            let ids: BTreeSet<_> = responses.iter().map(|response| response.text("ri").to_owned()).collect();
            assert_eq!(ids.len(), 3, "{round}");
            for (response, content) in responses.iter().zip(["a", "c", "d"]) {
                let read = meter.retrieve(response.text("ri"));
                assert_eq!(
                    (read.text("con"), read.number("st")),
                    (content, response.number("st")),
                    "{round}"
                );
            }
        }
        assert_eq!(kept(&meter, READINGS).2, 7);
    });
}

#[test]
fn what_was_written_for_somebody_and_is_gone_already_is_not_written_again() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let done = || commits_of("ord/cnt-").but_the_first().once_done();
        let narrow = || must(&meter.update(READINGS, changes("m2m:cnt").with("mni", 1)), 2004);
        let remove = || (0..3).for_each(|_| must(&meter.delete(&format!("{READINGS}/la")), 2002));
        let wide = || must(&meter.update(READINGS, changes("m2m:cnt").with("mni", Value::Null)), 2004);
        // A narrower bound takes all but the last, and deletions take the last three.
        for (narrows, left, updates) in [(true, "d", 1), (false, "a", 0)] {
            let state = meter.retrieve(READINGS).number("st");
            lab.script(commits(), Fault::Pending);
            let asked = each(&meter, READINGS, &["a", "b", "c", "d"]);
            let (_, responses) =
                lab.together_abandoned(asked, vec![done()], || if narrows { narrow() } else { remove() });
            lab.heal();
            responses.iter().for_each(|response| must(response, 2001));
            let (contents, after, count) = kept(&meter, READINGS);
            assert_eq!((contents, after), (vec![left.to_owned()], state + 4 + updates));
            assert_eq!(count, 1);
            must(&meter.delete(&format!("{READINGS}/la")), 2002);
            wide();
        }
        // Where there is room for one, the others of the group were never placed.
        must(&meter.create("cse-mn/Cmeter", container("one").with("mni", 1)), 2001);
        let one = "cse-mn/Cmeter/one";
        lab.script(commits(), Fault::Pending);
        let (_, responses) =
            lab.together_abandoned(each(&meter, one, &["a", "b", "c", "d"]), vec![done()], || {});
        lab.heal();
        responses.iter().for_each(|response| must(response, 2001));
        assert_eq!(kept(&meter, one), (vec!["d".to_owned()], 4, 1));
    });
}

#[test]
fn nobody_writes_before_all_know_what_was_written_for_them() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", container("few").with("mni", 2)), 2001);
        let few = "cse-mn/Cmeter/few";
        // More than are written together: the last are next, and would push out what was written before.
        let contents: Vec<String> = (0..70).map(|n| format!("{n:02}")).collect();
        let contents: Vec<&str> = contents.iter().map(String::as_str).collect();
        for at in second_commit() {
            let before = meter.retrieve(few).number("st");
            let done = format!("{at:?}").contains("Done");
            lab.script(commits(), Fault::Pending);
            lab.script(loads_of("mark/"), Fault::Pending);
            lab.script(loads_of("ord/cin"), Fault::Pending);
            let (gone, responses) = lab.together_abandoned(each(&meter, few, &contents), vec![at], || {});
            lab.heal();
            assert_eq!((gone, responses.len()), (vec![1], 69));
            responses.iter().for_each(|response| must(response, 2001));
            let read = meter.retrieve(few);
            assert_eq!((read.number("st") - before, read.number("cni")), (69 + i64::from(done), 2));
            let states: BTreeSet<i64> = responses.iter().map(|response| response.number("st")).collect();
            assert_eq!(states.len(), 69);
        }
    });
}

#[test]
fn several_who_go_away_one_after_another_leave_the_others_whole() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        // The second writes for the others and goes, and so does one of those while it finds out what was written.
        for (at, written) in second_commit().into_iter().zip([0, 2]) {
            let before = meter.retrieve(READINGS);
            lab.script(commits(), Fault::Pending);
            let asked = each(&meter, READINGS, &["a", "b", "c", "d", "e"]);
            let (gone, responses) = lab.together_abandoned(asked, vec![at, loads_of("mark/")], || {});
            lab.heal();
            assert_eq!((gone, responses.len()), (vec![1, 2], 3));
            responses.iter().for_each(|response| must(response, 2001));
            let after = meter.retrieve(READINGS);
            for counter in ["st", "cni"] {
                assert_eq!(after.number(counter) - before.number(counter), 3 + written, "{counter}");
            }
            // Nobody is waited for any more.
            append(&meter, READINGS, "f");
        }
    });
}

#[test]
fn who_cannot_find_out_what_was_written_is_told_so_and_holds_nobody_up() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for at in second_commit() {
            lab.script(commits(), Fault::Pending);
            lab.script(loads_of("mark/"), Fault::Failing);
            let asked = each(&meter, READINGS, &["a", "b", "c"]);
            let (_, responses) = lab.together_abandoned(asked, vec![at], || {});
            lab.heal();
            assert_eq!(responses.iter().map(Response::code).collect::<Vec<_>>(), [2001, 5000]);
            append(&meter, READINGS, "d");
        }
        assert_eq!(meter.retrieve(READINGS).number("cni"), 6);
    });
}

// Shows ACC-9.
#[test]
fn who_loses_the_right_while_waiting_is_refused_and_the_others_are_not() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let open = || [rule(["Cguest"], CREATE), rule(["Cmeter"], ALL)];
        let id = policy_of_meter(&meter, "door", open());
        let to = "cse-mn/Cmeter/room";
        must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
        let rules = |rules: Vec<Object>| {
            Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect()))
        };
        let set =
            |pv: Object| must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
        // While the first writes and all others wait; or when they are gathered, by the guest or by the meter.
        let first = || commits_of("ord/cnt-");
        for (at, guest_at) in
            [(first(), 1), (first(), 3), (first().but_the_first(), 1), (first().but_the_first(), 3)]
        {
            let count = meter.retrieve(to).number("cni");
            let mut asked = each(&meter, to, &["a", "b", "c"]);
            asked.insert(guest_at, (&guest, creation(to, instance("guest"))));
            lab.script(commits_of("ord/cnt-"), Fault::Pending);
            let responses = lab.together_interrupted(asked, at, || set(rules(vec![rule(["Cmeter"], ALL)])));
            lab.heal();
            for (n, response) in responses.iter().enumerate() {
                must(response, if n == guest_at { 4103 } else { 2001 });
            }
            assert_eq!(meter.retrieve(to).number("cni") - count, 3);
            set(rules(open().into()));
        }
        assert!(!kept(&meter, to).0.contains(&"guest".to_owned()));
        must(&guest.create(to, instance("guest")), 2001);
    });
}

#[test]
fn a_discovery_with_a_limit_does_not_read_every_child() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let id = meter.retrieve(READINGS).text("ri").to_owned();
        lab.world().plant_instances(&id, 5_000);
        lab.world().forget_needs();
        let found =
            meter.discover(READINGS, FilterCriteria { limit: Some(100), ..FilterCriteria::default() });
        assert_eq!(found.addresses().len(), 100);
        // The instances and what leads to them, and one page of the list of children.
        assert!(lab.world().loads().len() <= 120, "{}", lab.world().loads().len());
        assert_eq!(lab.world().scans(), 1);
    });
}
