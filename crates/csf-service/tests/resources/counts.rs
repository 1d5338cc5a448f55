//! The counts of what originators made: given back whoever takes it away and how, exact at the same time and
//! after a crash, and never begun anew.

use std::time::Duration;

use csf_tree::{count_key, counted_key};
use support::lab::{
    Asker, Fault, Lab, Reading as _, Setup, Storage, command, commits, container, creation, deletion,
    hmac_key, instance, loads_of, on_every_storage, on_every_storage_with,
};

use crate::quotas::{must_be_exact, open_to_all};
use crate::scenery::{append, meter, must};

const STORAGE: &str = "cse-mn/security/data/storage-soft";
const METER: &str = "//csf.example/id-mn/Cmeter";
const AT_ONCE: usize = 64;

fn kept(lab: &Lab, originator: &str) -> Option<u64> {
    lab.world().counts().0.get(originator).copied()
}

/// Takes a container away.
type Removal = dyn Fn(&Lab);

#[test]
fn whoever_takes_a_subtree_away_each_originator_gets_back_what_it_made_in_it() {
    let by_owner = |lab: &Lab| must(&lab.as_ae(1000, "Cmeter").delete("cse-mn/Cmeter/room"), 2002);
    let by_deregistration = |lab: &Lab| must(&lab.as_ae(1000, "Cmeter").delete("cse-mn/Cmeter"), 2002);
    let by_its_end = |lab: &Lab| {
        lab.wait(Duration::from_secs(120));
        while lab.sweep().more {}
    };
    let by_another_of_its_name = |lab: &Lab| {
        lab.wait(Duration::from_secs(120));
        must(&lab.as_ae(1000, "Cmeter").create("cse-mn/Cmeter", container("room")), 2001);
        must(&lab.as_ae(1000, "Cmeter").delete("cse-mn/Cmeter/room"), 2002);
    };
    let removals: [&Removal; 4] = [&by_owner, &by_deregistration, &by_its_end, &by_another_of_its_name];
    for removal in removals {
        on_every_storage(|lab| {
            let meter = meter(&lab);
            let open = open_to_all(&lab);
            let room = |name: &str| container(name).with("acpi", [open.as_str()]);
            let ends = lab.in_seconds(60);
            must(&meter.create("cse-mn/Cmeter", room("room").with("et", ends.as_str())), 2001);
            let guests: Vec<String> = (0..12).map(|n| format!("Cguest{n}")).collect();
            for (n, guest) in (0_u64..).zip(&guests) {
                let asker = lab.registered(1001, guest);
                must(&asker.create("cse-mn/Cmeter/room", room(guest)), 2001);
                for deeper in 0..n {
                    let to = format!("cse-mn/Cmeter/room/{guest}");
                    must(&asker.create(&to, room(&format!("c{deeper}"))), 2001);
                    append(&asker, &to, "17");
                }
                assert_eq!(kept(&lab, &format!("//csf.example/id-mn/{guest}")), Some(n + 2));
            }
            must_be_exact(&lab);
            removal(&lab);
            must_be_exact(&lab);
            for guest in &guests {
                assert_eq!(kept(&lab, &format!("//csf.example/id-mn/{guest}")), Some(1), "its registration");
            }
        });
    }
}

fn at_once(lab: &Lab, asker: &Asker<'_>, request: impl Fn(usize) -> csf_api::Request) -> Vec<u16> {
    // All of them read the count before any of them writes it.
    lab.script(loads_of("count/"), Fault::Pending);
    lab.script(commits(), Fault::Pending);
    lab.world().forget_needs();
    let responses = lab.together((0..AT_ONCE).map(|n| (asker, request(n))).collect());
    lab.heal();
    responses.iter().map(|response| response.code()).collect()
}

#[test]
fn all_who_create_and_delete_at_once_are_counted_once_and_nobody_tries_in_vain_for_ever() {
    on_every_storage_with(
        |setup| setup.settings.limits.resources_per_originator = 42,
        |lab| {
            let meter = meter(&lab);
            let name = |n: usize| format!("c{n}");
            let codes = at_once(&lab, &meter, |n| creation("cse-mn/Cmeter", container(&name(n))));
            // The registration and `readings` are there; 40 more are allowed, and exactly so many are made.
            assert_eq!(codes.iter().filter(|code| **code == 2001).count(), 40, "{codes:?}");
            assert_eq!(codes.iter().filter(|code| **code == 5207).count(), AT_ONCE - 40, "{codes:?}");
            must_be_exact(&lab);
            // Nobody was in anybody's way.
            assert_eq!(lab.world().commits(), AT_ONCE);
            let codes = at_once(&lab, &meter, |n| deletion(&format!("cse-mn/Cmeter/{}", name(n))));
            assert_eq!(codes.iter().filter(|code| **code == 2002).count(), 40, "{codes:?}");
            assert_eq!(codes.iter().filter(|code| **code == 4004).count(), AT_ONCE - 40, "{codes:?}");
            assert!(lab.world().commits() <= 2 * AT_ONCE, "{}", lab.world().commits());
            must_be_exact(&lab);
            assert_eq!(kept(&lab, METER), Some(2));
        },
    );
}

