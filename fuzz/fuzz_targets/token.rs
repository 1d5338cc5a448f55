//! Tokens: what is read says one protection that is listed, and no other text of the same parts is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proto_object::{MAX_TOKEN_BYTES, Protection, Token, TokenClass};

fuzz_target!(|text: &str| {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let Ok(token) = Token::parse(text) else { return };
    assert!(text.len() <= MAX_TOKEN_BYTES);
    let class = token.class();
    let header = match &token {
        Token::Signed(jws) => jws.header(),
        Token::Encrypted(jwe) => jwe.header(),
    };
    assert_eq!(header.object_type(), Some("JWT"));
    assert_eq!(header.content_type().is_some(), class == TokenClass::Nested);
    assert_eq!(matches!(header.protection(), Protection::Signed(_)), class == TokenClass::Signed);
    for name in ["zip", "crit", "b64"] {
        assert!(header.member(name).is_none(), "{name} was read");
    }
    assert!(Token::parse(&format!("{text}=")).is_err(), "padding was read");
});
