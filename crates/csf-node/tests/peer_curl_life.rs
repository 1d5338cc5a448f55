//! A whole life of an application with `curl`, in JSON and in CBOR: whatever it does, each answer has the header lines
//! that TS-0009 gives it, and no others of oneM2M.

#![expect(clippy::expect_used, clippy::panic, reason = "tests report by panicking")]

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;

use csf_api::{Content, UtcTime, Value};
use proto_primitive::{Serialization, content_from_json};
use support::NodeProcess;

/// Status lines by response status code (TS-0009 table 6.3.2-1), as far as they occur here.
const STATUS: [(u16, u16); 14] = [
    (2000, 200),
    (2001, 201),
    (2002, 200),
    (2004, 200),
    (4000, 400),
    (4001, 501),
    (4004, 404),
    (4005, 405),
    (4103, 403),
    (4105, 409),
    (4108, 403),
    (4109, 403),
    (4117, 403),
    (5001, 501),
];

/// The header lines that a response may have beside those below: HTTP's own.
const OF_HTTP: [&str; 2] = ["content-length", "date"];

/// An application and how it speaks.
struct Application<'a> {
    node: &'a NodeProcess,
    from: String,
    serialization: Serialization,
    release: &'static str,
    asked: Cell<u32>,
}

/// What is asked.
#[derive(Clone, Copy)]
enum Ask<'a> {
    Create(u16, &'a str),
    Retrieve,
    Update(&'a str),
    Delete,
}

/// An answer, of which the header lines were found right.
struct Answer {
    rsc: u16,
    content: Option<Content>,
    headers: Vec<(String, String)>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    fn root(&self) -> &str {
        &self.content.as_ref().expect("a content").root
    }

    #[track_caller]
    fn value(&self) -> &Value {
        &self.content.as_ref().expect("a content").value
    }

    #[track_caller]
    fn text(&self, name: &str) -> &str {
        let value = self.value().as_object().and_then(|object| object.get(name));
        value.and_then(Value::as_text).unwrap_or_else(|| panic!("no {name}"))
    }

    #[track_caller]
    fn number(&self, name: &str) -> i64 {
        let value = self.value().as_object().and_then(|object| object.get(name));
        value.and_then(Value::as_integer).unwrap_or_else(|| panic!("no {name}"))
    }

    #[track_caller]
    fn addresses(&self) -> Vec<&str> {
        assert_eq!(self.root(), "m2m:uril");
        self.value().as_list().expect("a list").iter().filter_map(Value::as_text).collect()
    }
}

impl Application<'_> {
    /// Asks with curl, checks every header line, and that this is the code.
    #[track_caller]
    fn ask(&self, path: &str, ask: Ask<'_>, code: u16) -> Answer {
        let number = self.asked.get().saturating_add(1);
        self.asked.set(number);
        let identifier = format!("{}/{number}", self.from);
        let (head, body) = self.curl(path, ask, &identifier);
        let answer = self.checked(&head, &body, ask, &identifier);
        assert_eq!(answer.rsc, code, "{path}: {:?}", answer.content);
        answer
    }

    /// The head of the answer, as it came, and the body.
    fn curl(&self, path: &str, ask: Ask<'_>, identifier: &str) -> (String, Vec<u8>) {
        let file = |name: &str| -> PathBuf { self.node.directory().join(name) };
        let (sent, head, body) = (file("sent"), file("head"), file("body"));
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "--unix-socket"]);
        command.arg(self.node.socket()).arg("--dump-header").arg(&head).arg("--output").arg(&body);
        let media = self.serialization.media_type();
        let mut lines = vec![
            format!("X-M2M-Origin: {}", self.from),
            format!("X-M2M-RI: {identifier}"),
            format!("X-M2M-RVI: {}", self.release),
            format!("Accept: {media}"),
            "X-M2M-OT: 20301231T235959".to_owned(),
            "X-M2M-RST: 60000".to_owned(),
            "X-M2M-VSI: of the vendor".to_owned(),
            "X-Unknown: ignored".to_owned(),
        ];
        let content = match ask {
            Ask::Create(ty, content) => {
                lines.push(format!("Content-Type: {media};ty={ty}"));
                Some(content)
            }
            Ask::Update(content) => {
                lines.push(format!("Content-Type: {media}"));
                command.args(["--request", "PUT"]);
                Some(content)
            }
            Ask::Retrieve => None,
            Ask::Delete => {
                command.args(["--request", "DELETE"]);
                None
            }
        };
        if let Some(content) = content {
            let content = content_from_json(content.as_bytes()).expect("a content");
            std::fs::write(&sent, self.serialization.encode(&content)).expect("a file");
            command.arg("--data-binary").arg(format!("@{}", sent.display()));
        }
        command.args(lines.iter().flat_map(|line| ["--header", line]));
        std::fs::write(&body, b"").expect("a file");
        let output = command.arg(format!("http://localhost{path}")).output().expect("the program curl");
        assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        (std::fs::read_to_string(&head).expect("a head"), std::fs::read(&body).expect("a body"))
    }

    /// The answer, once everything about its head was found as it shall be.
    fn checked(&self, head: &str, body: &[u8], ask: Ask<'_>, identifier: &str) -> Answer {
        let mut lines = head.split("\r\n");
        let status = lines.next().expect("a status line");
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let content = (!body.is_empty()).then(|| self.serialization.decode(body).expect("a content"));
        let rsc =
            headers.iter().find(|(name, _)| name == "x-m2m-rsc").and_then(|(_, code)| code.parse().ok());
        let answer = Answer { rsc: rsc.expect("a response status code"), content, headers };
        let http = STATUS.iter().find(|(rsc, _)| *rsc == answer.rsc).map(|(_, http)| http);
        // Without a reason phrase.
        let http = http.unwrap_or_else(|| panic!("{} is not in the table: {:?}", answer.rsc, answer.content));
        assert_eq!(status, format!("HTTP/1.1 {http} "), "{head}");
        let expected = self.expected(&answer, body, ask, identifier);
        for (name, value) in &expected {
            assert_eq!(answer.header(name), value.as_deref(), "{name}: {head}");
        }
        for (n, (name, _)) in answer.headers.iter().enumerate() {
            assert!(
                answer.headers.iter().skip(n.saturating_add(1)).all(|(other, _)| other != name),
                "{name} twice: {head}"
            );
            let known = expected.iter().any(|(known, _)| known == name) || OF_HTTP.contains(&name.as_str());
            let special = name == "etag" || (name == "allow" && answer.rsc == 4005);
            assert!(known || special, "{name} is not known: {head}");
        }
        // What may not be done says what may (RFC 9110 15.5.6).
        assert_eq!(answer.header("allow").is_some(), answer.rsc == 4005, "{head}");
        // Whatever a RETRIEVE shows has a validator, and nothing else has.
        let shown = matches!(ask, Ask::Retrieve) && answer.rsc == 2000;
        assert_eq!(answer.header("etag").is_some(), shown, "{head}");
        // Times come back; whoever could not read the request does not know them.
        let made = answer.header("x-m2m-ot").map(UtcTime::parse);
        assert!(made.map_or(answer.rsc >= 4000, |time| time.is_ok()), "{head}");
        let until = answer.header("x-m2m-rst");
        assert!(until.map_or(answer.rsc >= 4000, |until| until == "60000"), "{head}");
        answer
    }

    /// Each header line of oneM2M, with what it shall say or `None` where it shall not be there.
    fn expected(
        &self,
        answer: &Answer,
        body: &[u8],
        ask: Ask<'_>,
        identifier: &str,
    ) -> [(&'static str, Option<String>); 14] {
        let uri = match (ask, &answer.content) {
            (Ask::Create(..), Some(content)) if &*content.root == "m2m:uri" => content.value.as_text(),
            (Ask::Create(..), Some(content)) if &*content.root == "m2m:rce" => {
                content.value.as_object().and_then(|object| object.get("uri")).and_then(Value::as_text)
            }
            _ => None,
        };
        let media = (!body.is_empty()).then(|| self.serialization.media_type().to_owned());
        // A discovery with a bound may have been cut, which the life below looks at itself.
        let there = |name| answer.header(name).map(str::to_owned);
        [
            ("x-m2m-rsc", Some(answer.rsc.to_string())),
            ("x-m2m-ri", Some(identifier.to_owned())),
            ("x-m2m-rvi", Some(self.release.to_owned())),
            ("content-type", media),
            ("content-length", Some(body.len().to_string())),
            ("content-location", uri.map(str::to_owned)),
            ("x-m2m-cts", there("x-m2m-cts")),
            ("x-m2m-cto", there("x-m2m-cto")),
            ("x-m2m-ot", there("x-m2m-ot")),
            ("x-m2m-rst", there("x-m2m-rst")),
            ("x-m2m-vsi", None),
            ("x-m2m-gid", None),
            ("x-m2m-ati", None),
            ("x-m2m-asri", None),
        ]
    }
}

