//! Clause 6.3.1.1: every call passes access control, and what is not permitted is refused.

use conformance::{
    ALL, CREATE, DELETE, DISCOVERY, Draft, NOTIFY, RETRIEVE, Reading, Speaker, UPDATE, answering_key,
    changes, container, credential, ecdsa_key, hmac_key, instance, policy, rule,
};
use csf_api::{Object, Value};
use support::{NodeProcess, RawRequest, Wire};

const STORAGE: &str = "-/security/data/storage-soft";
const AUTHENTICATION: &str = "-/security/authentication";

/// What an AE under test has: its registration, and policies and containers below it.
struct Owner {
    meter: Speaker,
}

impl Owner {
    fn on(node: &NodeProcess) -> Self {
        Self { meter: Speaker::registered(node, "Cmeter") }
    }

    /// A policy below the AE, governed by the AE.
    fn policy<const N: usize>(&mut self, name: &str, rules: [Object; N]) {
        let draft = policy(name, rules, [rule(["Cmeter"], ALL)]);
        assert_eq!(self.meter.create("-/Cmeter", draft).code(), 2001, "{name}");
    }

    /// A container below the AE, governed by these policies.
    fn container<const N: usize>(&mut self, name: &str, policies: [&str; N]) {
        let addresses = policies.map(|policy| format!("-/Cmeter/{policy}"));
        let links = Value::texts(addresses.iter().map(String::as_str));
        let response = self.meter.create("-/Cmeter", container(name).with("acpi", links));
        assert_eq!(response.code(), 2001, "{name}: {:?}", response.content);
    }
}

/// The status of each operation on a container, in the order of the bits of `acop`.
fn each_operation(speaker: &mut Speaker, target: &str) -> [(i64, u16); 6] {
    // The deletion comes last, or there would be nothing left to try.
    let created = speaker.create(target, instance("x")).code();
    let retrieved = speaker.retrieve(target).code();
    let updated = speaker.update(target, changes("m2m:cnt").with("lbl", ["x"])).code();
    let notified = speaker.notify(target).code();
    let discovered = speaker.discover(target).code();
    let deleted = speaker.delete(target).code();
    [
        (CREATE, created),
        (RETRIEVE, retrieved),
        (UPDATE, updated),
        (DELETE, deleted),
        (NOTIFY, notified),
        (DISCOVERY, discovered),
    ]
}

// Shows ACC-3.
#[test]
fn each_bit_permits_its_operation_and_no_other() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let mut guest = Speaker::registered(&node, "Cguest");
    for granted in [0, CREATE, RETRIEVE, UPDATE, DELETE, NOTIFY, DISCOVERY, ALL] {
        // No rule can grant nothing, so that one names somebody else.
        let rules = if granted == 0 { rule(["Cother"], ALL) } else { rule(["Cguest"], granted) };
        owner.policy(&format!("p{granted}"), [rules]);
        owner.container(&format!("c{granted}"), [&format!("p{granted}")]);
        for (operation, code) in each_operation(&mut guest, &format!("-/Cmeter/c{granted}")) {
            let passed = code != 4103;
            assert_eq!(passed, granted & operation != 0, "{operation} with {granted}: {code}");
            // Notifications are not received yet; what passes the gate is told that.
            let expected = if operation == NOTIFY { 5001 } else { code };
            assert!(
                !passed || code == expected && (code < 4000 || operation == NOTIFY),
                "{operation}: {code}"
            );
        }
    }
}

// Shows ACC-3.
#[test]
fn policies_and_rules_combine_so_that_one_that_permits_is_enough() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let [mut guest, mut stranger] = ["Cguest", "Cstranger"].map(|stem| Speaker::registered(&node, stem));
    owner.policy("reads", [rule(["Cother"], ALL), rule(["Cguest"], CREATE | RETRIEVE)]);
    owner.policy("writes", [rule(["Cguest"], UPDATE | DELETE), rule(["Cguest"], NOTIFY | DISCOVERY)]);
    owner.container("both", ["reads", "writes"]);
    for (operation, code) in each_operation(&mut stranger, "-/Cmeter/both") {
        assert_eq!(code, 4103, "{operation}");
    }
    for (operation, code) in each_operation(&mut guest, "-/Cmeter/both") {
        assert_ne!(code, 4103, "{operation}");
    }
    owner.container("one", ["reads"]);
    assert_eq!(guest.retrieve("-/Cmeter/one").code(), 2000);
    assert_eq!(guest.delete("-/Cmeter/one").code(), 4103);
}

