//! Clause 6.3.5: sensitive functions, and the keys that they work with.

use conformance::{
    ALL, Draft, Reading, Speaker, UPDATE, changes, container, ecdsa_key, hmac_key, policy, rule,
};
use csf_api::{Object, Value};
use support::NodeProcess;

const DATA: &str = "-/security/data";
const STORAGE: &str = "-/security/data/storage-soft";
const KEY: &str = "-/security/data/storage-soft/k";
const MAC: &str = "-/security/data/function-mac";
const RANDOM: &str = "-/security/data/function-random";

fn functions(speaker: &mut Speaker) -> Vec<String> {
    speaker.children(DATA).into_iter().filter(|child| child.contains("/function-")).collect()
}

fn mac(key: &str) -> Draft {
    changes("csf:mac").with("Salg", "ALG_HMAC_SHA_256").with("kInf", key).with("msg", "bWVzc2FnZQ==")
}

// Shows RES-4.
#[test]
fn each_available_function_has_a_resource_below_sensitive_data_handling() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let data = meter.retrieve(DATA);
    let mut listed: Vec<String> =
        data.texts("fns").iter().map(|id| format!("{}/security/data/function-{id}", node.base())).collect();
    let mut there = functions(&mut meter);
    listed.sort();
    there.sort();
    assert_eq!(listed, there);
    for address in &there {
        let function = meter.retrieve(address);
        assert_eq!(format!("function-{}", function.text("fid")), function.text("rn"));
    }
}

// Shows RES-4.
#[test]
fn each_secure_environment_that_stores_has_a_secure_storage() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let names = |children: Vec<String>, prefix: &str| -> Vec<String> {
        children.iter().filter_map(|c| c.split_once(prefix)).map(|(_, name)| name.to_owned()).collect()
    };
    let environments = names(meter.children("-/security"), "/environment-");
    let storages = names(meter.children(DATA), "/storage-");
    assert!(!storages.is_empty());
    assert_eq!(storages, environments);
    for name in &storages {
        let storage = meter.retrieve(&format!("{DATA}/storage-{name}"));
        let environment = meter.retrieve(&format!("-/security/environment-{name}"));
        assert_eq!(storage.text("sID"), environment.text("sID"));
        assert_eq!(storage.number("seL"), environment.number("seL"));
        // And it stores.
        assert_eq!(meter.create(&format!("{DATA}/storage-{name}"), hmac_key("stored")).code(), 2001);
    }
}

// Shows RES-5 and SDH-6.
#[test]
fn each_function_states_id_version_and_level_once() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let mut ids = Vec::new();
    for address in functions(&mut meter) {
        let function = meter.retrieve(&address);
        for name in ["fid", "ver", "seL"] {
            let times = function.object().iter().filter(|(member, _)| *member == name).count();
            assert_eq!(times, 1, "{name} of {address}");
        }
        ids.push(function.text("fid").to_owned());
        assert!(!function.text("ver").is_empty());
        // There is one environment, so what it states is what every function states.
        let environment = meter.retrieve("-/security/environment-soft").number("seL");
        assert_eq!(function.number("seL"), environment, "{address}");
        let listed = function.member("env").as_list().unwrap_or_default();
        let levels: Vec<_> =
            listed.iter().filter_map(|one| one.as_object()?.get("seL")?.as_integer()).collect();
        assert_eq!(levels, [environment], "{address}");
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id twice");
}

// Shows RES-5.
#[test]
fn writing_id_version_or_level_of_a_function_is_refused() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let mut administrator = Speaker::administrator(&node);
    // One may update and no more may be written; the other may not update.
    let rules = [rule(["Cmeter"], ALL), rule(["Creader"], ALL - UPDATE)].map(Value::Object).to_vec();
    let rules = Object::new().with("acr", Value::List(rules));
    assert_eq!(administrator.update("-/acpUse", changes("m2m:acp").with("pv", rules)).code(), 2004);
    let mut reader = Speaker::registered(&node, "Creader");
    for address in functions(&mut meter) {
        let before = meter.content(&address);
        for (name, value) in [
            ("fid", Value::text("other")),
            ("ver", Value::text("9.9")),
            ("seL", Value::Integer(3)),
            ("fid", Value::Null),
            ("ver", Value::Null),
            ("seL", Value::Null),
        ] {
            let write = changes("csf:sensitiveFunction").with(name, value);
            assert_eq!(meter.update(&address, write.clone()).code(), 4000, "{name} of {address}");
            assert_eq!(administrator.update(&address, write.clone()).code(), 4000, "{name} of {address}");
            assert_eq!(reader.update(&address, write).code(), 4103, "{name} of {address}");
        }
        assert!(meter.content(&address) == before);
    }
}

