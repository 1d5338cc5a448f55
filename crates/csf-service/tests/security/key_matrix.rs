//! The whole table: a key of every algorithm for every single use, and everything that can be asked of a key. It does
//! what it was made for, for its owner, and nothing else.

use csf_api::{Object, Response, Value};
use csf_transport::{
    CipherAlgorithm, DerivationAlgorithm, KeyAlgorithm, KeyUse, MacAlgorithm, SignatureAlgorithm,
    WrapAlgorithm,
};
use support::lab::{Asker, Draft, Lab, Reading, credential, hmac_key, on_every_storage};

use crate::kit::{MESSAGE, STORAGE, b64, ciphered, keyed, octets, request, token_input};

/// How a key is asked for something, by its address.
type Ask = Box<dyn Fn(&Asker<'_>, &str) -> Response>;

/// Something that can be asked of a key.
struct Act {
    what: String,
    /// For which use a key must be made.
    needs: KeyUse,
    /// Of which algorithm it must be: one of these.
    of: Vec<KeyAlgorithm>,
    /// What comes of it with such a key. Made-up ciphertexts and wrapped keys are judged, and found false.
    gives: Given,
    ask: Ask,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Given {
    Done,
    Made,
    FoundFalse,
}

impl Given {
    fn is(self, answer: &Response) -> bool {
        match self {
            Self::Done => answer.code() == 2004,
            Self::Made => answer.code() == 2001,
            Self::FoundFalse => {
                answer.code() == 4000 && answer.error_text() == "what was to be opened is not authentic"
            }
        }
    }
}

/// Whether the answer says that the key is not for this.
fn is_unfit(answer: &Response) -> bool {
    let texts = [
        "the key was not made for this use",
        "the key is of another algorithm",
        "a key of this algorithm makes no signatures",
        "a key of this algorithm signs no tokens",
        "the key of 'kInf' is not one for 'authenticate' alone",
    ];
    answer.code() == 4000 && texts.contains(&answer.error_text())
}

fn at(name: &str) -> String {
    format!("{STORAGE}/{name}")
}

fn invoking(function: &'static str, input: impl Fn(&str) -> Object + 'static) -> Ask {
    Box::new(move |asker, key| asker.invoke(function, input(key)))
}

/// Makes an object, and removes it where it was made.
fn creating(to: &'static str, name: &'static str, draft: impl Fn(&str) -> Draft + 'static) -> Ask {
    Box::new(move |asker, key| {
        let answer = asker.create(to, draft(key));
        assert_eq!(
            asker.delete(&format!("{to}/{name}")).code(),
            if answer.code() == 2001 { 2002 } else { 4004 }
        );
        answer
    })
}

fn with(name: &'static str, value: Option<Value>, input: Object) -> Object {
    match value {
        Some(value) => input.with(name, value),
        None => input,
    }
}

/// Codes and signatures: made, checked, and for codes in parts.
fn by_functions(acts: &mut Vec<Act>) {
    for mac in MacAlgorithm::ALL.iter().copied() {
        for (given, needs) in [(false, KeyUse::Mac), (true, KeyUse::MacVerify)] {
            let code = move || given.then(|| b64(&vec![0; mac.code_bytes()]));
            let whole =
                move |key: &str| with("Sgn", code(), keyed(mac.name(), key).with("msg", b64(MESSAGE)));
            let begun = move |key: &str| {
                with("Sgn", code(), keyed(mac.name(), key).with("str", Value::text("begin")))
            };
            let (of, gives) = (vec![mac.key()], Given::Done);
            let what = format!("{} {needs:?}", mac.name());
            acts.push(Act { what: what.clone(), needs, of: of.clone(), gives, ask: invoking("mac", whole) });
            // What was begun is ended, so that there is room for the next.
            let ask: Ask = Box::new(move |asker, key| {
                let answer = asker.invoke("mac", begun(key));
                if answer.code() == 2004 {
                    let end = Object::new().with("kInf", Value::text(key)).with("end", Value::text("abort"));
                    let end = asker.invoke("mac", end.with("str", Value::text(answer.text("str"))));
                    assert_eq!(end.code(), 2004);
                }
                answer
            });
            acts.push(Act { what: format!("{what} in parts"), needs, of, gives, ask });
        }
    }
    for signature in SignatureAlgorithm::ALL.iter().copied() {
        for (given, needs) in [(false, KeyUse::Sign), (true, KeyUse::Verify)] {
            let input = move |key: &str| {
                let signed = given.then(|| b64(&vec![1; signature.signature_bytes()]));
                with("Sgn", signed, keyed(signature.name(), key).with("msg", b64(MESSAGE)))
            };
            let what = format!("{} {needs:?}", signature.name());
            let of = vec![signature.key()];
            acts.push(Act { what, needs, of, gives: Given::Done, ask: invoking("signature", input) });
        }
    }
    let signing: Vec<_> = SignatureAlgorithm::ALL.iter().map(|algorithm| algorithm.key()).collect();
    for (function, input) in [("csr", request as fn(&str) -> Object), ("token", token_input)] {
        let (what, of, ask) = (function.to_owned(), signing.clone(), invoking(function, input));
        acts.push(Act { what, needs: KeyUse::Sign, of, gives: Given::Done, ask });
    }
    for cipher in CipherAlgorithm::ALL.iter().copied() {
        let forth = move |key: &str| ciphered(cipher.name(), key).with("msg", b64(&[1; 16]));
        let back = move |key: &str| {
            let nonce = if cipher.is_authenticated() { "nc" } else { "iV" };
            let input = ciphered(cipher.name(), key).with(nonce, b64(&vec![0; cipher.nonce_bytes()]));
            input.with("cD", b64(&[0; 32]))
        };
        // Without padding everything opens; and whether zeros end in padding is for chance to say.
        let opens = matches!(cipher, CipherAlgorithm::AesCbcNoPad | CipherAlgorithm::AesCbcIso9797M1);
        let of = vec![cipher.key()];
        let what = |use_: KeyUse| format!("{} {use_:?}", cipher.name());
        let (needs, ask) = (KeyUse::Encrypt, invoking("cipher", forth));
        acts.push(Act { what: what(needs), needs, of: of.clone(), gives: Given::Done, ask });
        let (needs, ask) = (KeyUse::Decrypt, invoking("cipher", back));
        let gives = if opens { Given::Done } else { Given::FoundFalse };
        acts.push(Act { what: what(needs), needs, of, gives, ask });
    }
}

/// Other keys: made from this one, wrapped under it, taken in with it; and what it is to answer for.
fn by_objects(acts: &mut Vec<Act>, publics: &[(KeyAlgorithm, Value)]) {
    for way in DerivationAlgorithm::ALL.iter().copied() {
        let peer = publics.iter().find(|(of, _)| *of == way.key()).map(|(_, public)| public.clone());
        let draft = move |key: &str| {
            let draft = hmac_key("made").with("kFr", key).with("kDA", way.name()).with("inf", b64(b"14a.b"));
            match &peer {
                Some(public) => draft.with("kPb", public.clone()),
                None => draft,
            }
        };
        let (what, of) = (way.name().to_owned(), vec![way.key()]);
        acts.push(Act {
            what,
            needs: KeyUse::Derive,
            of,
            gives: Given::Made,
            ask: creating(STORAGE, "made", draft),
        });
    }
    for wrap in WrapAlgorithm::ALL.iter().copied() {
        let input = move |key: &str| ciphered(wrap.name(), key).with("kWr", Value::text(&at("leaving")));
        let of = vec![wrap.key()];
        let (what, needs, ask) = (format!("{} Wrap", wrap.name()), KeyUse::Wrap, invoking("wrap", input));
        acts.push(Act { what, needs, of: of.clone(), gives: Given::Done, ask });
        let draft = move |key: &str| {
            hmac_key("made").with("kFr", key).with("kDA", wrap.name()).with("kMt", b64(&[7; 40]))
        };
        let (what, needs) = (format!("{} Unwrap", wrap.name()), KeyUse::Unwrap);
        let ask = creating(STORAGE, "made", draft);
        acts.push(Act { what, needs, of, gives: Given::FoundFalse, ask });
    }
    let of = KeyAlgorithm::ALL.iter().copied().filter(|key| key.authenticates()).collect();
    let draft = |key: &str| credential("made").with("kInf", key);
    let ask = creating("cse-mn/security/authentication", "made", draft);
    acts.push(Act {
        what: "a credential".to_owned(),
        needs: KeyUse::Authenticate,
        of,
        gives: Given::Made,
        ask,
    });
}

/// A key object of this algorithm for this use alone, and its address.
fn made_for(meter: &Asker<'_>, algorithm: KeyAlgorithm, one: KeyUse) -> String {
    let name = format!("{}-{}", algorithm.name(), one.name());
    let draft = hmac_key(&name).with("kAl", algorithm.name()).with("kUs", [one.name()]);
    let made = meter.create(STORAGE, draft);
    assert_eq!(made.code(), 2001, "{name}: {:?}", made.content);
    at(&name)
}

fn everything(lab: &Lab, meter: &Asker<'_>) -> Vec<Act> {
    drop(lab.registered(1002, "Creader"));
    assert_eq!(meter.create(STORAGE, hmac_key("leaving").with("exp", true)).code(), 2001);
    let agreeing =
        KeyAlgorithm::ALL.iter().filter(|key| key.is_pair() && key.uses().contains(KeyUse::Derive));
    let publics: Vec<_> = agreeing
        .map(|algorithm| {
            let draft = hmac_key("other").with("kAl", algorithm.name()).with("kUs", ["derive"]);
            let public = b64(&octets(&meter.create(STORAGE, draft), "kDt"));
            assert_eq!(meter.delete(&at("other")).code(), 2002);
            (*algorithm, public)
        })
        .collect();
    let mut acts = Vec::new();
    by_functions(&mut acts);
    by_objects(&mut acts, &publics);
    acts
}

// Shows SDH-4, SDH-2 and ACC-9: every use of every algorithm against everything that can be asked.
#[test]
fn a_key_does_what_it_was_made_for_and_nothing_else_whatever_is_asked_of_it() {
    on_every_storage(|lab| {
        let (meter, thief) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cthief"));
        let acts = everything(&lab, &meter);
        let mut served = vec![0_usize; acts.len()];
        let (mut keys, mut refused) = (0_usize, 0_usize);
        for algorithm in KeyAlgorithm::ALL.iter().copied() {
            let answers = algorithm.authenticates().then_some(KeyUse::Authenticate);
            for one in algorithm.uses().iter().chain(answers) {
                let key = made_for(&meter, algorithm, one);
                keys = keys.saturating_add(1);
                for (act, served) in acts.iter().zip(&mut served) {
                    let answer = (act.ask)(&meter, &key);
                    if act.needs == one && act.of.contains(&algorithm) {
                        *served = served.saturating_add(1);
                        assert!(act.gives.is(&answer), "{}: {key}: {:?}", act.what, answer.content);
                        assert_eq!((act.ask)(&thief, &key).code(), 4103, "{}: {key}", act.what);
                    } else {
                        refused = refused.saturating_add(1);
                        assert!(is_unfit(&answer), "{}: {key}: {:?}", act.what, answer.content);
                    }
                }
            }
        }
        assert!(keys >= 50 && refused >= 3000, "{keys} keys, {refused} refusals");
        for (act, served) in acts.iter().zip(served) {
            assert_eq!(served, act.of.len(), "{} serves a key of each of its algorithms", act.what);
        }
        assert!(
            !lab.world().versions().keys().any(|key| key.starts_with("intent/")),
            "nothing is left half done"
        );
    });
}