// Shows ACC-3.
#[test]
fn a_policy_governs_itself_by_its_self_privileges() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let [mut user, mut keeper] = ["Cuser", "Ckeeper"].map(|stem| Speaker::registered(&node, stem));
    let draft = policy("p", [rule(["Cuser", "Cmeter"], ALL)], [rule(["Ckeeper"], ALL)]);
    assert_eq!(owner.meter.create("-/Cmeter", draft).code(), 2001);
    owner.container("c", ["p"]);
    assert_eq!(user.retrieve("-/Cmeter/c").code(), 2000);
    assert_eq!(keeper.retrieve("-/Cmeter/c").code(), 4103);
    assert_eq!(keeper.retrieve("-/Cmeter/p").code(), 2000);
    let labelled = || changes("m2m:acp").with("lbl", ["x"]);
    for other in [&mut user, &mut owner.meter] {
        assert_eq!(other.retrieve("-/Cmeter/p").code(), 4103);
        assert_eq!(other.update("-/Cmeter/p", labelled()).code(), 4103);
        assert_eq!(other.delete("-/Cmeter/p").code(), 4103);
    }
    assert_eq!(keeper.update("-/Cmeter/p", labelled()).code(), 2004);
    // A change counts at once, for everybody.
    let nobody = Object::new().with("acr", Value::List(vec![Value::Object(rule(["Cnobody"], ALL))]));
    assert_eq!(keeper.update("-/Cmeter/p", changes("m2m:acp").with("pv", nobody)).code(), 2004);
    assert_eq!(user.retrieve("-/Cmeter/c").code(), 4103);
}

// Shows ACC-3.
#[test]
fn without_policies_the_custodian_counts_or_else_the_creator() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let [mut keeper, mut stranger] = ["Ckeeper", "Cstranger"].map(|stem| Speaker::registered(&node, stem));
    assert_eq!(owner.meter.create("-/Cmeter", container("mine")).code(), 2001);
    assert_eq!(owner.meter.create("-/Cmeter", container("kept").with("cstn", "Ckeeper")).code(), 2001);
    for (target, permitted) in [("-/Cmeter/mine", [true, false]), ("-/Cmeter/kept", [false, true])] {
        for (speaker, permitted) in [&mut owner.meter, &mut keeper].into_iter().zip(permitted) {
            let code = speaker.retrieve(target).code();
            assert_eq!(code, if permitted { 2000 } else { 4103 }, "{target}");
        }
        assert_eq!(stranger.retrieve(target).code(), 4103, "{target}");
    }
}

// Shows ACC-3.
#[test]
fn changing_the_links_is_governed_by_self_privileges_and_stands_alone() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let [mut linker, mut editor] = ["Clinker", "Ceditor"].map(|stem| Speaker::registered(&node, stem));
    // One may change attributes and not links, the other links and not attributes.
    let draft = policy("p", [rule(["Ceditor"], ALL)], [rule(["Clinker"], UPDATE), rule(["Cmeter"], ALL)]);
    assert_eq!(owner.meter.create("-/Cmeter", draft).code(), 2001);
    owner.policy("q", [rule(["Clinker"], RETRIEVE)]);
    owner.container("c", ["p"]);
    let links = |draft: Draft| draft.with("acpi", ["-/Cmeter/p", "-/Cmeter/q"]);
    let (bare, labelled) = (changes("m2m:cnt"), changes("m2m:cnt").with("lbl", ["x"]));
    assert_eq!(editor.update("-/Cmeter/c", labelled.clone()).code(), 2004);
    assert_eq!(editor.update("-/Cmeter/c", links(bare.clone())).code(), 4103);
    assert_eq!(linker.update("-/Cmeter/c", labelled.clone()).code(), 4103);
    for speaker in [&mut linker, &mut editor] {
        assert_eq!(speaker.update("-/Cmeter/c", links(labelled.clone())).code(), 4000, "they stand alone");
    }
    assert_eq!(linker.retrieve("-/Cmeter/c").code(), 4103, "nothing was linked so far");
    assert_eq!(linker.update("-/Cmeter/c", links(bare)).code(), 2004);
    assert_eq!(linker.retrieve("-/Cmeter/c").code(), 2000);
}