/// Everything that an application does between its registration, under this name, and its end.
fn live(newcomer: Application<'_>, name: &str) {
    use Ask::{Create, Delete, Retrieve, Update};
    let cse = newcomer.node.base();
    let cse_id = cse.replacen("cse-", "/id-", 1);
    let (own, base) = (format!("{cse}/{name}"), format!("/{cse}/{name}"));
    let registration = format!(r#"{{"m2m:ae":{{"rn":"{name}","api":"Nlife","rr":false,"srv":["3"]}}}}"#);
    let registered = newcomer.ask(&format!("/{cse}"), Create(2, &registration), 2001);
    let from = registered.text("aei").to_owned();
    assert_eq!(registered.text("ri"), from);
    // Whoever asks for a stem gets one of its kind, and whoever has one keeps it.
    assert!(
        from.starts_with(&newcomer.from) && (from == newcomer.from) == (newcomer.from.len() > 1),
        "{from}"
    );
    let me = &Application { from: from.clone(), ..newcomer };
    let from = from.as_str();
    me.ask(&format!("/{cse}"), Create(2, &registration), 4117);
    let root = me.ask(&format!("/{cse}"), Retrieve, 2000);
    assert_eq!((root.root(), root.text("pi"), root.text("csi")), ("m2m:cb", "", &*cse_id));

    let made =
        me.ask(&base, Create(3, r#"{"m2m:cnt":{"rn":"c","mni":2,"lbl":["kitchen"],"cr":null}}"#), 2001);
    let container = made.text("ri").to_owned();
    assert_eq!((made.text("cr"), made.text("pi"), made.number("st")), (from, from, 0));
    me.ask(&base, Create(3, r#"{"m2m:cnt":{"rn":"c"}}"#), 4105);
    me.ask(&base, Create(4, r#"{"m2m:cin":{"con":"1"}}"#), 4108);
    me.ask(&base, Create(3, r#"{"m2m:cnt":{"ri":"own"}}"#), 4000);
    let nothing = me.ask(&format!("{base}?rcn=0"), Create(3, r#"{"m2m:cnt":{"rn":"silent"}}"#), 2001);
    assert!(nothing.content.is_none());

    let c = format!("{base}/c");
    me.ask(&format!("{c}/la"), Retrieve, 4004);
    for (n, path) in ["/c", "/c?rcn=2", "/c?rcn=3"].into_iter().enumerate() {
        let instance = format!(r#"{{"m2m:cin":{{"rn":"i{n}","con":"{n}","cnf":"text/plain:0"}}}}"#);
        let made = me.ask(&format!("{base}{path}"), Create(4, &instance), 2001);
        let location = format!("{own}/c/i{n}");
        assert_eq!(made.header("content-location"), (n > 0).then_some(&*location));
    }
    // The first went for the third.
    assert_eq!(me.ask(&format!("{c}/la"), Retrieve, 2000).text("con"), "2");
    assert_eq!(me.ask(&format!("/{container}/ol"), Retrieve, 2000).text("con"), "1");
    let refused = me.ask(&format!("{c}/i1"), Update(r#"{"m2m:cin":{"con":"x"}}"#), 4005);
    assert_eq!(refused.header("allow"), Some("GET, POST, DELETE"));
    let whole = me.ask(&format!("/~{cse_id}/{container}"), Retrieve, 2000);
    assert_eq!((whole.number("cni"), whole.number("cbs"), whole.number("st")), (2, 2, 3));
    let part = me.ask(&format!("{c}?atrl=cni+lbl"), Retrieve, 2000);
    assert_eq!(part.value().as_object().map(csf_api::Object::len), Some(2));
    let changed = me.ask(&format!("{c}?rcn=9"), Update(r#"{"m2m:cnt":{"lbl":["attic"]}}"#), 2004);
    assert_eq!(changed.number("st"), 4);

    let policy = format!(
        r#"{{"m2m:acp":{{"rn":"p","pv":{{"acr":[{{"acor":["{from}"],"acop":63}}]}},"pvs":{{"acr":[{{"acor":["{from}"],"acop":63}}]}}}}}}"#
    );
    let policy = me.ask(&base, Create(1, &policy), 2001);
    let link = format!(r#"{{"m2m:cnt":{{"acpi":["{own}/p"]}}}}"#);
    let linked = me.ask(&c, Update(&link), 2004);
    let acpi = linked.value().as_object().and_then(|object| object.get("acpi"));
    assert_eq!(acpi, Some(&Value::texts([policy.text("ri")])));

    let group = format!(r#"{{"m2m:grp":{{"rn":"g","mnm":3,"mt":3,"mid":["{container}","/id-far/x"]}}}}"#);
    me.ask(&base, Create(9, &group), 2001);
    let all = me.ask(&format!("{base}/g/fopt/la"), Retrieve, 2000);
    assert_eq!(all.root(), "m2m:agr");
    me.ask(&base, Create(9, r#"{"m2m:grp":{"rn":"e","mnm":1,"mid":[]}}"#), 2001);
    me.ask(&format!("{base}/e/fopt"), Retrieve, 4109);

    let found = me.ask(&format!("{base}?fu=1&lbl=attic"), Retrieve, 2000);
    assert_eq!(found.addresses(), [format!("{own}/c")]);
    let found = me.ask(&format!("{base}?fu=1&lbl=attic&drt=2"), Retrieve, 2000);
    assert_eq!(found.addresses(), [container.as_str()]);
    let some = me.ask(&format!("{base}?fu=1&ty=4&lim=1"), Retrieve, 2000);
    assert_eq!((some.header("x-m2m-cts"), some.header("x-m2m-cto")), (Some("1"), Some("2")));
    let rest = me.ask(&format!("{base}?fu=1&ty=4&lim=1&ofst=2"), Retrieve, 2000);
    assert_ne!(some.addresses(), rest.addresses());
    assert_eq!(me.ask(&format!("{base}?rcn=6"), Retrieve, 2000).root(), "m2m:rrl");
    me.ask(&format!("{base}?rcn=2"), Retrieve, 4000);

    me.ask(&format!("{c}/la"), Delete, 2002);
    assert_eq!(me.ask(&format!("{c}?atrl=cni"), Retrieve, 2000).number("cni"), 1);
    let last = me.ask(&format!("{c}?rcn=4"), Delete, 2002);
    assert!(last.value().as_object().is_some_and(|object| object.get("m2m:cin").is_some()));
    me.ask(&c, Retrieve, 4004);
    me.ask(&base, Delete, 2002);
}

// Shows ARC-5 in part: an application that nobody here wrote lives on a node.
#[test]
fn an_application_lives_in_json_and_in_cbor_under_both_kinds_of_names() {
    for (profile, kind) in [("mn", 'C'), ("in", 'S')] {
        let node = NodeProcess::with().profile(profile).start();
        let lives = [
            ("", Serialization::Json, "2a"),
            ("json", Serialization::Json, "3"),
            ("", Serialization::Cbor, "4"),
            ("cbor", Serialization::Cbor, "5"),
        ];
        for (stem, serialization, release) in lives {
            let from = format!("{kind}{stem}");
            let newcomer = Application { node: &node, from, serialization, release, asked: Cell::new(0) };
            live(newcomer, &format!("life{release}"));
        }
    }
}

// Who is not registered, or may not, is told so in the same form.
#[test]
fn refusals_have_the_same_header_lines() {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Cowner"));
    for serialization in [Serialization::Json, Serialization::Cbor] {
        let named = |from: &str| Application {
            node: &node,
            from: from.into(),
            serialization,
            release: "3",
            asked: Cell::new(0),
        };
        let (owner, other) = (named("Cowner"), named("Cother"));
        let registration = r#"{"m2m:ae":{"rn":"other","api":"Nlife","rr":false,"srv":["3"]}}"#;
        other.ask("/cse-mn", Ask::Create(2, registration), 2001);
        for (path, ask) in [
            ("/cse-mn/Cowner", Ask::Retrieve),
            ("/cse-mn/Cowner", Ask::Delete),
            ("/cse-mn/Cowner", Ask::Update(r#"{"m2m:ae":{"lbl":["x"]}}"#)),
            ("/cse-mn/Cowner", Ask::Create(3, r#"{"m2m:cnt":{}}"#)),
            ("/cse-mn/Cowner?fu=1", Ask::Retrieve),
        ] {
            let refused = other.ask(path, ask, 4103);
            assert_eq!(refused.root(), "m2m:dbg");
        }
        owner.ask("/cse-mn/Cowner", Ask::Retrieve, 2000);
        other.ask("/cse-mn/other", Ask::Delete, 2002);
    }
}
