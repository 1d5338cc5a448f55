//! The first start after a restore: keys and key objects are compared, both ways, and nothing is given up.

use csf_api::SecurityLevel;
use csf_service::Compared;
use csf_store::Space;
use csf_transport::{Command, KeyAlgorithm, KeyId, KeySpec, KeyUse, KeyUses, Owner, SeId};
use support::lab::{Fault, Lab, Reading, Setup, command, hmac_key, on_every_storage};

use crate::kit::{KEY, STORAGE, is_in_environment, mac, owner_of, stored};

const ORPHAN: KeyId = KeyId([0x5a; 16]);

fn orphan_id() -> String {
    format!("key-{ORPHAN}")
}

fn orphan() -> String {
    format!("{STORAGE}/{}", orphan_id())
}

fn meter() -> Owner {
    Owner::new("//csf.example/id-mn/Cmeter").unwrap()
}

fn soft() -> SeId {
    SeId::parse("soft").unwrap()
}

/// Says of the store what a restore says of it.
fn restored(lab: &Lab) {
    lab.world().place(Space::sealed("state").key("uncompared"), Vec::new());
}

fn is_uncompared(lab: &Lab) -> bool {
    lab.world().versions().contains_key("state/uncompared")
}

/// A node with the key object `k` of `Cmeter`, whose key was destroyed since, and a key of `Cmeter` without object.
fn mismatched(lab: Lab) -> Lab {
    let id = owner_of(&lab, hmac_key("k")).retrieve(KEY).text("ri").to_owned();
    let key = KeyId::parse(id.strip_prefix("key-").unwrap()).unwrap();
    assert!(lab.world().execute(&soft(), &Command::DestroyKey { key, owner: meter() }).is_ok());
    let spec = KeySpec {
        id: ORPHAN,
        owner: meter(),
        algorithm: KeyAlgorithm::HmacSha256,
        uses: KeyUses::NONE.with(KeyUse::Mac),
        exportable: false,
    };
    assert!(lab.world().execute(&soft(), &Command::GenerateKey(spec)).is_ok());
    lab
}

fn found(missing: usize, quarantined: usize, left: usize) -> Option<Compared> {
    Some(Compared { missing, quarantined, left })
}

fn elsewhere(setup: &mut Setup) {
    setup.environments = vec![("other", SecurityLevel::Low)];
}

fn back(setup: &mut Setup) {
    setup.environments = vec![("soft", SecurityLevel::Low)];
}

// Shows SDH-3.
#[test]
fn an_object_without_its_key_is_missing_and_a_key_without_an_object_is_quarantined() {
    on_every_storage(|lab| {
        let lab = mismatched(lab);
        assert_eq!(lab.registered(1001, "Cother").create(STORAGE, hmac_key("o")).code(), 2001);
        restored(&lab);
        let count = |lab: &Lab| lab.world().counts().0.get("//csf.example/id-mn/Cmeter").copied().unwrap();
        let before = count(&lab);
        let lab = lab.restart(|_| {});
        assert_eq!((lab.started().compared, is_uncompared(&lab)), (found(1, 1, 0), false));
        assert_eq!(count(&lab), before + 1, "what was found counts");
        let (meter, other) = (lab.as_ae(1000, "Cmeter"), lab.as_ae(1001, "Cother"));
        // What is whole is as it was.
        let whole = format!("{STORAGE}/o");
        assert_eq!(other.retrieve(&whole).text("stt"), "active");
        assert_eq!(other.invoke("mac", mac(&whole, b"m")).code(), 2004);

        assert_eq!(meter.retrieve(KEY).text("stt"), "missing");
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 5207);
        let seen = meter.retrieve(&orphan());
        assert_eq!((seen.text("stt"), seen.text("own"), seen.number("gen")), ("quarantined", "Cmeter", 1));
        assert_eq!((seen.text("kAl"), seen.texts("kUs").len()), ("HMAC_SHA_256", 1));
        // Quarantined is for its owner too, and what it is to nobody else stays so.
        assert_eq!(meter.invoke("mac", mac(&orphan(), b"m")).code(), 5207);
        assert_eq!(other.invoke("mac", mac(&orphan(), b"m")).code(), 4103);
        assert_eq!(other.delete(&orphan()).code(), 4103);
        assert!(is_in_environment(&lab, &orphan_id()));

        // Its owner decides, or the administrator; then the key is gone as well.
        assert_eq!(lab.admin().delete(&orphan()).code(), 2002);
        assert_eq!(count(&lab), before);
        assert!(!is_in_environment(&lab, &orphan_id()));
        assert_eq!(meter.delete(KEY).code(), 2002);
        assert_eq!(lab.restart(|_| {}).started().compared, None);
    });
}