// A request whose caller went away gives its turn on, and is counted if it was carried out and only then.
#[test]
fn whoever_goes_away_in_its_turn_holds_nobody_up() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let gone = creation("cse-mn/Cmeter", container("gone"));
        let others = (0..8).map(|n| (&meter, creation("cse-mn/Cmeter", container(&format!("c{n}")))));
        let responses = lab.abandoned((&meter, gone), commits(), others.collect());
        responses.iter().for_each(|response| must(response, 2001));
        must_be_exact(&lab);
    });
}

// A count that was lost is not begun anew: nothing more is made, and what is there can still be deleted.
#[test]
fn whose_count_was_lost_makes_nothing_and_deletes_everything() {
    for lost in [count_key(METER), counted_key(METER)] {
        on_every_storage(|lab| {
            let meter = meter(&lab);
            must(&meter.create(STORAGE, hmac_key("k")), 2001);
            lab.world().lose(lost.clone());
            let lab = lab.restart(|_| {});
            let meter = lab.as_ae(1000, "Cmeter");
            lab.world().forget_needs();
            let before = lab.world().versions();
            must(&meter.create("cse-mn/Cmeter", container("more")), 5000);
            must(&meter.create(STORAGE, hmac_key("more")), 5000);
            assert_eq!(lab.world().versions(), before);
            append(&meter, "cse-mn/Cmeter/readings", "17");
            // Another's is another's.
            let other = lab.registered(1001, "Cother");
            must(&other.create("cse-mn/Cother", container("own")), 2001);
            must(&meter.delete(&format!("{STORAGE}/k")), 2002);
            must(&meter.delete("cse-mn/Cmeter"), 2002);
            must(&lab.user(1000).register("Cmeter"), 5000);
        });
    }
}

// The twin: who made nothing yet has no count, and who has nothing left has one.
#[test]
fn the_first_resource_of_an_originator_needs_no_count_and_every_later_one_does() {
    on_every_storage(|lab| {
        assert_eq!(kept(&lab, METER), None);
        let meter = meter(&lab);
        must(&meter.delete("cse-mn/Cmeter"), 2002);
        let lab = lab.restart(|_| {});
        must(&lab.user(1000).register("Cmeter"), 2001);
        must(&lab.as_ae(1000, "Cmeter").delete("cse-mn/Cmeter"), 2002);
        lab.world().lose(count_key(METER));
        let lab = lab.restart(|_| {});
        must(&lab.user(1000).register("Cmeter"), 5000);
    });
}

// A count that is less than what goes cannot be right: it counts as lost.
#[test]
fn a_count_that_cannot_be_right_makes_no_room() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter/readings", container("inner")), 2001);
        lab.world().replace(count_key(METER), 1_u64.to_be_bytes().to_vec());
        must(&meter.delete("cse-mn/Cmeter/readings"), 2002);
        must(&meter.create("cse-mn/Cmeter", container("more")), 5000);
        lab.world().replace(count_key(METER), b"seven".to_vec());
        must(&meter.create("cse-mn/Cmeter", container("more")), 5000);
    });
}

#[test]
fn a_crash_anywhere_in_the_making_or_destruction_of_a_key_leaves_the_counts_exact() {
    let key = format!("{STORAGE}/k");
    for at in [commits(), command("generate-key"), commits().but_the_first()] {
        on_every_storage(|lab| {
            drop(meter(&lab));
            let create = creation(STORAGE, hmac_key("k"));
            let lab = lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), create), at.clone(), |_| {});
            must_be_exact(&lab);
            drop(lab.as_ae(1000, "Cmeter").delete(&key));
            assert_eq!(kept(&lab, METER), Some(2));
        });
    }
    for at in [commits(), command("destroy-key"), commits().but_the_first()] {
        on_every_storage(|lab| {
            must(&meter(&lab).create(STORAGE, hmac_key("k")), 2001);
            let lab = lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), deletion(&key)), at.clone(), |_| {});
            must_be_exact(&lab);
            drop(lab.as_ae(1000, "Cmeter").delete(&key));
            assert_eq!(kept(&lab, METER), Some(2));
        });
    }
    // A key that is not made is not counted either.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        lab.script(command("generate-key"), Fault::Failing);
        must(&meter.create(STORAGE, hmac_key("k")), 5103);
        lab.heal();
        must_be_exact(&lab);
        let lab = lab.restart(|_| {});
        must_be_exact(&lab);
        assert_eq!(kept(&lab, METER), Some(2));
    });
}

#[test]
fn a_creation_reads_one_record_for_its_count_however_many_there_are_and_an_instance_none() {
    let lab = Lab::new(Setup::on(Storage::Memory));
    let meter = meter(&lab);
    let reads = |ask: &dyn Fn() -> csf_api::Response| {
        lab.world().forget_needs();
        must(&ask(), 2001);
        let loads = lab.world().loads();
        (loads.iter().filter(|key| key.starts_with("count")).count(), loads.len(), lab.world().scans())
    };
    let few = reads(&|| meter.create("cse-mn/Cmeter", container("first")));
    assert_eq!((few.0, few.2), (1, 0));
    for n in 0..100 {
        must(&meter.create("cse-mn/Cmeter", container(&format!("c{n}"))), 2001);
    }
    assert_eq!(reads(&|| meter.create("cse-mn/Cmeter", container("last"))), few);
    let before = kept(&lab, METER);
    assert_eq!(reads(&|| meter.create("cse-mn/Cmeter/readings", instance("17"))).0, 0);
    assert_eq!(kept(&lab, METER), before);
}