// Shows ACC-2.
#[test]
fn callers_who_prove_who_they_are_and_callers_who_do_not_are_told_apart() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let authenticated = rule(["all"], RETRIEVE).with("acaf", Value::Bool(true));
    owner.policy("open", [rule(["all"], RETRIEVE)]);
    owner.policy("closed", [authenticated]);
    owner.policy("named", [rule(["Cguest"], RETRIEVE)]);
    for name in ["open", "closed", "named"] {
        owner.container(&format!("c-{name}"), [name]);
    }
    let mut guest = Speaker::registered(&node, "Cguest");
    // The same request, by the same name: once proven, once only claimed.
    for (name, proven, claimed) in [("open", 2000, 2000), ("closed", 2000, 4103), ("named", 2000, 4103)] {
        let address = format!("-/Cmeter/c-{name}");
        assert_eq!(guest.retrieve(&address).code(), proven, "{name}, proven");
        let request = RawRequest::new("GET", &format!("/{address}")).set("X-M2M-Origin", "Cguest");
        let answer = Wire::tcp(&node).exchange(&request.bytes()).and_then(|answer| answer.rsc());
        assert_eq!(answer, Some(claimed), "{name}, claimed");
    }
}

// Shows ACC-9 and ARC-15: a location is known to nobody here.
#[test]
fn a_rule_with_a_condition_that_is_not_evaluated_permits_nothing() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let mut guest = Speaker::registered(&node, "Cguest");
    let always = Object::new().with("actw", Value::texts(["* * * * * * *"]));
    let region = Object::new().with("accc", Value::texts(["ES"]));
    let somewhere = Object::new().with("aclr", Value::Object(region));
    let always_and = |name, value| Value::List(vec![Value::Object(always.clone().with(name, value))]);
    for (n, (member, value)) in [
        ("acco", Value::List(vec![Value::Object(somewhere)])),
        ("acco", always_and("acui", Value::texts(["somebody"]))),
        ("acco", always_and("acec", Value::Object(Object::new()))),
        ("acco", always_and("acl", Value::Integer(3))),
        ("invented", Value::Bool(true)),
    ]
    .into_iter()
    .enumerate()
    {
        let plain = rule(["Cguest"], ALL);
        owner.policy(&format!("with{n}"), [plain.clone().with(member, value)]);
        owner.policy(&format!("without{n}"), [plain]);
        for kind in ["with", "without"] {
            owner.container(&format!("c-{kind}{n}"), [&format!("{kind}{n}")]);
        }
        for (operation, code) in each_operation(&mut guest, &format!("-/Cmeter/c-with{n}")) {
            assert_eq!(code, 4103, "{member}: {operation}");
        }
        assert_eq!(guest.retrieve(&format!("-/Cmeter/c-without{n}")).code(), 2000, "{member}");
    }
}

// Shows ACC-9.
#[test]
fn a_malformed_policy_is_refused_and_the_old_one_stays() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let mut guest = Speaker::registered(&node, "Cguest");
    owner.policy("p", [rule(["Cother"], ALL)]);
    owner.container("c", ["p"]);
    let all = Value::texts(["all"]);
    let one = |rule: Value| Object::new().with("acr", Value::List(vec![rule]));
    let bad = [
        Value::text("everything"),
        Value::List(Vec::new()),
        Value::Object(Object::new().with("acr", Value::text("all"))),
        Value::Object(Object::new().with("rules", Value::List(Vec::new()))),
        Value::Object(one(Value::text("all"))),
        Value::Object(one(Value::Object(Object::new().with("acor", all.clone())))),
        Value::Object(one(Value::Object(Object::new().with("acop", Value::Integer(63))))),
        Value::Object(one(Value::Object(rule(["all"], 64)))),
        Value::Object(one(Value::Object(rule(["all"], -1)))),
        Value::Object(one(Value::Object(rule(["all"], ALL).with("acor", Value::text("all"))))),
        Value::Object(one(Value::Object(rule(["all"], ALL).with("acop", Value::text("63"))))),
        Value::Object(one(Value::Object(rule(["all"], ALL).with("acaf", Value::Integer(0))))),
        Value::Object(one(Value::Object(rule(["all"], ALL).with("acco", Value::text("always"))))),
    ];
    for (n, value) in bad.into_iter().enumerate() {
        let draft = policy("bad", [], [rule(["Cmeter"], ALL)]).with("pv", value.clone());
        assert_eq!(owner.meter.create("-/Cmeter", draft).code(), 4000, "{n}");
        assert_eq!(owner.meter.retrieve("-/Cmeter/bad").code(), 4004, "{n}");
        let change = changes("m2m:acp").with("pv", value);
        assert_eq!(owner.meter.update("-/Cmeter/p", change).code(), 4000, "{n}");
        assert_eq!(guest.retrieve("-/Cmeter/c").code(), 4103, "{n}");
    }
    // Nobody could ever change a policy without selfPrivileges.
    assert_eq!(owner.meter.create("-/Cmeter", policy("bad", [rule(["all"], ALL)], [])).code(), 4000);
    let good = Value::Object(one(Value::Object(rule(["all"], ALL))));
    assert_eq!(owner.meter.update("-/Cmeter/p", changes("m2m:acp").with("pv", good)).code(), 2004);
    assert_eq!(guest.retrieve("-/Cmeter/c").code(), 2000);
}

