//! How many resources an originator may have, and that the node knows how many they are.

#![expect(clippy::expect_used, reason = "a name that is none is a failed test")]

use std::time::Duration;

use csf_api::EntityId;
use support::lab::{
    ALL, Lab, Reading as _, Setup, Storage, commits, container, data_object, deletion, hmac_key, instance,
    on_every_storage, on_every_storage_with, policy, rule,
};

use crate::scenery::{added, append, meter, must, short_lived};

const STORAGE: &str = "cse-mn/security/data/storage-soft";

/// The counts are those of a count of all resources.
#[track_caller]
pub(crate) fn must_be_exact(lab: &Lab) {
    let (kept, counted) = lab.world().counts();
    assert_eq!(kept, counted);
}

pub(crate) fn open_to_all(lab: &Lab) -> String {
    let meter = lab.as_ae(1000, "Cmeter");
    added(&meter, "cse-mn/Cmeter", policy("open", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]))
}

#[test]
fn an_originator_has_as_many_resources_as_the_node_allows_and_no_more() {
    on_every_storage_with(
        |setup| setup.settings.limits.resources_per_originator = 4,
        |lab| {
            // The registration, the container, the policy.
            let meter = meter(&lab);
            open_to_all(&lab);
            must(&meter.create("cse-mn/Cmeter", container("fourth")), 2001);
            let before = lab.world().versions();
            let refused = meter.create("cse-mn/Cmeter", container("fifth"));
            must(&refused, 5207);
            let text = refused.error_text();
            assert!(text.contains("at most 4 resources"), "{text}");
            must(&meter.create(STORAGE, hmac_key("k")), 5207);
            assert_eq!(lab.world().versions(), before);
            // Instances and sensitive data are not counted, and what another has is another's.
            append(&meter, "cse-mn/Cmeter/fourth", "17");
            must(&meter.create(STORAGE, data_object("d", "AAEC")), 2001);
            let other = lab.registered(1001, "Cother");
            must(&other.create("cse-mn/Cother", container("own")), 2001);
            // What goes makes room, and for no more than itself.
            must(&meter.delete("cse-mn/Cmeter/fourth"), 2002);
            must(&meter.create(STORAGE, hmac_key("k")), 2001);
            must(&meter.create("cse-mn/Cmeter", container("fifth")), 5207);
            must_be_exact(&lab);
            // What was there before a bound came down stays.
            let lab = lab.restart(|setup| setup.settings.limits.resources_per_originator = 1);
            let meter = lab.as_ae(1000, "Cmeter");
            must(&meter.retrieve("cse-mn/Cmeter/readings"), 2000);
            must(&meter.delete("cse-mn/Cmeter/readings"), 2002);
            must(&meter.create("cse-mn/Cmeter", container("readings")), 5207);
            must_be_exact(&lab);
        },
    );
}

#[test]
fn a_registration_is_counted_and_never_refused() {
    on_every_storage_with(
        |setup| setup.settings.limits.resources_per_originator = 2,
        |lab| {
            let meter = meter(&lab);
            must(&meter.create("cse-mn/Cmeter", container("third")), 5207);
            must(&meter.delete("cse-mn/Cmeter"), 2002);
            must_be_exact(&lab);
            must(&lab.user(1000).register("Cmeter"), 2001);
            must(&meter.create("cse-mn/Cmeter", container("second")), 2001);
            must(&meter.create("cse-mn/Cmeter", container("third")), 5207);
            must_be_exact(&lab);
        },
    );
}

#[test]
fn callers_without_identity_share_one_count_whatever_they_claim() {
    on_every_storage_with(
        |setup| setup.settings.limits.resources_per_originator = 3,
        |lab| {
            let meter = meter(&lab);
            let open = open_to_all(&lab);
            must(&meter.delete("cse-mn/Cmeter/readings"), 2002);
            let room = added(&meter, "cse-mn/Cmeter", container("room").with("acpi", [open.as_str()]));
            for (name, from) in [("a", "Cone"), ("b", "Cmeter"), ("c", "Ctwo")] {
                must(&lab.network(from).create(&room, container(name)), 2001);
            }
            must(&lab.network("Cthree").create(&room, container("d")), 5207);
            must_be_exact(&lab);
            assert_eq!(lab.world().counts().0.get("nobody"), Some(&3));
            // As whose they are recorded is an identity that nobody can have: default access permits nobody.
            assert!(EntityId::parse(csf_tree::NOBODY, &Setup::on(Storage::Memory).settings.home).is_err());
            must(&lab.bare().retrieve(&format!("{room}/a")), 4103);
            must(&meter.delete(&room), 2002);
            must_be_exact(&lab);
        },
    );
}

