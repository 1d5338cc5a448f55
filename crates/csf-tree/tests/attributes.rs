//! Every attribute of every type: given where it must not be, missing where it must be, of the wrong kind.

use csf_api::{Object, Status, Value};
use csf_tree::schema::{self, Attribute, Kind, Presence, Problem, Schema, check_create, check_update};

/// A value of the right kind.
fn right(attribute: &Attribute) -> Value {
    match (attribute.name, attribute.kind) {
        ("cr", _) => Value::Null,
        (_, Kind::Any | Kind::Text | Kind::LongText | Kind::Octets) => Value::text("x"),
        (_, Kind::Bool) => Value::Bool(true),
        (_, Kind::Integer(least)) => Value::Integer(least),
        (_, Kind::Number) => Value::Float(1.5),
        (_, Kind::Name) => Value::text("name"),
        (_, Kind::Object) => Value::Object(Object::new()),
        (_, Kind::Texts | Kind::Tokens) => Value::texts(["x"]),
        (_, Kind::Serializations) => Value::texts(["json", "application/cbor"]),
        (_, Kind::ContentInfo) => Value::text("text/plain:0"),
        (_, Kind::Between(least, _)) => Value::Integer(least),
        (_, Kind::SecurityUsages) => Value::List(vec![Value::Integer(42)]),
        (_, Kind::Time) => Value::text("20301231T235959"),
    }
}

/// Values of wrong kinds.
fn wrong(attribute: &Attribute) -> Vec<Value> {
    let mut all = vec![
        Value::Bool(false),
        Value::Integer(-1),
        Value::Float(1.5),
        Value::text("not/a name"),
        Value::List(vec![Value::Integer(1)]),
        Value::Object(Object::new()),
    ];
    all.retain(|value| {
        !matches!(
            (attribute.kind, value),
            (Kind::Any, _)
                | (Kind::Bool, Value::Bool(_))
                | (Kind::Object, Value::Object(_))
                | (Kind::Text | Kind::LongText | Kind::Octets, Value::Text(_))
                | (Kind::Number, Value::Integer(_) | Value::Float(_))
        )
    });
    all
}

/// A body that the type accepts.
fn acceptable(schema: &Schema) -> Object {
    let mandatory = schema.all_attributes().filter(|a| a.create == Presence::Mandatory);
    mandatory.fold(Object::new(), |body, a| body.with(a.name, right(a)))
}

#[test]
fn a_create_with_what_is_mandatory_is_accepted_and_without_any_of_it_refused() {
    for schema in schema::ALL {
        let body = acceptable(schema);
        assert_eq!(check_create(schema, &body), Ok(()), "{}", schema.name);
        for attribute in schema.all_attributes().filter(|a| a.create == Presence::Mandatory) {
            let mut body = body.clone();
            body.remove(attribute.name);
            let error = check_create(schema, &body).expect_err(attribute.name);
            assert_eq!((error.problem, error.status()), (Problem::Missing, Status::BadRequest));
        }
    }
}

#[test]
fn read_only_attributes_are_refused_in_create_and_update() {
    for schema in schema::ALL {
        for attribute in schema.all_attributes() {
            let one = Object::new().with(attribute.name, right(attribute));
            if attribute.create == Presence::Forbidden {
                let body = acceptable(schema).with(attribute.name, right(attribute));
                assert_eq!(check_create(schema, &body).expect_err(attribute.name).problem, Problem::ReadOnly);
            }
            let update = check_update(schema, &one);
            if attribute.update == Presence::Forbidden {
                assert_eq!(update.expect_err(attribute.name).problem, Problem::ReadOnly);
            } else {
                assert_eq!(update, Ok(()), "{} {}", schema.name, attribute.name);
            }
        }
    }
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    for schema in schema::ALL {
        for attribute in schema.all_attributes().filter(|a| a.create != Presence::Forbidden) {
            for value in wrong(attribute) {
                let body = acceptable(schema).with(attribute.name, value.clone());
                let error = check_create(schema, &body).expect_err(attribute.name);
                assert_eq!(error.status(), Status::BadRequest);
                assert!(matches!(error.problem, Problem::Kind(..)), "{} {value:?}", attribute.name);
            }
        }
    }
}

#[test]
fn null_deletes_what_is_optional_and_nothing_else() {
    for schema in schema::ALL {
        for attribute in schema.all_attributes().filter(|a| a.update != Presence::Forbidden) {
            let outcome = check_update(schema, &Object::new().with(attribute.name, Value::Null));
            assert_eq!(outcome.is_ok(), attribute.create == Presence::Optional, "{}", attribute.name);
        }
    }
}

#[test]
fn unknown_attributes_are_bad_requests_and_unsupported_ones_not_implemented() {
    for schema in schema::ALL {
        let unknown = acceptable(schema).with("nonsense", Value::Integer(1));
        assert_eq!(check_create(schema, &unknown).expect_err("unknown").status(), Status::BadRequest);
        for name in schema.unsupported {
            let body = acceptable(schema).with(name, Value::Integer(1));
            assert_eq!(
                check_create(schema, &body).expect_err(name).status(),
                Status::NotImplemented,
                "{name}"
            );
        }
    }
}

#[test]
fn long_texts_lists_and_names_are_bounded() {
    let long = Value::text(&"x".repeat(5000));
    let error = check_create(&schema::CONTAINER, &Object::new().with("or", long)).expect_err("too long");
    assert_eq!(error.problem, Problem::TooLarge);
    let many = Value::List(vec![Value::text("x"); 300]);
    let error = check_create(&schema::CONTAINER, &Object::new().with("lbl", many)).expect_err("too many");
    assert_eq!(error.problem, Problem::TooLarge);
    let absurd = "n".repeat(100_000);
    let error =
        check_create(&schema::CONTAINER, &Object::new().with(&absurd, Value::Null)).expect_err("unknown");
    assert!(error.to_string().len() < 100);
}

#[test]
fn texts_of_a_form_are_held_against_it() {
    let cin = |value: Value| {
        check_create(
            &schema::CONTENT_INSTANCE,
            &Object::new().with("con", Value::text("x")).with("cnf", value),
        )
    };
    for info in ["text/plain:0", "application/json:1", "application/jose:0:1", "text/x-plain:2:5"] {
        assert_eq!(cin(Value::text(info)), Ok(()), "{info}");
    }
    for info in [
        "",
        "text",
        "text:0",
        "text/plain",
        "text/plain:3",
        "text/plain:0:6",
        "text/plain:0:0:0",
        "/plain:0",
        "a/b/c:0",
        "text/ plain:0",
        "text/plain:",
    ] {
        assert!(cin(Value::text(info)).is_err(), "{info}");
    }
    let update = |name: &str, value: Value| check_update(&schema::AE, &Object::new().with(name, value));
    for labels in [vec!["a"], vec!["key:a value", "b"]] {
        assert_eq!(update("lbl", Value::texts(labels.iter().copied())), Ok(()), "{labels:?}");
    }
    for labels in
        [vec![], vec![""], vec!["two  blanks"], vec![" before"], vec!["after "], vec!["line\nbreak"]]
    {
        assert!(update("lbl", Value::texts(labels.iter().copied())).is_err(), "{labels:?}");
    }
    assert_eq!(update("csz", Value::texts(["json", "application/xml"])), Ok(()));
    for list in [vec![], vec!["yaml"], vec!["text/json"], vec!["json", ""]] {
        assert!(update("csz", Value::texts(list.iter().copied())).is_err(), "{list:?}");
    }
}
