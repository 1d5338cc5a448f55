//! What is no object, and what is none here (ACC-8): each refusal beside what is read.

use base64ct::{Base64UrlUnpadded, Encoding};
use proto_object::{
    Claims, Header, Jwe, Jws, MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES, MAX_TOKEN_BYTES, ObjectError, Protection,
    SignatureAlgorithm, Token, TokenClass, sign_with,
};

use crate::keys::{Key, now};

fn encoded(text: &str) -> String {
    Base64UrlUnpadded::encode_string(text.as_bytes())
}

/// A JWS with this header and nobody's signature.
fn jws(header: &str) -> String {
    format!("{}.{}.{}", encoded(header), encoded("{}"), "A".repeat(86))
}

/// A JWE with this header and nobody's content.
fn jwe(header: &str) -> String {
    format!("{}..{}.{}.{}", encoded(header), "A".repeat(16), "AAAA", "A".repeat(22))
}

fn of_jws(header: &str) -> Option<ObjectError> {
    Jws::parse(&jws(header)).err()
}

fn of_jwe(header: &str) -> Option<ObjectError> {
    Jwe::parse(&jwe(header)).err()
}

#[test]
fn a_header_says_what_it_must_and_nothing_that_it_must_not() {
    assert_eq!(
        of_jws(r#"{"alg":"ES256","jwk":{"kty":"EC"},"x":[1]}"#),
        None,
        "others are kept, never believed"
    );
    for (header, error) in [
        (r#"{"alg":"none"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":"None"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":"es256"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":"RS256"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":""}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":null}"#, ObjectError::Member("alg")),
        (r#"{"alg":["ES256"]}"#, ObjectError::Member("alg")),
        (r#"{"typ":"JWT"}"#, ObjectError::Member("alg")),
        (r#"{"alg":"ES256","alg":"none"}"#, ObjectError::Header),
        (r#"{"alg":"ES256","kid":"a","kid":"b"}"#, ObjectError::Header),
        (r#"["ES256"]"#, ObjectError::Header),
        ("ES256", ObjectError::Header),
        (r#"{"alg":"ES256","crit":["exp"],"exp":1}"#, ObjectError::Forbidden("crit")),
        (r#"{"alg":"ES256","crit":[]}"#, ObjectError::Forbidden("crit")),
        (r#"{"alg":"ES256","b64":false}"#, ObjectError::Forbidden("b64")),
        (r#"{"alg":"ES256","zip":"DEF"}"#, ObjectError::Forbidden("zip")),
        (r#"{"alg":"ES256","kid":7}"#, ObjectError::Member("kid")),
        (r#"{"alg":"ES256","kid":""}"#, ObjectError::Member("kid")),
        (r#"{"alg":"ES256","typ":null}"#, ObjectError::Member("typ")),
        (r#"{"alg":"dir","enc":"A128GCM"}"#, ObjectError::Forbidden("enc")),
    ] {
        assert_eq!(of_jws(header), Some(error), "{header}");
    }
    let long = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, "k".repeat(257));
    assert_eq!(of_jws(&long), Some(ObjectError::Member("kid")));
    let huge = format!(r#"{{"alg":"ES256","x":"{}"}}"#, "x".repeat(MAX_HEADER_BYTES));
    assert_eq!(of_jws(&huge), Some(ObjectError::TooLong));
    let deep = format!(r#"{{"alg":"ES256","x":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    assert_eq!(of_jws(&deep), Some(ObjectError::Header));
}

/// The examples of RFC 7516 use algorithms that ESData does not list: RSAES, and CBC with HMAC.
#[test]
fn an_encryption_is_one_that_is_listed() {
    assert_eq!(of_jwe(r#"{"alg":"dir","enc":"A256GCM"}"#), None);
    assert_eq!(of_jwe(r#"{"alg":"dir","enc":"A192GCM"}"#), None);
    for (header, error) in [
        (r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":"RSA1_5","enc":"A128CBC-HS256"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":"A128KW","enc":"A128CBC-HS256"}"#, ObjectError::Algorithm("enc")),
        (r#"{"alg":"ECDH-ES+A128KW","enc":"A128GCM"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":"dir"}"#, ObjectError::Algorithm("alg")),
        (r#"{"alg":"dir","enc":1}"#, ObjectError::Member("enc")),
        (r#"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#, ObjectError::Forbidden("zip")),
        (r#"{"alg":"dir","enc":"A256GCM","crit":["x"]}"#, ObjectError::Forbidden("crit")),
        (r#"{"alg":"A128KW","enc":"A128GCM"}"#, ObjectError::Length("encrypted key")),
    ] {
        assert_eq!(of_jwe(header), Some(error), "{header}");
    }
    assert_eq!(of_jwe(r#"{"alg":"ES256"}"#), Some(ObjectError::Member("enc")));
}

#[test]
fn an_object_has_its_parts_and_its_lengths() {
    let header = encoded(r#"{"alg":"ES256"}"#);
    let signature = "A".repeat(86);
    let good = format!("{header}.e30.{signature}");
    assert!(Jws::parse(&good).is_ok());
    for bad in [
        String::new(),
        "..".into(),
        header.clone(),
        format!("{header}.e30"),
        format!("{header}.e30."),
        format!(".e30.{signature}"),
        format!("{good}."),
        format!("{good}.x"),
        format!("{header}.e30.{}", &signature[1..]),
        format!("{header}.e30.{signature}A"),
        format!("{header}.e30.{}B", &signature[1..]),
        format!("{header}.e3=.{signature}"),
        format!("{header}=.e30.{signature}"),
        format!(" {good}"),
        format!("{good}\n"),
    ] {
        assert!(Jws::parse(&bad).is_err(), "{bad}");
        assert!(Token::parse(&bad).is_err(), "{bad}");
    }
    let long = format!("{header}.{}.{signature}", "A".repeat(MAX_PAYLOAD_BYTES * 2));
    assert_eq!(Jws::parse(&long).err(), Some(ObjectError::TooLong));
    assert_eq!(Token::parse(&"A".repeat(MAX_TOKEN_BYTES + 1)).err(), Some(ObjectError::TooLong));
}

/// TS-0003 7.3.2.6: `typ` is JWT in every header, and `cty` is there in the outer header of a nested token alone.
#[test]
fn a_token_says_that_it_is_one() {
    let class = |text: &str| Token::parse(text).map(|token| token.class());
    assert_eq!(class(&jws(r#"{"alg":"ES256","typ":"JWT"}"#)), Ok(TokenClass::Signed));
    assert_eq!(class(&jwe(r#"{"alg":"dir","enc":"A256GCM","typ":"JWT"}"#)), Ok(TokenClass::Encrypted));
    assert_eq!(
        class(&jwe(r#"{"alg":"dir","enc":"A256GCM","typ":"JWT","cty":"JWT"}"#)),
        Ok(TokenClass::Nested)
    );
    let typ = Err(ObjectError::Member("typ"));
    assert_eq!(class(&jws(r#"{"alg":"ES256"}"#)), typ);
    assert_eq!(class(&jws(r#"{"alg":"ES256","typ":"jwt"}"#)), typ);
    assert_eq!(class(&jws(r#"{"alg":"ES256","typ":"at+jwt"}"#)), typ);
    assert_eq!(class(&jwe(r#"{"alg":"dir","enc":"A256GCM"}"#)), typ);
    let cty = Err(ObjectError::Member("cty"));
    assert_eq!(class(&jws(r#"{"alg":"ES256","typ":"JWT","cty":"JWT"}"#)), cty);
    assert_eq!(class(&jwe(r#"{"alg":"dir","enc":"A256GCM","typ":"JWT","cty":"json"}"#)), cty);
    let unsecured = format!("{}.{}.", encoded(r#"{"alg":"none","typ":"JWT"}"#), encoded("{}"));
    assert!(class(&unsecured).is_err());
}

#[test]
fn claims_are_an_object_with_each_name_once() {
    let key = Key::p256(7);
    let header = Header::new(Protection::Signed(SignatureAlgorithm::Es256)).with_type("JWT");
    let claims = |payload: &str| {
        let text = now(sign_with(&header, payload.as_bytes(), &key)).expect("made");
        now(Jws::parse(&text).expect("read").verified_by(&key)).expect("authentic").claims()
    };
    assert!(claims(r#"{"iss":"/id-in/Cas"}"#).is_ok());
    for payload in
        [r#"{"iss":"a","iss":"b"}"#, "[]", "", "{", "{}{}", "\"x\"", r#"{"exp":99999999999999999999}"#]
    {
        assert_eq!(claims(payload).err(), Some(ObjectError::Claims), "{payload}");
    }
}