// The administrator decides for others, not for more: the bound holds for what it makes itself, and for nothing
// that it takes away.
#[test]
fn the_administrator_has_no_more_than_others() {
    on_every_storage_with(
        |setup| setup.settings.limits.resources_per_originator = 2,
        |lab| {
            let admin = lab.admin();
            must(&admin.create("cse-mn", container("first")), 2001);
            must(&admin.create("cse-mn", container("second")), 2001);
            must(&admin.create("cse-mn", container("third")), 5207);
            let meter = meter(&lab);
            must(&meter.create("cse-mn/Cmeter", container("third")), 5207);
            must(&admin.delete("cse-mn/Cmeter"), 2002);
            must(&admin.delete("cse-mn/first"), 2002);
            must(&admin.create("cse-mn", container("third")), 2001);
            must_be_exact(&lab);
        },
    );
}

// Two deletions that both saw a resource count it off once, and what was made meanwhile is not forgotten.
#[test]
fn what_happens_meanwhile_is_counted_once() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let other = lab.registered(1001, "Cother");
        let open = open_to_all(&lab);
        let room = || container("room").with("acpi", [open.as_str()]);
        for inner in ["gone", "stays"] {
            must(&meter.create("cse-mn/Cmeter", room()), 2001);
            must(&other.create("cse-mn/Cmeter/room", container(inner).with("acpi", [open.as_str()])), 2001);
            let (deleted, ()) = lab.interrupted(&meter, deletion("cse-mn/Cmeter/room"), commits(), || {
                if inner == "gone" {
                    must(&other.delete("cse-mn/Cmeter/room/gone"), 2002);
                } else {
                    must(&other.create("cse-mn/Cmeter/room/stays", container("late")), 2001);
                    must(&meter.create("cse-mn/Cmeter", container("elsewhere")), 2001);
                }
            });
            must(&deleted, 2002);
            must(&meter.retrieve("cse-mn/Cmeter/room"), 4004);
            must_be_exact(&lab);
        }
    });
}

/// Numbers that look random, and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33).checked_rem(most).expect("not zero")
    }
}

// A model: whatever happened, in whatever order, the counts are those of a count of all resources.
#[test]
fn the_counts_are_exact_after_whatever_happened() {
    for seed in 0..6 {
        let mut setup = Setup::on(Storage::Memory);
        setup.settings.limits.resources_per_originator = 12;
        let mut lab = Lab::new(setup);
        let mut dice = Dice(seed);
        drop(meter(&lab));
        let open = open_to_all(&lab);
        must(
            &lab.as_ae(1000, "Cmeter").create("cse-mn/Cmeter", container("r").with("acpi", [open.as_str()])),
            2001,
        );
        let names = [("Ca", 1001), ("Cb", 1002), ("Cmeter", 1000)];
        let mut places = vec!["cse-mn/Cmeter/r".to_owned()];
        let mut refused = 0;
        for step in 0..150 {
            let (stem, uid) =
                *names.get(usize::try_from(dice.below(3)).expect("small")).expect("one of three");
            let asker = lab.as_ae(uid, stem);
            let at = usize::try_from(dice.below(places.len() as u64)).expect("small");
            let to = places.get(at).expect("a place").clone();
            match dice.below(12) {
                0 => drop(lab.user(uid).register_ae(Some(stem), short_lived(&lab, 120))),
                1 if stem != "Cmeter" => drop(asker.delete(&format!("cse-mn/{stem}"))),
                2 => drop(asker.create(STORAGE, hmac_key(&format!("k{}", dice.below(4))))),
                3 => drop(asker.delete(&format!("{STORAGE}/k{}", dice.below(4)))),
                4 if at > 0 => drop(asker.delete(&to)),
                5 => drop(asker.create(&to, instance("17"))),
                6 => drop(lab.bare().create(&to, container(&format!("n{step}")))),
                7 => {
                    lab.wait(Duration::from_secs(dice.below(40)));
                    let _ = lab.sweep();
                }
                8 if step % 5 == 0 => lab = lab.restart(|_| {}),
                _ => {
                    let name = format!("c{step}");
                    let draft = container(&name).with("acpi", [open.as_str()]);
                    let et = lab.in_seconds(i64::try_from(dice.below(200)).expect("small") + 1);
                    let made = asker.create(&to, draft.with("et", et.as_str())).code();
                    if made == 2001 {
                        places.push(format!("{to}/{name}"));
                    }
                    refused += i32::from(made == 5207);
                }
            }
            must_be_exact(&lab);
        }
        assert!(places.len() > 5, "nothing much happened with seed {seed}: {refused}");
    }
}