// Shows ACC-9.
#[test]
fn links_that_point_to_nothing_permit_nothing() {
    let node = NodeProcess::start();
    let mut owner = Owner::on(&node);
    let mut guest = Speaker::registered(&node, "Cguest");
    owner.policy("gone", [rule(["all"], ALL)]);
    owner.policy("stays", [rule(["Cguest"], RETRIEVE)]);
    owner.container("one", ["gone"]);
    owner.container("two", ["gone", "stays"]);
    for container in ["-/Cmeter/one", "-/Cmeter/two"] {
        assert_eq!(guest.retrieve(container).code(), 2000);
    }
    assert_eq!(owner.meter.delete("-/Cmeter/gone").code(), 2002);
    // Not even the creator gets in: default access is for what links nothing.
    for speaker in [&mut guest, &mut owner.meter] {
        for (operation, code) in each_operation(speaker, "-/Cmeter/one") {
            assert_eq!(code, 4103, "{operation}");
        }
    }
    assert_eq!(guest.retrieve("-/Cmeter/two").code(), 2000, "the other link still counts");
    assert_eq!(guest.delete("-/Cmeter/two").code(), 4103);
    // A policy of the same name is another policy.
    owner.policy("gone", [rule(["all"], ALL)]);
    assert_eq!(guest.retrieve("-/Cmeter/one").code(), 4103);
}

