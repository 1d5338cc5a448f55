//! CBOR at a node's listeners: resources and functions, errors and refusals, and what is no content of CBOR.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use csf_api::{Content, FilterCriteria, Value};
use proto_primitive::{Serialization, content_from_cbor, content_from_json, content_to_cbor};
use support::{NodeProcess, RawRequest, RawResponse, Wire};

const CBOR: &str = "application/cbor";
const JSON: &str = "application/json";

/// Both listeners of a node.
const LISTENERS: [fn(&NodeProcess) -> Wire; 2] = [Wire::tcp, Wire::local];

fn node() -> NodeProcess {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Cmeter"));
    node
}

/// The content that this JSON stands for, in CBOR.
fn cbor(json: &str) -> Vec<u8> {
    content_to_cbor(&content_from_json(json.as_bytes()).expect("a content"))
}

/// A request in CBOR that says nothing of the answer.
fn write(method: &str, target: &str, kind: &str, body: impl Into<Vec<u8>>) -> RawRequest {
    RawRequest::new(method, target).without("Accept").body(kind, body)
}

fn create(target: &str, ty: u16, json: &str) -> RawRequest {
    write("POST", target, &format!("{CBOR};ty={ty}"), cbor(json))
}

fn get(target: &str, accept: &str) -> RawRequest {
    RawRequest::new("GET", target).set("Accept", accept)
}

fn sent(node: &NodeProcess, request: &RawRequest) -> RawResponse {
    Wire::local(node).exchange(&request.bytes()).expect("an answer")
}

