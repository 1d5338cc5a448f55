//! Each filter criterion of TS-0001 table 8.1.2-2, as a client of the HTTP binding says it: honoured, or refused with the
//! right code.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use csf_api::Value;
use proto_primitive::content_from_json;
use support::{NodeProcess, RawRequest, RawResponse, Wire};

/// Below `Cmeter`, in the order in which they are found:
///
/// ```text
/// water   lbl wet, a*    st 1    instance drop    (text/plain:0, 2 bytes)
/// gas     lbl dry, mni 7 st 2    instances a, b   (application/json, 3 and 5 bytes)
/// group   of both, which has no state tag
/// ```
struct Tree {
    wire: std::cell::RefCell<Wire>,
    /// When `water` and `gas` were made, and when `gas` ends.
    made: [String; 2],
    end: String,
    _node: NodeProcess,
}

fn send(wire: &mut Wire, request: &RawRequest) -> RawResponse {
    wire.exchange(&request.bytes()).expect("an answer")
}

fn attribute(answer: &RawResponse, name: &str) -> Value {
    let content = content_from_json(&answer.body).expect("a content");
    content.value.as_object().and_then(|object| object.get(name)).cloned().expect("an attribute")
}

/// Waits until the node's clock, which times are compared by, shows another second.
fn next_second(wire: &mut Wire) {
    let now =
        |wire: &mut Wire| send(wire, &RawRequest::new("GET", "/cse-mn")).header("date").map(str::to_owned);
    let before = now(wire);
    while now(wire) == before {
        std::thread::yield_now();
    }
}

