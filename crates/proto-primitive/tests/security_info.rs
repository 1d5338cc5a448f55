//! Questions to authorization servers as they are written, and answers in every spelling that servers use (ACC-8).
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    reason = "a test ends where something is not as it should be"
)]

use std::time::Duration;

use csf_api::{Content, Object, Operation, ResourceType, UtcTime, Value};
use proptest::prelude::*;
use proto_primitive::{
    DasRequest, DasResponse, Lifetime, SecurityInfoError, content_from_json, content_to_json, value_to_json,
};

/// The same grant, as it stands in every answer below.
const RULES: &str = r#"{"acr":[{"acor":["CStranger"],"acop":2}]}"#;

fn read(json: &str) -> Result<DasResponse, SecurityInfoError> {
    DasResponse::read(&content_from_json(json.as_bytes()).unwrap())
}

/// An answer that grants what `policy` says.
fn granting(policy: &str) -> Result<DasResponse, SecurityInfoError> {
    read(&format!(r#"{{"m2m:seci":{{"sit":2,"dres":{{"dai":{policy}}}}}}}"#))
}

fn rules(json: &str) -> Result<String, SecurityInfoError> {
    let granted = granting(&format!(r#"{{"gp":{json}}}"#))?.granted.unwrap();
    Ok(String::from_utf8(value_to_json(&granted.rules)).unwrap())
}

fn question() -> DasRequest {
    DasRequest {
        originator: "//csf.example/id-mn/Creader".into(),
        target_type: ResourceType::CONTAINER,
        operation: Operation::Retrieve,
        target: "/id-mn/cnt-1".into(),
        address: None,
        roles: Vec::new(),
        time: None,
        lifetime: None,
        token_ids: Vec::new(),
    }
}

// Shows ACC-8.
#[test]
fn a_question_says_who_wants_what_of_which_resource_and_what_else_is_known() {
    let written = |question: DasRequest| String::from_utf8(content_to_json(&question.content())).unwrap();
    assert_eq!(
        written(question()),
        r#"{"m2m:seci":{"sit":1,"dreq":{"or":"//csf.example/id-mn/Creader","trt":3,"op":2,"trid":"/id-mn/cnt-1"}}}"#
    );
    let whole = DasRequest {
        address: Some("192.0.2.7".parse().unwrap()),
        roles: vec!["reader@csf.example".into()],
        time: Some(UtcTime::parse("20261124T120000").unwrap()),
        lifetime: Some("20301231T000000".into()),
        token_ids: vec!["t1@csf.example".into()],
        ..question()
    };
    assert!(written(whole.clone()).ends_with(
        r#""oip":{"ip4":"192.0.2.7"},"orid":["reader@csf.example"],"rts":"20261124T120000","ppl":"20301231T000000","tids":["t1@csf.example"]}}}"#
    ));
    let sixth = DasRequest { address: Some("2001:db8::1".parse().unwrap()), ..whole };
    assert!(written(sixth).contains(r#""oip":{"ip6":"2001:db8::1"}"#));
}

// Shows ACC-8.
#[test]
fn the_same_answer_is_read_in_every_spelling() {
    let until = Some(Lifetime::Until(UtcTime::parse("20300101T000000").unwrap()));
    for json in [
        r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["CStranger"],"acop":[2]}],"pl":"20300101T000000"}}}}"#,
        r#"{"m2m:seci":{"sit":2,"dres":{"dynamicACPInfo":{"grantedPrivileges":[{"accessControlOriginators":["CStranger"],"accessControlOperations":[2]}],"privilegesLifetime":"20300101T000000"}}}}"#,
        r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":{"acr":[{"acor":["CStranger"],"acop":2}]},"pl":"20300101T000000"}}}}"#,
        r#"{"m2m:seci":{"securityInfoType":2,"dasResponse":{"dynamicACPInfo":{"grantedPrivileges":{"accessControlRules":[{"accessControlOriginators":["CStranger"],"accessControlOperations":2}]},"privilegesLifetime":"20300101T000000"},"tokens":null,"authorSignReqInfo":null}}}"#,
        r#"{"m2m:seci":{"sit":2,"dreq":null,"eckm":[],"epo":[],"ero":null,"dres":{"tkns":[],"dai":{"gp":{"acr":[{"acor":["CStranger"],"acop":2}]},"pl":"20300101T000000"}}}}"#,
    ] {
        let answer = read(json).unwrap();
        let granted = answer.granted.unwrap();
        assert_eq!(value_to_json(&granted.rules), RULES.as_bytes(), "{json}");
        assert_eq!((granted.lifetime, answer.has_tokens), (until, false), "{json}");
    }
}