// Shows SDH-2.
#[test]
fn a_key_belongs_to_the_one_who_made_it_whatever_the_request_says() {
    let node = NodeProcess::start();
    let [mut meter, mut thief] = ["Cmeter", "Cthief"].map(|stem| Speaker::registered(&node, stem));
    for (name, value) in [("own", "Cthief"), ("cr", "Cthief")] {
        assert_eq!(meter.create(STORAGE, hmac_key("k").with(name, value)).code(), 4000, "{name}");
    }
    assert_eq!(meter.retrieve(KEY).code(), 4004);
    // Everybody may do everything with the object; the key still has one owner.
    let open = policy("open", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
    assert_eq!(meter.create("-/Cmeter", open).code(), 2001);
    assert_eq!(meter.create(STORAGE, hmac_key("k").with("acpi", ["-/Cmeter/open"])).code(), 2001);
    assert_eq!(meter.retrieve(KEY).text("own"), "Cmeter");
    // Whose it is, and will be, no policy lets anybody say.
    for name in ["own", "nOw"] {
        assert_eq!(thief.update(KEY, changes("csf:keyObject").with(name, "Cthief")).code(), 4103, "{name}");
    }
    assert_eq!(meter.update(KEY, changes("csf:keyObject").with("own", "Cthief")).code(), 4000);
    for name in ["exp", "kAl", "kUs", "msl"] {
        for speaker in [&mut meter, &mut thief] {
            let change = changes("csf:keyObject").with(name, "Cthief");
            assert_eq!(speaker.update(KEY, change).code(), 4000, "{name}");
        }
    }
    // Another generation is made for the owner, and only the next.
    let generation = |number: i64| changes("csf:keyObject").with("gen", number);
    assert_eq!(thief.update(KEY, generation(2)).code(), 4103);
    assert_eq!(meter.update(KEY, generation(3)).code(), 4000);
    assert_eq!(meter.retrieve(KEY).number("gen"), 1);
    assert_eq!(meter.update(KEY, generation(2)).code(), 2004);
    // A custodian looks after the object, and owns nothing.
    assert_eq!(thief.update(KEY, changes("csf:keyObject").with("cstn", "Cthief")).code(), 2004);
    assert_eq!(thief.retrieve(KEY).text("own"), "Cmeter");
    assert_eq!(thief.update(MAC, mac(KEY)).code(), 4103);
    assert_eq!(meter.update(MAC, mac(KEY)).code(), 2004);
}

// Shows SDH-2.
#[test]
fn an_administrator_lists_and_deletes_keys_and_cannot_use_them() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
    assert_eq!(meter.create(STORAGE, ecdsa_key("s")).code(), 2001);
    let mut administrator = Speaker::administrator(&node);
    let listed = administrator.children(STORAGE);
    assert_eq!(listed.len(), 2);
    for address in &listed {
        let shown = administrator.retrieve(address);
        assert_eq!((shown.code(), shown.text("own")), (2000, "Cmeter"));
        // The only key material that is ever shown is public.
        assert_eq!(shown.has("kDt"), shown.text("kAl") == "EC_P256");
    }
    assert_eq!(administrator.update(MAC, mac(KEY)).code(), 4103);
    assert_eq!(meter.update(MAC, mac(KEY)).code(), 2004);
    assert_eq!(administrator.delete(KEY).code(), 2002);
    assert_eq!(meter.update(MAC, mac(KEY)).code(), 4004);
    assert_eq!(meter.retrieve(KEY).code(), 4004);
}

// Shows SDH-4.
#[test]
fn a_key_serves_its_owner_for_the_uses_it_was_made_for() {
    let node = NodeProcess::start();
    let [mut meter, mut thief] = ["Cmeter", "Cthief"].map(|stem| Speaker::registered(&node, stem));
    let only_check = hmac_key("check").with("kUs", ["macVerify"]);
    assert_eq!(meter.create(STORAGE, only_check).code(), 2001);
    assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
    let made = meter.update(MAC, mac(KEY));
    assert_eq!(made.code(), 2004);
    let check = |key: &str| mac(key).with("Sgn", made.text("Sgn"));
    let checking = format!("{STORAGE}/check");
    assert_eq!(meter.update(MAC, mac(&checking)).code(), 4000, "it was made for checking");
    assert!(*meter.update(MAC, check(&checking)).member("vR") == Value::Bool(false), "it is another key");
    assert!(*meter.update(MAC, check(KEY)).member("vR") == Value::Bool(true));
    // A key of one kind does nothing of another kind.
    let signature =
        changes("csf:signature").with("Salg", "ALG_ECDSA_SHA_256").with("kInf", KEY).with("msg", "");
    assert_eq!(meter.update("-/security/data/function-signature", signature).code(), 4000);
    for input in [mac(KEY), check(KEY), mac(&checking), check(&checking)] {
        assert_eq!(thief.update(MAC, input).code(), 4103);
    }
    // An address that is no key is none.
    assert_eq!(meter.create("-/Cmeter", container("k")).code(), 2001);
    assert_eq!(meter.update(MAC, mac("-/Cmeter/k")).code(), 4000);
    assert_eq!(meter.update(MAC, mac(&format!("{STORAGE}/none"))).code(), 4004);
}

// Shows SDH-3 and SDH-6.
#[test]
fn a_demand_that_no_environment_meets_is_not_acceptable() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
    let level = meter.retrieve("-/security/environment-soft").number("seL");
    let random = changes("csf:random").with("Dsz", 8);
    for (demand, expected) in (0..=3).map(|demand| (demand, if demand <= level { 2004 } else { 5207 })) {
        for (function, input) in [(RANDOM, random.clone()), (MAC, mac(KEY))] {
            let answer = meter.update(function, input.with("msl", demand));
            assert_eq!(answer.code(), expected, "{demand} of {function}");
            assert!(expected == 2004 || !answer.has_output(), "{function} ran");
        }
        let name = format!("at-{demand}");
        let made = meter.create(STORAGE, hmac_key(&name).with("msl", demand)).code();
        assert_eq!(made, if expected == 2004 { 2001 } else { 5207 }, "{demand}");
        let there = meter.retrieve(&format!("{STORAGE}/{name}")).code();
        assert_eq!(there, if expected == 2004 { 2000 } else { 4004 }, "{demand}");
    }
    // No level beyond the four, and none in another form.
    for demand in [Value::Integer(4), Value::Integer(-1), Value::text("0"), Value::Null] {
        assert_eq!(meter.update(RANDOM, random.clone().with("msl", demand)).code(), 4000);
    }
}

trait Output {
    fn has_output(&self) -> bool;
}

impl Output for csf_api::Response {
    fn has_output(&self) -> bool {
        self.content.as_ref().is_some_and(|content| content.root.starts_with("csf:"))
    }
}
