//! Whose a key is: its maker's, whatever any policy says (SDH-2).

use support::lab::{
    ALL, Asker, Lab, Reading, changes, ecdsa_key, hmac_key, on_every_storage, p256_verifies, policy, rule,
};

use crate::kit::{KEY, STORAGE, b64, everything, let_use, mac, octets, owner_of, signature};

/// Lets `Cother` do everything with the key that a policy can let it.
fn share<'a>(lab: &'a Lab, owner: &Asker<'_>) -> Asker<'a> {
    let open = policy("open", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
    let open = owner.create("cse-mn/Cmeter", open).text("ri").to_owned();
    let linked = owner.update(KEY, changes("csf:keyObject").with("acpi", [open.as_str()]));
    assert_eq!(linked.code(), 2004, "{:?}", linked.content);
    lab.registered(1001, "Cother")
}

// Shows SDH-2.
#[test]
fn another_ae_sees_nothing_of_a_key() {
    on_every_storage(|lab| {
        drop(owner_of(&lab, hmac_key("k")));
        let other = lab.registered(1001, "Cother");
        assert_eq!(other.retrieve(KEY).code(), 4103);
        assert_eq!(other.delete(KEY).code(), 4103);
        assert_eq!(other.update(KEY, changes("csf:keyObject").with("lbl", ["x"])).code(), 4103);
        assert_eq!(other.invoke("mac", mac(KEY, b"m")).code(), 4103);
        assert!(other.discover(STORAGE, everything()).addresses().is_empty());
        assert_eq!(lab.as_ae(1000, "Cmeter").discover(STORAGE, everything()).addresses(), [KEY]);
    });
}

// Shows SDH-2: a policy gives sight of a key, and never its use.
#[test]
fn a_key_is_not_used_by_another_ae_even_where_a_policy_opens_its_object() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, ecdsa_key("k"));
        let other = share(&lab, &meter);
        let public = octets(&other.retrieve(KEY), "kDt");
        lab.world().forget_needs();
        assert_eq!(other.invoke("signature", signature(KEY, b"m")).code(), 4103);
        let check = signature(KEY, b"m").with("Sgn", b64(&[1; 64]));
        assert_eq!(other.invoke("signature", check).code(), 4103);
        assert!(lab.world().commands().is_empty(), "the environment was asked for a stranger");
        let signed = octets(&meter.invoke("signature", signature(KEY, b"m")), "Sgn");
        assert!(p256_verifies(&public, b"m", &signed));
    });
}

// Shows SDH-2.
#[test]
fn a_custodian_may_care_for_a_key_object_and_not_use_the_key() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let other = lab.registered(1001, "Cother");
        let change = changes("csf:keyObject").with("cstn", "Cother");
        assert_eq!(meter.update(KEY, change).code(), 2004);
        assert_eq!(other.retrieve(KEY).text("own"), "Cmeter");
        assert_eq!(other.invoke("mac", mac(KEY, b"m")).code(), 4103);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

// Shows SDH-2: what was shared may be deleted by whom the owner let, and is then gone for good.
#[test]
fn whom_the_owner_lets_may_destroy_a_key() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let other = share(&lab, &meter);
        assert_eq!(other.delete(KEY).code(), 2002);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 4004);
    });
}

// Shows SDH-2: an administrator lists and deletes, and uses nothing.
#[test]
fn the_administrator_finds_and_destroys_a_key_and_cannot_use_or_change_it() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        assert_eq!(lab.admin().discover(STORAGE, everything()).addresses(), [KEY]);
        assert_eq!(lab.admin().retrieve(KEY).text("own"), "Cmeter");
        assert_eq!(lab.admin().invoke("mac", mac(KEY, b"m")).code(), 4103);
        let check = mac(KEY, b"m").with("Sgn", b64(&[0; 32]));
        assert_eq!(lab.admin().invoke("mac", check).code(), 4103);
        let root = "csf:keyObject";
        assert_eq!(lab.admin().update(KEY, changes(root).with("lbl", ["x"])).code(), 4103);
        assert_eq!(lab.admin().update(KEY, changes(root).with("acpi", ["acpAdmin"])).code(), 4103);
        assert_eq!(lab.admin().update(KEY, changes(root).with("cstn", "CAdmin")).code(), 4103);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        assert_eq!(lab.admin().delete(KEY).code(), 2002);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 4004);
    });
}

// Shows SDH-2: not even by the rules of the storage.
#[test]
fn every_right_on_a_storage_is_no_right_on_the_keys_in_it() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let other = lab.registered(1001, "Cother");
        let_use(&lab, [rule(["Cother"], ALL)]);
        assert_eq!(other.retrieve(KEY).code(), 4103);
        assert_eq!(other.invoke("mac", mac(KEY, b"m")).code(), 4103);
        assert_eq!(other.delete(KEY).code(), 4103);
        // Its own key of another name is its own, and not the owner's of the first.
        assert_eq!(other.create(STORAGE, hmac_key("l")).code(), 2001);
        assert_eq!(meter.invoke("mac", mac(&format!("{STORAGE}/l"), b"m")).code(), 4103);
    });
}

// Shows SDH-2: a name is not an owner.
#[test]
fn an_ae_of_the_same_name_under_another_user_does_not_inherit_keys_while_the_first_is_registered() {
    on_every_storage(|lab| {
        drop(owner_of(&lab, hmac_key("k")));
        assert_eq!(lab.user(1001).register("Cmeter").code(), 4117);
        assert_eq!(lab.as_ae(1001, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 4106);
        assert_eq!(lab.network("Cmeter").invoke("mac", mac(KEY, b"m")).code(), 4103);
    });
}

// Shows SDH-2 and ARC-10: a local CSF owns keys as an AE does.
#[test]
fn a_local_csf_has_keys_of_its_own() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let billing = lab.as_ae(500, "local:billing");
        let made = billing.create(STORAGE, ecdsa_key("invoices"));
        assert_eq!((made.code(), made.text("own")), (2001, "local:billing"));
        let key = format!("{STORAGE}/invoices");
        let signed = octets(&billing.invoke("signature", signature(&key, b"m")), "Sgn");
        assert!(p256_verifies(&octets(&made, "kDt"), b"m", &signed));
        assert_eq!(meter.invoke("signature", signature(&key, b"m")).code(), 4103);
        assert_eq!(billing.invoke("mac", mac(KEY, b"m")).code(), 4103);
        assert_eq!(lab.as_ae(501, "local:billing").invoke("signature", signature(&key, b"m")).code(), 4106);
    });
}

// Shows SDH-2: nor does whoever asks for the name later; the one who made the key has it back with the name.
#[test]
fn the_keys_of_an_ae_that_is_gone_wait_for_its_own_user() {
    on_every_storage(|lab| {
        drop(owner_of(&lab, hmac_key("k")));
        assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 4106);
        assert_eq!(lab.user(1001).register("Cmeter").code(), 4106);
        lab.world().forget_needs();
        assert_eq!(lab.as_ae(1001, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 4106);
        assert!(lab.world().commands().is_empty());
        assert_eq!(lab.registered(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}