#[test]
fn a_lifetime_is_a_moment_or_milliseconds_from_now() {
    let of = |pl: &str| {
        granting(&format!(r#"{{"gp":{RULES},"pl":{pl}}}"#)).map(|answer| answer.granted.unwrap().lifetime)
    };
    let hour = Lifetime::For(Duration::from_secs(3600));
    assert_eq!(of("3600000"), Ok(Some(hour)));
    assert_eq!(of(r#""3600000""#), Ok(Some(hour)));
    assert_eq!(of("null"), Ok(None));
    assert_eq!(granting(&format!(r#"{{"gp":{RULES}}}"#)).unwrap().granted.unwrap().lifetime, None);
    for wrong in
        ["-1", "1.5", "true", r#""""#, r#""-5""#, r#""soon""#, r#""20301301T000000""#, r#"["3600000"]"#]
    {
        assert_eq!(of(wrong), Err(SecurityInfoError::Member("pl")), "{wrong}");
    }
}

#[test]
fn conditions_keep_their_meaning_under_long_names() {
    let long = r#"[{"accessControlOriginators":["all"],"accessControlOperations":2,"accessControlAuthenticationFlag":true,
        "accessControlContexts":[{"accessControlWindow":["* * * * * * *"],
            "accessControlIpAddresses":{"ipv4Addresses":["192.0.2.0/24"],"ipv6Addresses":["2001:db8::/32"]},
            "accessControlLocationRegion":{"countryCode":["ES"]}},
            {"accessControlUserIDs":["u"],"accessControlEvalCriteria":{},"accessControlLimit":1,
             "accessControlLocationRegion":{"circRegion":[1.5,2.5,3]}}],
        "accessControlObjectDetails":[{"resourceType":3,"specializationType":"x","childResourceType":[4]}],
        "accessControlAttributes":["lbl"]}]"#;
    let short = r#"{"acr":[{"acor":["all"],"acop":2,"acaf":true,"acco":[{"actw":["* * * * * * *"],"acip":{"ipv4":["192.0.2.0/24"],"ipv6":["2001:db8::/32"]},"aclr":{"accc":["ES"]}},{"acui":["u"],"acec":{},"acl":1,"aclr":{"accr":[1.5,2.5,3]}}],"acod":[{"ty":3,"spty":"x","chty":[4]}],"aca":["lbl"]}]}"#;
    assert_eq!(rules(long).unwrap(), short);
    // What is known to nobody stays, for access control to find: there it disables the rule.
    let unknown = r#"{"acr":[{"acor":["all"],"acop":2,"onlyOnSundays":true}]}"#;
    assert_eq!(rules(unknown).unwrap(), unknown);
}

// Shows ACC-9.
#[test]
fn a_list_of_operations_is_read_only_where_it_can_mean_one_thing() {
    let acop = |list: &str| rules(&format!(r#"[{{"acor":["all"],"acop":{list}}}]"#));
    for (list, mask) in [("[1]", 1), ("[2]", 2), ("[8]", 8), ("[34]", 34), ("[63]", 63)] {
        assert_eq!(acop(list).unwrap(), format!(r#"{{"acr":[{{"acor":["all"],"acop":{mask}}}]}}"#));
    }
    // 3 is CREATE with RETRIEVE, or UPDATE; 4 is UPDATE, or DELETE; 5 is CREATE with UPDATE, or NOTIFY.
    for list in ["[3]", "[4]", "[5]", "[1,2]", "[2,2]"] {
        assert_eq!(acop(list), Err(SecurityInfoError::Ambiguous), "{list}");
    }
    for list in ["[]", r#"["2"]"#, "[null]", "[[2]]"] {
        assert_eq!(acop(list), Err(SecurityInfoError::Member("acop")), "{list}");
    }
}

// Shows ACC-9.
#[test]
fn what_is_no_clear_answer_is_an_error() {
    use SecurityInfoError::{Kind, Member, Root, Twice, Unknown};
    let dai = format!(r#"{{"gp":{RULES}}}"#);
    for (json, error) in [
        (format!(r#"{{"m2m:sgn":{{"sit":2,"dres":{{"dai":{dai}}}}}}}"#), Root),
        (r#"{"m2m:seci":[2]}"#.to_owned(), Root),
        (format!(r#"{{"m2m:seci":{{"dres":{{"dai":{dai}}}}}}}"#), Kind),
        (format!(r#"{{"m2m:seci":{{"sit":1,"dres":{{"dai":{dai}}}}}}}"#), Kind),
        (format!(r#"{{"m2m:seci":{{"sit":"2","dres":{{"dai":{dai}}}}}}}"#), Kind),
        (format!(r#"{{"m2m:seci":{{"sit":2,"dreq":{{}},"dres":{{"dai":{dai}}}}}}}"#), Kind),
        (format!(r#"{{"m2m:seci":{{"sit":2,"securityInfoType":2,"dres":{{"dai":{dai}}}}}}}"#), Twice("sit")),
        (format!(r#"{{"m2m:seci":{{"sit":2,"if":"sunday","dres":{{"dai":{dai}}}}}}}"#), Unknown),
        (format!(r#"{{"m2m:seci":{{"sit":2,"dres":{{"dai":{dai},"if":"sunday"}}}}}}"#), Unknown),
        (r#"{"m2m:seci":{"sit":2}}"#.to_owned(), Member("dres")),
        (r#"{"m2m:seci":{"sit":2,"dres":null}}"#.to_owned(), Member("dres")),
        (r#"{"m2m:seci":{"sit":2,"dres":"yes"}}"#.to_owned(), Member("dres")),
        (r#"{"m2m:seci":{"sit":2,"dres":{"dai":true}}}"#.to_owned(), Member("dai")),
        (r#"{"m2m:seci":{"sit":2,"dres":{"tkns":"a.b.c"}}}"#.to_owned(), Member("tkns")),
        (r#"{"m2m:seci":{"sit":2,"dres":{"asri":"yes"}}}"#.to_owned(), Member("asri")),
        (
            format!(r#"{{"m2m:seci":{{"sit":2,"dres":{{"dai":{dai},"dynamicACPInfo":{dai}}}}}}}"#),
            Twice("dai"),
        ),
    ] {
        assert_eq!(read(&json), Err(error), "{json}");
    }
    let twice = r#"{"gp":{"acr":[]},"grantedPrivileges":{"acr":[]}}"#;
    assert_eq!(granting(twice), Err(Twice("gp")));
    assert_eq!(granting(&format!(r#"{{"gp":{RULES},"unless":"x"}}"#)), Err(Unknown));
    for (gp, error) in [
        (r#""all""#, Member("gp")),
        ("{}", Member("gp")),
        (r#"{"acr":{"acor":["all"],"acop":2}}"#, Member("gp")),
        (r#"{"acr":[],"unless":[1]}"#, Member("gp")),
        (r#"{"rules":[1]}"#, Unknown),
        ("[2]", Member("gp")),
        (r#"[{"acor":["all"],"accessControlOriginators":["all"],"acop":2}]"#, Twice("acor")),
        (
            r#"[{"acor":["all"],"acop":2,"acco":[{"acip":{"ipv4":["x"],"ipv4Addresses":["y"]}}]}]"#,
            Twice("ipv4"),
        ),
    ] {
        assert_eq!(rules(gp), Err(error), "{gp}");
    }
}

#[test]
fn an_answer_may_grant_nothing_and_say_so() {
    for nothing in
        ["{}", r#"{"dai":null}"#, r#"{"dai":{}}"#, r#"{"dai":{"gp":[]}}"#, r#"{"dai":{"gp":null}}"#]
    {
        let answer = read(&format!(r#"{{"m2m:seci":{{"sit":2,"dres":{nothing}}}}}"#)).unwrap();
        assert_eq!((answer.granted, answer.has_tokens), (None, false), "{nothing}");
    }
    let tokens = read(r#"{"m2m:seci":{"sit":2,"dres":{"tkns":["a.b.c"]}}}"#).unwrap();
    assert_eq!((tokens.granted, tokens.has_tokens), (None, true));
}

/// Values of every kind, with members that mean something to an answer.
fn anything() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "sit",
        "dres",
        "dai",
        "dynamicACPInfo",
        "gp",
        "grantedPrivileges",
        "acr",
        "acor",
        "acop",
        "acco",
        "pl",
        "tkns",
        "asri",
        "dreq",
        "accessControlOperations",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-1_i64..70).prop_map(Value::Integer),
        Just(Value::Float(1.5)),
        prop::sample::select(vec!["", "all", "20300101T000000", "3600000", "a.b.c"]).prop_map(Value::text),
    ];
    leaf.prop_recursive(6, 48, 5, move |inner| {
        let members = prop::collection::vec((names.clone(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::List),
            members.prop_map(|members| {
                Value::Object(members.into_iter().fold(Object::new(), |o, (name, value)| o.with(name, value)))
            }),
        ]
    })
}

/// Whether a value has no long name and no list for `acop` left anywhere.
fn is_short(value: &Value) -> bool {
    match value {
        Value::List(list) => list.iter().all(is_short),
        Value::Object(object) => {
            object.iter().all(|(name, value)| name != "accessControlOperations" && is_short(value))
        }
        _ => true,
    }
}

proptest! {
    // Shows ACC-9.
    #[test]
    fn whatever_comes_is_an_error_or_rules_in_one_spelling(dai in anything(), whole in anything()) {
        let answer = |dres| {
            let info = Object::new().with("sit", Value::Integer(2)).with("dres", dres);
            DasResponse::read(&Content::new("m2m:seci", Value::Object(info)))
        };
        let granting = Value::Object(Object::new().with("dai", dai));
        for read in [answer(granting), answer(whole.clone()), DasResponse::read(&Content::new("m2m:seci", whole))] {
            let Ok(DasResponse { granted: Some(granted), .. }) = read else { continue };
            let rules = granted.rules.as_object().and_then(|set| set.get("acr")).and_then(Value::as_list);
            for rule in rules.unwrap() {
                let acop = rule.as_object().unwrap().get("acop");
                prop_assert!(acop.is_none_or(|acop| acop.as_list().is_none()));
                prop_assert!(is_short(rule));
            }
        }
    }
}