impl Tree {
    fn grow() -> Self {
        let node = NodeProcess::with().profile("mn").start();
        drop(node.register("Cmeter"));
        let mut wire = Wire::local(&node);
        let mut make = |to: &str, ty: u16, json: &str| {
            let answer = send(&mut wire, &RawRequest::create(to, ty, json));
            assert_eq!(answer.rsc(), Some(2001), "{}", answer.text());
            if json.contains("drop") {
                next_second(&mut wire);
            }
            answer
        };
        let base = "/cse-mn/Cmeter";
        let water = make(base, 3, r#"{"m2m:cnt":{"rn":"water","lbl":["wet","a*"],"cr":null}}"#);
        make("/cse-mn/Cmeter/water", 4, r#"{"m2m:cin":{"rn":"drop","con":"ab","cnf":"text/plain:0"}}"#);
        let gas = r#"{"m2m:cnt":{"rn":"gas","lbl":["dry"],"mni":7,"et":"20300101T000000"}}"#;
        let gas = make(base, 3, gas);
        for (name, con) in [("a", "abc"), ("b", "abcde")] {
            let instance =
                format!(r#"{{"m2m:cin":{{"rn":"{name}","con":"{con}","cnf":"application/json:0"}}}}"#);
            make("/cse-mn/Cmeter/gas", 4, &instance);
        }
        let members = r#"{"m2m:grp":{"rn":"group","mnm":2,"mid":["Cmeter/water","Cmeter/gas"]}}"#;
        make(base, 9, members);
        let text = |answer: &RawResponse, name| attribute(answer, name).as_text().expect("a text").to_owned();
        let made = [&water, &gas].map(|answer| text(answer, "ct"));
        assert_ne!(made[0], made[1]);
        Self { made, end: text(&gas, "et"), wire: wire.into(), _node: node }
    }

    /// The code with which a discovery with this query is answered, and the names that it finds, as they come.
    fn found(&self, query: &str) -> (Option<u16>, Vec<String>) {
        let target = format!("/cse-mn/Cmeter?fu=1&{query}");
        let answer = send(&mut self.wire.borrow_mut(), &RawRequest::new("GET", &target));
        let content = content_from_json(&answer.body).expect("a content");
        let list = content.value.as_list().unwrap_or_default().iter().filter_map(Value::as_text);
        let names = list.map(|address| address.rsplit('/').next().expect("a name").to_owned());
        (answer.rsc(), names.collect())
    }

    /// The code with which a RETRIEVE of `gas` under this condition is answered.
    fn met(&self, query: &str) -> Option<u16> {
        let target = format!("/cse-mn/Cmeter/gas?{query}");
        send(&mut self.wire.borrow_mut(), &RawRequest::new("GET", &target)).rsc()
    }
}

/// A query with `{0}` and `{1}` for the moments when the containers were made, and `{e}` for the end of one.
type Row = (&'static str, &'static [&'static str]);

/// Every condition that is matched, and what it finds.
const MATCHING: &[Row] = &[
    // createdBefore, createdAfter: from the bound on, and before it
    ("crb={1}", &["water", "drop"]),
    ("crb={0}", &[]),
    ("cra={0}", &["water", "gas", "group", "drop", "a", "b"]),
    ("cra={1}", &["gas", "group", "a", "b"]),
    ("cra={0}&crb={1}", &["water", "drop"]),
    ("cra={1}&crb={0}", &[]),
    // modifiedSince, unmodifiedSince
    ("ms={1}", &["gas", "group", "a", "b"]),
    ("us={1}", &["water", "drop"]),
    ("ms={0}&us={1}", &["water", "drop"]),
    // stateTagSmaller, stateTagBigger: what has no state tag meets neither
    ("sts=2", &["water", "drop", "a"]),
    ("stb=2", &["gas", "b"]),
    ("stb=0", &["water", "gas", "drop", "a", "b"]),
    ("stb=1&sts=2", &["water", "drop", "a"]),
    // expireBefore, expireAfter
    ("exb=20300101T000001", &["gas", "a", "b"]),
    ("exb={e}", &[]),
    ("exa={e}", &["water", "gas", "group", "drop", "a", "b"]),
    ("exa=20300101T000001", &["water", "group", "drop"]),
    // labels: whole ones, in which a star is a star
    ("lbl=wet", &["water"]),
    ("lbl=wet+dry", &["water", "gas"]),
    ("lbl=wet&lbl=dry", &["water", "gas"]),
    ("lbl=w*", &[]),
    ("lbl=a*", &["water"]),
    ("lbl=*", &[]),
    ("clbl=wet", &[]),
    ("palb=wet", &["drop"]),
    // resourceType, childResourceType, parentResourceType
    ("ty=3", &["water", "gas"]),
    ("ty=3+9", &["water", "gas", "group"]),
    ("ty=3&ty=9", &["water", "gas", "group"]),
    ("ty=10003", &[]),
    ("chty=4", &["water", "gas"]),
    ("pty=3", &["drop", "a", "b"]),
    // sizeAbove, sizeBelow
    ("sza=3", &["a", "b"]),
    ("szb=3", &["drop"]),
    ("sza=3&szb=5", &["a"]),
    // contentType
    ("cty=text/plain", &["drop"]),
    ("cty=text/plain+application/json", &["drop", "a", "b"]),
    ("cty=text", &[]),
    // attribute, childAttribute, parentAttribute: by short name, with stars
    ("rn=w*", &["water"]),
    ("rn=*a*", &["water", "gas", "a"]),
    ("rn=water&rn=gas", &["water", "gas"]),
    ("rn=water+gas", &["water", "gas"]),
    ("mni=7", &["gas"]),
    ("cr=Cmeter", &["water"]),
    ("cr=C*", &["water"]),
    ("mnm=2", &["group"]),
    ("con=abc*", &["a", "b"]),
    ("c.rn=drop", &["water"]),
    ("p.rn=gas", &["a", "b"]),
    ("p.mni=7&rn=b", &["b"]),
    // filterOperation: all by default, one of them with 2
    ("ty=3&lbl=wet", &["water"]),
    ("fo=1&ty=3&lbl=wet", &["water"]),
    ("fo=2&ty=9&lbl=wet", &["water", "group"]),
    ("fo=2&cra={1}&crb={0}&lbl=wet", &["water"]),
    ("fo=2", &["water", "gas", "group", "drop", "a", "b"]),
    // limit, level, offset
    ("lim=2", &["water", "gas"]),
    ("lim=0", &[]),
    ("lim=4294967295", &["water", "gas", "group", "drop", "a", "b"]),
    ("lvl=1", &["water", "gas", "group"]),
    ("lvl=2", &["water", "gas", "group", "drop", "a", "b"]),
    ("lvl=4294967295&ty=4", &["drop", "a", "b"]),
    ("ofst=1&lim=1", &["water"]),
    ("ofst=3", &["group", "drop", "a", "b"]),
    ("ofst=7", &[]),
    ("ofst=4294967295", &[]),
    ("ty=4&ofst=2&lim=1", &["a"]),
    // applyRelativePath comes after everything else
    ("ty=3&arp=la", &["drop", "b"]),
    ("ty=3&arp=drop", &["drop"]),
    // A resource is one result, however many ways lead to it.
    ("ty=4&arp=../ol", &["drop", "a"]),
    ("ty=4&arp=../ol&lim=1&ofst=2", &["a"]),
    ("rn=drop&arp=../../gas", &["gas"]),
    ("rn=water&arp=..", &["Cmeter"]),
    ("rn=water&arp=../nothing", &[]),
    ("rn=group&arp=fopt", &[]),
    ("rn=water&arp=../../../..", &[]),
];

/// Every condition that is malformed or not supported, with the code of its refusal.
const REFUSED: &[(&str, u16)] = &[
    ("crb=yesterday", 4000),
    ("cra=2030-01-01T00:00:00", 4000),
    ("ms=1", 4000),
    ("us=", 4000),
    ("sts=0", 4000),
    ("sts=x", 4000),
    ("stb=-1", 4000),
    ("exb=20301301T000000", 4000),
    ("exa=20300101T000000Z", 4000),
    ("lbl=", 4000),
    ("ty=cnt", 4000),
    ("ty=3+", 4000),
    ("ty=99999", 4000),
    ("chty=", 4000),
    ("pty=x", 4000),
    ("sza=-1", 4000),
    ("szb=0", 4000),
    ("szb=1.5", 4000),
    ("cty=", 4000),
    ("fo=0", 4000),
    ("fo=3", 4000),
    ("lim=-1", 4000),
    ("lim=4294967296", 4000),
    ("lvl=0", 4000),
    ("lvl=all", 4000),
    ("ofst=0", 4000),
    ("drt=0", 4000),
    ("drt=3", 4000),
    ("fu=2", 4000),
    ("crb={0}&crb={1}", 4000),
    ("lim=1&lim=2", 4000),
    // What has a condition of its own is not matched by name.
    ("ct=*", 4000),
    ("lt=*", 4000),
    ("st=1", 4000),
    ("et=*", 4000),
    ("cs=1", 4000),
    ("cnf=*", 4000),
    ("c.ty=4", 4000),
    ("p.lbl=wet", 4000),
    ("arp=", 4000),
    ("arp=/cse-mn/Cmeter", 4000),
    ("arp=a//b", 4000),
    ("arp=a&arp=b", 4000),
    // semanticsFilter, contentFilterSyntax and contentFilterQuery
    ("smf=SELECT", 5001),
    ("cfs=1&cfq=x", 5001),
    ("lbq=wet", 5001),
    ("nosuch=1", 4000),
    // What is malformed is said before what is not supported.
    ("smf=SELECT&lim=x", 4000),
];

#[test]
fn each_criterion_is_honoured_or_refused() {
    let tree = Tree::grow();
    let filled = |query: &str| {
        query.replace("{0}", &tree.made[0]).replace("{1}", &tree.made[1]).replace("{e}", &tree.end)
    };
    for (query, names) in MATCHING {
        let query = filled(query);
        let mut expected: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (code, mut found) = tree.found(&query);
        assert_eq!(code, Some(2000), "{query}");
        if !query.contains("lim") && !query.contains("ofst") {
            // Siblings come by type, which is nobody's business here.
            expected.sort();
            found.sort();
        }
        assert_eq!(found, expected, "{query}");
    }
    for (query, code) in REFUSED {
        assert_eq!(tree.found(&filled(query)), (Some(*code), Vec::new()), "{query}");
    }
}

// The same conditions without `fu=1` say what the target must meet.
#[test]
fn each_criterion_holds_for_the_target_of_a_retrieve() {
    let tree = Tree::grow();
    let filled = |query: &str| {
        query.replace("{0}", &tree.made[0]).replace("{1}", &tree.made[1]).replace("{e}", &tree.end)
    };
    let handling = ["lim=", "lvl=", "ofst=", "arp="];
    for (query, names) in MATCHING {
        let query = filled(query);
        if handling.iter().any(|name| query.contains(name)) {
            continue;
        }
        let code = if names.contains(&"gas") { 2000 } else { 4004 };
        assert_eq!(tree.met(&query), Some(code), "{query}");
        assert_eq!(tree.met(&format!("fu=2&{query}")), Some(code), "{query}");
    }
    for (query, code) in REFUSED.iter().filter(|(query, _)| !query.contains("fu=") && !query.contains("arp="))
    {
        assert_eq!(tree.met(&filled(query)), Some(*code), "{query}");
    }
    // A relative path is for what was found.
    assert_eq!(tree.met("arp=la"), Some(4000));
}