#[test]
fn without_a_restore_nothing_is_compared() {
    on_every_storage(|lab| {
        let lab = mismatched(lab).restart(|_| {});
        assert_eq!(lab.started().compared, None);
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(KEY).text("stt"), "active");
        assert!(!stored(&lab).contains(&orphan_id()));
    });
}

// Shows SDH-3: nothing is given up, and nothing found, because an environment is absent.
#[test]
fn what_cannot_be_compared_waits_for_its_environment() {
    on_every_storage(|lab| {
        let lab = mismatched(lab);
        restored(&lab);
        let lab = lab.restart(elsewhere);
        assert_eq!((lab.started().compared, is_uncompared(&lab)), (found(0, 0, 1), true));
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(KEY).text("stt"), "active");
        let lab = lab.restart(back);
        assert_eq!((lab.started().compared, is_uncompared(&lab)), (found(1, 1, 0), false));
    });
}

#[test]
fn an_environment_that_does_not_answer_is_asked_again_at_the_next_start() {
    on_every_storage(|lab| {
        let lab = mismatched(lab);
        restored(&lab);
        lab.script(command("next-key"), Fault::Failing);
        let started = lab.start_another(|_| {}).unwrap();
        assert_eq!((started.compared, is_uncompared(&lab)), (found(1, 0, 1), true));
        lab.heal();
        let lab = lab.restart(|_| {});
        assert_eq!((lab.started().compared, is_uncompared(&lab)), (found(1, 1, 0), false));
    });
}

// Shows SDH-2 and SDH-3: the keys are copied after the objects, so a key may have gone to its next owner between.
#[test]
fn a_key_that_was_handed_over_between_the_copies_is_its_next_owners() {
    on_every_storage(|lab| {
        let id = owner_of(&lab, hmac_key("k")).retrieve(KEY).text("ri").to_owned();
        drop(lab.registered(1001, "Cnext"));
        let key = KeyId::parse(id.strip_prefix("key-").unwrap()).unwrap();
        let to = Owner::new("//csf.example/id-mn/Cnext").unwrap();
        assert!(lab.world().execute(&soft(), &Command::HandOverKey { key, owner: meter(), to }).is_ok());
        restored(&lab);
        let lab = lab.restart(|_| {});
        assert_eq!((lab.started().compared, is_uncompared(&lab)), (found(0, 0, 0), false));
        let [meter, next] = [(1000, "Cmeter"), (1001, "Cnext")].map(|(uid, stem)| lab.as_ae(uid, stem));
        assert_eq!(
            (next.retrieve(KEY).text("own"), next.invoke("mac", mac(KEY, b"m")).code()),
            ("Cnext", 2004)
        );
        assert_eq!((meter.retrieve(KEY).code(), meter.invoke("mac", mac(KEY, b"m")).code()), (4103, 4103));
        let counts = ["Cmeter", "Cnext"].map(|stem| {
            lab.world().counts().0.get(&*format!("//csf.example/id-mn/{stem}")).copied().unwrap()
        });
        assert_eq!(counts, [1, 2]);
    });
}
