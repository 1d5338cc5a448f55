//! The examples of RFC 7515, RFC 7520 and RFC 8037, each with twins that differ in one bit and fail (ACC-8).

use base64ct::{Base64UrlUnpadded, Encoding};
use proto_object::{
    Header, Jwe, Jws, KeyManagement, Protection, SignatureAlgorithm, Unopened, seal_with, sign_with,
};

use crate::keys::{Key, Under, now};

const A_1: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const A_3: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const RFC_8037: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
const C_4_4: &str = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0";
const C_5_6: &str = "eyJhbGciOiJkaXIiLCJraWQiOiI3N2M3ZTJiOC02ZTEzLTQ1Y2YtODY3Mi02MTdiNWI0NTI0M2EiLCJlbmMiOiJBMTI4R0NNIn0..refa467QzzKx6QAB.JW_i_f52hww_ELQPGaYyeAB6HYGcR559l9TYnSovc23XJoBcW29rHP8yZOZG7YhLpT1bjFuvZPjQS-m0IFtVcXkZXdH_lr_FrdYt9HRUYkshtrMmIUAyGmUnd9zMDB2n0cRDIHAzFVeJUDxkUwVAE7_YGRPdcqMyiBoCO-FBdE-Nceb4h3-FtBP-c_BIwCPTjb9o0SbdcdREEMJMyZBH8ySWMVi1gPD9yxi-aQpGbSv_F9N4IZAxscj5g-NJsUPbjk29-s7LJAGb15wEBtXphVCgyy53CoIKLHHeJHXex45Uz9aKZSRSInZI-wjsY0yu3cT4_aQ3i1o-tiE-F8Ios61EKgyIQ4CWao8PFMj8TTnp.vbb32Xvllea2OtmHAdccRQ";
const C_5_8_HEADER: &str =
    "eyJhbGciOiJBMTI4S1ciLCJraWQiOiI4MWIyMDk2NS04MzMyLTQzZDktYTQ2OC04MjE2MGFkOTFhYzgiLCJlbmMiOiJBMTI4R0NNIn0";

fn bytes(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).expect("base64url")
}

fn examples() -> Vec<(&'static str, Key, Vec<u8>)> {
    let joe = b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}".to_vec();
    let a_1 = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let point = [
        vec![4],
        bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
        bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
    ]
    .concat();
    let p256 = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).expect("a point");
    let ed25519: [u8; 32] = bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").try_into().expect("32");
    let ed25519 = ed25519_dalek::VerifyingKey::from_bytes(&ed25519).expect("a point");
    let hs256 = |key| Key::Hmac(SignatureAlgorithm::Hs256, bytes(key));
    let business = "It\u{2019}s a dangerous business, Frodo, going out your door. You step onto the road, and if \
                    you don't keep your feet, there\u{2019}s no knowing where you might be swept off to.";
    vec![
        (A_1, hs256(a_1), joe.clone()),
        (A_3, Key::PublicP256(Box::new(p256)), joe),
        (RFC_8037, Key::PublicEd25519(Box::new(ed25519)), b"Example of Ed25519 signing".to_vec()),
        (C_4_4, hs256("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"), business.as_bytes().to_vec()),
    ]
}

const TRUST: &str = "You can trust us to stick with you through thick and thin\u{2013}to the bitter end. And you can \
                     trust us to keep any secret of yours\u{2013}closer than you keep it yourself. But you cannot \
                     trust us to let you face trouble alone, and go off without a word. We are your friends, Frodo.";

fn direct() -> Key {
    Key::Gcm(bytes("XctOhJAkA-pD9Lh7ZgW_2A"))
}

#[test]
fn the_examples_of_signatures_are_right() {
    for (text, key, payload) in examples() {
        let verified = now(Jws::parse(text).expect("well formed").verified_by(&key)).expect("authentic");
        assert_eq!(verified.payload(), payload, "{text}");
    }
}

/// One bit of any byte of any part: it is no longer read, or no longer authentic.
#[test]
fn one_bit_anywhere_ends_a_signature() {
    for (text, key, _) in examples() {
        let parts: Vec<Vec<u8>> = text.split('.').map(bytes).collect();
        for part in 0..parts.len() {
            for at in 0..parts[part].len() {
                let mut twin = parts.clone();
                twin[part][at] ^= 1 << (at % 8);
                let twin: Vec<String> = twin.iter().map(|p| Base64UrlUnpadded::encode_string(p)).collect();
                let twin = twin.join(".");
                if let Ok(jws) = Jws::parse(&twin) {
                    let answer = now(jws.verified_by(&key)).err().expect("not the example");
                    assert!(matches!(answer, Unopened::NotAuthentic | Unopened::Operation(_)), "{part}:{at}");
                }
            }
        }
    }
}

#[test]
fn the_example_of_a_code_is_made_again() {
    let header = Header::new(Protection::Signed(SignatureAlgorithm::Hs256))
        .with_key_id("018c0ae5-4d9b-471b-bfd6-eef314bc7037");
    let (text, key, payload) = examples().pop().expect("an example");
    assert_eq!(now(sign_with(&header, &payload, &key)).as_deref(), Ok(text));
}

#[test]
fn the_example_of_encryption_opens_and_is_made_again() {
    let jwe = Jwe::parse(C_5_6).expect("well formed");
    let header = jwe.header().clone();
    let opened = now(jwe.opened_by(&direct())).expect("authentic");
    assert_eq!(opened.plaintext(), TRUST.as_bytes());
    let iv = bytes("refa467QzzKx6QAB").try_into().expect("12");
    assert_eq!(now(seal_with(&header, TRUST.as_bytes(), &Under(&direct(), iv))).as_deref(), Ok(C_5_6));
}

#[test]
fn one_bit_anywhere_ends_an_encryption() {
    let parts: Vec<Vec<u8>> = C_5_6.split('.').map(bytes).collect();
    for part in 0..parts.len() {
        for at in 0..parts[part].len() {
            let mut twin = parts.clone();
            twin[part][at] ^= 1 << (at % 8);
            let twin: Vec<String> = twin.iter().map(|p| Base64UrlUnpadded::encode_string(p)).collect();
            if let Ok(jwe) = Jwe::parse(&twin.join(".")) {
                assert!(now(jwe.opened_by(&direct())).is_err(), "{part}:{at}");
            }
        }
    }
}

/// RFC 7520 5.8: a wrapped key is handed to whoever has the other one, and has the one length that it can have.
#[test]
fn a_wrapped_key_is_read_with_its_length() {
    let rest = "Qx0pmsDa8KnJc9Jo.AwliP-KmWgsZ37Bv.ER7MWJZ1FBI_NKvn7Zb1Lw";
    let with = |key: &str| format!("{C_5_8_HEADER}.{key}.{rest}");
    let text = with("CBI6oDw8MydIx1IBntf_lQcw2MmJKIQx");
    let (management, _) = Jwe::parse(&text).expect("well formed").algorithms();
    assert_eq!(management, KeyManagement::A128Kw);
    for key in ["", "CBI6oDw8MydIx1IBntf_lQcw2MmJKIQ", "CBI6oDw8MydIx1IBntf_lQcw2MmJKIQxAA"] {
        assert!(Jwe::parse(&with(key)).is_err(), "{key}");
    }
}