/// The content of an answer with this code that is said to be, and is, of this type and no other.
#[track_caller]
fn content(answer: &RawResponse, code: u16, kind: &str) -> Content {
    assert_eq!(answer.rsc(), Some(code), "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some(kind), "{}", answer.text());
    assert_eq!(answer.header("x-m2m-ri"), Some("r1"));
    let (right, wrong) = match kind {
        CBOR => (Serialization::Cbor, Serialization::Json),
        _ => (Serialization::Json, Serialization::Cbor),
    };
    assert!(wrong.decode(&answer.body).is_err());
    right.decode(&answer.body).expect("a content")
}

fn attribute(content: &Content, name: &str) -> Option<Value> {
    content.value.as_object().and_then(|object| object.get(name)).cloned()
}

#[test]
fn resources_are_made_read_changed_found_and_deleted_in_cbor() {
    let node = node();
    let made = sent(&node, &create("/cse-mn/Cmeter", 3, r#"{"m2m:cnt":{"rn":"readings","lbl":["a"]}}"#));
    assert_eq!(attribute(&content(&made, 2001, CBOR), "rn"), Some(Value::text("readings")));
    let vendor = "application/vnd.onem2m-res+cbor; ty=4";
    let instance = cbor(r#"{"m2m:cin":{"con":{"t":21.5,"ok":true,"n":null,"l":[-1,"ä"]}}}"#);
    let made = sent(&node, &write("POST", "/cse-mn/Cmeter/readings", vendor, instance));
    content(&made, 2001, CBOR);

    // What came in CBOR reads as the same content in JSON, and the other way round.
    let as_json = sent(&node, &get("/cse-mn/Cmeter/readings/la", JSON));
    let as_cbor = sent(&node, &get("/cse-mn/Cmeter/readings/la", "application/vnd.onem2m-res+cbor"));
    let instance = content(&as_cbor, 2000, CBOR);
    assert_eq!(content(&as_json, 2000, JSON), instance);
    let con = content_from_json(br#"{"m2m:cin":{"t":21.5,"ok":true,"n":null,"l":[-1,"\u00e4"]}}"#).unwrap();
    assert_eq!(attribute(&instance, "con"), Some(con.value));

    let update = write("PUT", "/cse-mn/Cmeter/readings", CBOR, cbor(r#"{"m2m:cnt":{"mni":7,"lbl":null}}"#));
    let updated = content(&sent(&node, &update), 2004, CBOR);
    assert_eq!(attribute(&updated, "mni"), Some(Value::Integer(7)));
    assert_eq!(attribute(&updated, "lbl"), None);
    let found = sent(&node, &get("/cse-mn/Cmeter?fu=1&ty=3", CBOR));
    let list = content_from_json(br#"{"m2m:uril":["cse-mn/Cmeter/readings"]}"#).unwrap();
    assert_eq!(content(&found, 2000, CBOR), list);
    let delete = RawRequest::new("DELETE", "/cse-mn/Cmeter/readings").set("Accept", CBOR);
    assert_eq!(sent(&node, &delete).rsc(), Some(2002));
    content(&sent(&node, &get("/cse-mn/Cmeter/readings", CBOR)), 4004, CBOR);
}

#[test]
fn a_function_is_called_in_cbor() {
    let node = node();
    let target = "/cse-mn/security/data/function-digest";
    let call = write("PUT", target, CBOR, cbor(r#"{"csf:digest":{"Halg":"SHA-256","msg":"YWJj"}}"#));
    let in_cbor = content(&sent(&node, &call), 2004, CBOR);
    let in_json = content(&sent(&node, &call.set("Accept", JSON)), 2004, JSON);
    assert!(in_cbor.value.as_object().is_some_and(|object| !object.is_empty()));
    assert_eq!(in_cbor, in_json);
}

#[test]
fn the_answer_is_in_what_is_accepted_else_in_what_was_sent_else_in_json() {
    let node = node();
    let container = |n: u8| format!(r#"{{"m2m:cnt":{{"rn":"c{n}"}}}}"#);
    let json = |n: u8| write("POST", "/cse-mn/Cmeter", "application/json;ty=3", container(n));
    let plain = |accept: &str| get("/cse-mn/Cmeter", accept);
    for (what, request, code, kind) in [
        ("CBOR", create("/cse-mn/Cmeter", 3, &container(1)), 2001, CBOR),
        ("CBOR, JSON", create("/cse-mn/Cmeter", 3, &container(2)).with("Accept", JSON), 2001, JSON),
        ("JSON", json(3), 2001, JSON),
        ("JSON, CBOR", json(4).with("Accept", CBOR), 2001, CBOR),
        ("CBOR, anything", create("/cse-mn/Cmeter", 3, &container(5)).with("Accept", "*/*"), 2001, CBOR),
        (
            "CBOR, both",
            create("/cse-mn/Cmeter", 3, &container(6)).with("Accept", "application/*"),
            2001,
            CBOR,
        ),
        ("nothing", plain(JSON).without("Accept"), 2000, JSON),
        ("anything", plain("*/*"), 2000, JSON),
        ("more of CBOR", plain("application/json;q=0.4, application/cbor;q=0.5"), 2000, CBOR),
        ("no JSON", plain("*/*, application/json;q=0"), 2000, CBOR),
        ("neither", plain("*/*;q=0.5, application/json;q=0, application/cbor;q=0"), 5207, JSON),
        (
            "neither, in CBOR",
            create("/cse-mn/Cmeter", 3, &container(7)).with("Accept", "text/html"),
            5207,
            CBOR,
        ),
    ] {
        let answer = sent(&node, &request);
        assert_eq!((answer.rsc(), answer.header("content-type")), (Some(code), Some(kind)), "{what}");
    }
}

#[test]
fn errors_and_refusals_are_in_cbor_where_that_is_accepted() {
    let node = node();
    let long = [b"\xa1\x67m2m:cnt\xa1\x62rn\x7a\x00\x04\x93\xe0".to_vec(), vec![b'a'; 300_000]].concat();
    for connect in LISTENERS {
        for (what, request, code) in [
            ("an absent resource", get("/cse-mn/Cnobody", CBOR), 4004),
            ("a method of none", RawRequest::new("PATCH", "/cse-mn").set("Accept", CBOR), 4005),
            ("no release", get("/cse-mn", CBOR).without("X-M2M-RVI"), 4001),
            ("a path of two dots", get("/cse-mn/../x", CBOR), 4000),
            ("an unsupported parameter", get("/cse-mn?rt=2", CBOR), 5001),
            ("a foreign body", write("POST", "/cse-mn", "text/plain", "x").with("Accept", CBOR), 4015),
            ("too long a body", write("POST", "/cse-mn/Cmeter", "application/cbor;ty=3", long.clone()), 4000),
        ] {
            let answer = connect(&node).exchange(&request.bytes()).expect(what);
            let text = content(&answer, code, CBOR);
            assert!(
                &*text.root == "m2m:dbg" && text.value.as_text().is_some_and(|t| !t.is_empty()),
                "{what}"
            );
        }
    }
}

// Shows ACC-9: both listeners refuse what is no content of CBOR with one code, and nothing comes of it.
#[test]
fn a_body_that_is_no_content_is_refused() {
    let node = node();
    let mut witness = node.as_originator("Cmeter");
    let mut seen = || {
        let below = witness.discover("cse-mn/Cmeter", FilterCriteria::default()).unwrap();
        (below.content, witness.retrieve("cse-mn/Cmeter").unwrap().content)
    };
    let before = seen();
    let container = |attributes: &[u8]| [b"\xa1\x67m2m:cnt", attributes].concat();
    let deep = |byte: u8, times: usize| container(&[&b"\xa1\x61a"[..], &vec![byte; times]].concat());
    let members: Vec<u8> = (0..200).flat_map(|n| format!("\x63{n:03}\0").into_bytes()).collect();
    for (what, body, place) in [
        ("JSON", br#"{"m2m:cnt":{}}"#.to_vec(), Some(0)),
        ("a list", b"\x80".to_vec(), Some(0)),
        ("no root", b"\xa0".to_vec(), Some(0)),
        ("two roots", b"\xa2\x67m2m:cnt\xa0\x67m2m:cin\xa0".to_vec(), Some(0)),
        ("a root without a prefix", b"\xa1\x63cnt\xa0".to_vec(), Some(1)),
        ("a root of bytes", b"\xa1\x47m2m:cnt\xa0".to_vec(), Some(1)),
        ("a name of bytes", container(b"\xa1\x42rn\x61a"), Some(10)),
        ("a text of bytes", container(b"\xa1\x62rn\x41a"), Some(13)),
        ("a name that is a number", container(b"\xa1\x01\x61a"), Some(10)),
        ("a name twice", container(b"\xa2\x62rn\x61a\x62rn\x61b"), Some(15)),
        ("a text in no encoding", container(b"\xa1\x62rn\x62\xff\xfe"), Some(13)),
        ("an integer beyond 64 bits", container(b"\xa1\x63mni\x1b\x80\0\0\0\0\0\0\0"), Some(14)),
        ("not a number", container(b"\xa1\x63mni\xf9\x7e\x00"), Some(14)),
        ("undefined", container(b"\xa1\x63mni\xf7"), Some(14)),
        ("a tag", container(b"\xa1\x63mni\xc1\x01"), Some(14)),
        ("a map of 2^60 members", container(b"\xbb\x10\0\0\0\0\0\0\0"), Some(9)),
        ("a list of 2^60 entries", container(b"\xa1\x63lbl\x9b\x10\0\0\0\0\0\0\0"), Some(14)),
        ("a text of 2^60 bytes", container(b"\xa1\x62rn\x7b\x10\0\0\0\0\0\0\0"), Some(13)),
        ("a truncated text", container(b"\xa1\x62rn\x65ab"), Some(13)),
        ("a list without an end", container(b"\xa1\x63lbl\x9f\x61a"), Some(17)),
        ("something behind it", container(b"\xa0\x00"), Some(10)),
        ("lists 100,000 deep", deep(0x81, 100_000), Some(42)),
        ("lists without an end all the way down", deep(0x9f, 100_000), Some(42)),
        ("too many members", container(&[b"\xbf", &members[..], b"\xff"].concat()), Some(650)),
        // From here on it is CBOR, and the resource type that objects.
        ("a list for a container", container(b"\x80"), None),
        ("an unknown attribute", container(b"\xa1\x63xyz\x01"), None),
        ("a number as text", container(b"\xa1\x63mni\x6210"), None),
        ("a float for an integer", container(b"\xa1\x63mni\xfa\x3f\x80\0\0"), None),
    ] {
        for (connect, proven) in LISTENERS.into_iter().zip([false, true]) {
            let request = write("POST", "/cse-mn/Cmeter", "application/cbor;ty=3", body.clone());
            let mut wire = connect(&node);
            let answer = wire.exchange(&request.bytes()).expect(what);
            // On the network nothing proves the originator, so what is well-formed ends at the gate.
            let code = if proven || place.is_some() { 4000 } else { 4103 };
            let text = content(&answer, code, CBOR);
            let text = text.value.as_text().expect("a text");
            let named = place.map(|byte| format!("(byte {byte})"));
            assert!(named.is_none_or(|place| text.ends_with(&place)), "{what}: {text}");
            assert!(text.len() < 256, "{what}: {text}");
            // The connection is as good as before.
            let again = wire.exchange(&get("/cse-mn/Cmeter/none", CBOR).bytes()).expect(what);
            assert!(content_from_cbor(&again.body).is_ok(), "{what}");
        }
        assert!(seen() == before, "{what} left something");
    }
    let good = write(
        "POST",
        "/cse-mn/Cmeter",
        "application/cbor;ty=3",
        container(b"\xbf\x62rn\x7f\x61a\x61b\xff\xff"),
    );
    content(&sent(&node, &good), 2001, CBOR);
    assert!(seen() != before);
    assert!(!node.stderr().contains("panicked"));
}

/// The same with every text written as a byte string of as many bytes, as the examples of TS-0004 8.5.2 have it. All
/// texts are shorter than 24 bytes, so a header is one byte, and no byte of a text is taken for a header.
fn in_byte_strings(cbor: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = cbor;
    while let Some((&header, after)) = rest.split_first() {
        let text = header & 0xe0 == 0x60;
        out.push(if text { header & !0x20 } else { header });
        let length = if text { usize::from(header & 0x1f) } else { 0 };
        let (held, after) = after.split_at(length);
        out.extend_from_slice(held);
        rest = after;
    }
    out
}

#[test]
fn byte_strings_are_texts_where_the_operator_says_so_and_rights_are_as_ever() {
    let made = |name: &str| {
        let body = in_byte_strings(&cbor(&format!(r#"{{"m2m:cnt":{{"rn":"{name}","lbl":["x"]}}}}"#)));
        write("POST", "/cse-mn/Cmeter", "application/cbor;ty=3", body)
    };
    let node = NodeProcess::with().set("http.cbor_byte_strings=true").start();
    assert!(node.stderr().contains("http.cbor_byte_strings is on"), "{}", node.stderr());
    drop(node.register("Cmeter"));
    drop(node.register("Cother"));
    content(&sent(&node, &made("old")), 2001, CBOR);
    assert_eq!(sent(&node, &made("other").set("X-M2M-Origin", "Cother")).rsc(), Some(4103));
    // It is stored, and told, as what it means.
    let told = content(&sent(&node, &get("/cse-mn/Cmeter/old", CBOR)), 2000, CBOR);
    assert_eq!(attribute(&told, "lbl"), Some(Value::texts(["x"])));
    // A name given in both ways is given twice.
    let twice = write(
        "POST",
        "/cse-mn/Cmeter",
        "application/cbor;ty=3",
        *b"\xa1\x47m2m:cnt\xa2\x42rn\x41a\x62rn\x41b",
    );
    content(&sent(&node, &twice), 4000, CBOR);
    let administrator = made("old").set("X-M2M-Origin", "CAdmin");
    let told = Wire::administration(&node).exchange(&administrator.bytes()).expect("an answer");
    assert_eq!(told.rsc(), Some(4000), "its own tools keep the rules");
    let administration = node.admin().retrieve("-/security/administration").expect("an answer");
    assert_eq!(
        attribute(&administration.content.expect("a content"), "cmt"),
        Some(Value::texts(["http.cbor_byte_strings"]))
    );

    let node = NodeProcess::start();
    drop(node.register("Cmeter"));
    let told = sent(&node, &made("old"));
    assert!(content(&told, 4000, CBOR).value.as_text().is_some_and(|text| text.contains("byte string")));
    content(&sent(&node, &create("/cse-mn/Cmeter", 3, r#"{"m2m:cnt":{"rn":"old"}}"#)), 2001, CBOR);
}