// Shows ACC-1.
#[test]
fn every_resource_and_every_function_is_behind_the_gate() {
    let node = NodeProcess::start();
    let mut administrator = Speaker::administrator(&node);
    let mut owner = Owner::on(&node);
    owner.policy("p", [rule(["Cmeter", "CAdmin"], ALL)]);
    owner.container("c", ["p"]);
    assert_eq!(owner.meter.create("-/Cmeter/c", instance("1")).code(), 2001);
    assert_eq!(
        owner.meter.create("-/Cmeter/c", container("inner").with("acpi", ["-/Cmeter/p"])).code(),
        2001
    );
    let encrypting = hmac_key("k3").with("kAl", "AES_128_GCM").with("kUs", ["encrypt"]);
    let wrapping = hmac_key("k4").with("kAl", "AES_256_KWP").with("kUs", ["wrap"]);
    let leaving = hmac_key("k5").with("exp", true);
    for draft in [hmac_key("k1"), ecdsa_key("k2"), encrypting, wrapping, leaving] {
        assert_eq!(owner.meter.create(STORAGE, draft).code(), 2001);
    }
    assert_eq!(owner.meter.create(STORAGE, answering_key("k6", "ED25519")).code(), 2001);
    let own = credential("own").with("kInf", format!("{STORAGE}/k6").as_str());
    assert_eq!(owner.meter.create(AUTHENTICATION, own).code(), 2001);
    // From here on only the meter may use the security tree.
    let rules = Object::new().with("acr", Value::List(vec![Value::Object(rule(["Cmeter"], ALL))]));
    assert_eq!(administrator.update("-/acpUse", changes("m2m:acp").with("pv", rules)).code(), 2004);
    let mut stranger = Speaker::registered(&node, "Cstranger");

    // Every resource that there is, found by those who may see it, by name and by identifier.
    let base = administrator.retrieve("-");
    let csi = base.text("csi").to_owned();
    let mut addresses = Vec::new();
    let mut types = std::collections::BTreeSet::new();
    let mut waiting = vec![node.base()];
    while let Some(address) = waiting.pop() {
        let mut shown = None;
        for speaker in [&mut administrator, &mut owner.meter] {
            let answer = speaker.retrieve(&address);
            if answer.code() == 2000 {
                waiting.extend(speaker.children(&address));
                shown = Some(answer);
            }
        }
        let shown = shown.unwrap_or_else(|| unreachable!("{address} is seen by somebody"));
        types.insert(shown.content.as_ref().unwrap().root.clone());
        addresses.push(address);
        addresses.push(format!("{csi}/{}", shown.text("ri")));
    }
    addresses.sort();
    addresses.dedup();
    // Its own registration is its own.
    addresses.retain(|address| !address.ends_with("Cstranger"));
    let all_types = ["m2m:cb", "m2m:ae", "m2m:cnt", "m2m:cin", "m2m:acp", "csf:securityCSF", "csf:policies"];
    let more = ["csf:sensitiveDataHandling", "csf:sensitiveFunction", "csf:secureStorage", "csf:keyObject"];
    for root in all_types
        .iter()
        .chain(&more)
        .chain(&["csf:secureEnvironment", "csf:securityAdministration"])
        .chain(&["csf:authorizationService", "csf:authenticationService", "csf:credential"])
    {
        assert!(types.contains(*root), "no {root} among {types:?}");
    }

    // The stranger is told of none of them more than that it may not, whatever it asks for.
    let registrar = [node.base(), format!("{csi}/{}", base.text("ri"))];
    for address in &addresses {
        // Whoever is registered may read the CSEBase of its registrar.
        let retrieved = if registrar.contains(address) { 2000 } else { 4103 };
        assert_eq!(stranger.retrieve(address).code(), retrieved, "{address}");
        for (what, code) in [
            ("create", stranger.create(address, container("x")).code()),
            ("update", stranger.update(address, changes("m2m:cnt").with("lbl", ["x"])).code()),
            ("link", stranger.update(address, changes("m2m:cnt").with("acpi", ["-/Cmeter/p"])).code()),
            ("notify", stranger.notify(address).code()),
            ("discover", stranger.discover(address).code()),
            ("delete", stranger.delete(address).code()),
        ] {
            assert_eq!(code, 4103, "{what} {address}");
        }
    }
    // Functions run for the one who may, and for nobody else.
    let key = |name: &str| format!("{STORAGE}/{name}");
    for (function, input) in [
        ("random", changes("csf:random").with("Dsz", 8)),
        ("digest", changes("csf:digest").with("Halg", "SHA-256").with("msg", "")),
        ("mac", signing("csf:mac", "ALG_HMAC_SHA_256", &key("k1"))),
        ("signature", signing("csf:signature", "ALG_ECDSA_SHA_256", &key("k2"))),
        ("csr", changes("csf:csr").with("kInf", key("k2").as_str()).with("sub", ["CN=meter"])),
        ("token", {
            let input = changes("csf:token").with("kInf", key("k2").as_str()).with("tkid", "t1@csf.example");
            let input = input.with("tkhd", "//csf.example/id-mn/Cguest").with("tknb", "20200101T000000");
            input.with("tkna", "20990101T000000")
        }),
        ("cipher", {
            let input = changes("csf:cipher").with("Calg", "ALG_AEAD_AES_128_GCM");
            input.with("kInf", key("k3").as_str()).with("msg", "bWVzc2FnZQ==")
        }),
        ("wrap", {
            let input = changes("csf:wrap").with("Calg", "AES_256_KWP");
            input.with("kInf", key("k4").as_str()).with("kWr", key("k5").as_str())
        }),
    ] {
        let address = format!("-/security/data/function-{function}");
        assert!(addresses.contains(&address.replacen('-', &node.base(), 1)), "{address}");
        assert_eq!(stranger.update(&address, input.clone()).code(), 4103, "{function}");
        assert_eq!(owner.meter.update(&address, input).code(), 2004, "{function}");
    }
    let functions = owner.meter.retrieve("-/security/data").texts("fns").len();
    assert_eq!(functions, 8, "a function without a line here");
    // And so does the authentication service, for whatever it is asked.
    let challenge = changes("csf:challenge").with("cla", "Cguest");
    assert_eq!(stranger.update(AUTHENTICATION, challenge.clone()).code(), 4103);
    let chl = owner.meter.update(AUTHENTICATION, challenge).text("chl").to_owned();
    let answer =
        changes("csf:response").with("chl", chl.as_str()).with("crd", "-/security/authentication/own");
    assert_eq!(stranger.update(AUTHENTICATION, answer.with("vrf", "Cmeter")).code(), 4103);
    let check = changes("csf:verification").with("chl", chl.as_str()).with("cla", "Cguest");
    let check = check.with("crd", "-/security/authentication/own").with("rsp", "AAAA");
    assert_eq!(stranger.update(AUTHENTICATION, check.clone()).code(), 4103);
    assert_eq!(owner.meter.update(AUTHENTICATION, check).code(), 2004);
}

fn signing(root: &'static str, algorithm: &str, key: &str) -> Draft {
    changes(root).with("Salg", algorithm).with("kInf", key).with("msg", "bWVzc2FnZQ==")
}
