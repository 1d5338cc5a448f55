//! Many callers add to one container at the same time: every instance counts once, and few commits serve all.

use std::collections::BTreeSet;

use csf_api::{FilterCriteria, Request, Response};
use support::lab::{
    Asker, Fault, Lab, Reading as _, commits, commits_of, container, creation, deletion, instance,
    on_every_storage,
};

use crate::scenery::{append, meter, must};

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
