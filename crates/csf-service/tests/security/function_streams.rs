//! Messages in parts, for digests and codes: equal to the whole, for whoever began, and gone without a trace.

use csf_api::{Object, Response, Value};
use csf_service::AuditKind;
use sha2::{Digest, Sha256};
use support::lab::{ALL, Asker, Reading, changes, hmac_key, on_every_storage, rule};

use crate::kit::{
    KEY, MESSAGE, STORAGE, at_least, b64, keyed, let_use, mac, octets, of_kind, owner_of, stored,
};

const LIMIT: usize = 65_536;
const LENGTHS: [usize; 6] = [0, 1, LIMIT - 1, LIMIT, LIMIT + 1, 1024 * 1024];

fn beginning() -> Object {
    Object::new().with("Halg", Value::text("SHA-256")).with("str", Value::text("begin"))
}

fn coded(key: &str) -> Object {
    keyed("ALG_HMAC_SHA_256", key).with("str", Value::text("begin"))
}

/// A stream of one function, as its caller goes on with it.
struct Stream<'a> {
    meter: &'a Asker<'a>,
    function: &'static str,
    step: Object,
}

impl<'a> Stream<'a> {
    fn digest(meter: &'a Asker<'a>) -> Self {
        Self::begun(meter, "digest", beginning(), Object::new())
    }

    fn mac(meter: &'a Asker<'a>, input: Object) -> Self {
        Self::begun(meter, "mac", input, Object::new().with("kInf", Value::text(KEY)))
    }

    fn begun(meter: &'a Asker<'a>, function: &'static str, input: Object, each: Object) -> Self {
        let answer = meter.invoke(function, input);
        assert_eq!(answer.code(), 2004, "{:?}", answer.content);
        assert_eq!((answer.object().len(), answer.member("pos")), (3, &Value::Integer(0)));
        Self { meter, function, step: each.with("str", Value::text(answer.text("str"))) }
    }

    fn by<'b>(&self, meter: &'b Asker<'b>) -> Stream<'b> {
        Stream { meter, function: self.function, step: self.step.clone() }
    }

    fn update(&self, position: usize, part: &[u8]) -> Response {
        let position = Value::Integer(i64::try_from(position).unwrap());
        self.meter.invoke(self.function, self.step.clone().with("msg", b64(part)).with("pos", position))
    }

    fn finish(&self, position: usize) -> Response {
        let position = Value::Integer(i64::try_from(position).unwrap());
        let end = self.step.clone().with("end", Value::text("finish"));
        self.meter.invoke(self.function, end.with("pos", position))
    }

    fn abort(&self) -> Response {
        self.meter.invoke(self.function, self.step.clone().with("end", Value::text("abort")))
    }

    fn whole(&self, message: &[u8], size: usize) -> Response {
        let mut position = 0;
        for part in message.chunks(size) {
            let answer = self.update(position, part);
            position = position.saturating_add(part.len());
            let expected = Value::Integer(i64::try_from(position).unwrap());
            assert_eq!((answer.code(), answer.member("pos")), (2004, &expected));
        }
        self.finish(position)
    }
}

fn of_length(length: usize) -> Vec<u8> {
    (0..length).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect()
}

// Shows SDH-4.
#[test]
fn a_message_in_parts_has_the_digest_and_the_code_of_the_whole() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        for message in LENGTHS.map(of_length) {
            let given = Stream::digest(&meter).whole(&message, LIMIT);
            assert_eq!(octets(&given, "Hv"), Sha256::digest(&message).to_vec(), "{}", message.len());
            let parts = |size| octets(&Stream::mac(&meter, coded(KEY)).whole(&message, size), "Sgn");
            let code = parts(LIMIT);
            assert_eq!(code, parts(30_000), "{}", message.len());
            if message.len() <= LIMIT {
                assert_eq!(code, octets(&meter.invoke("mac", mac(KEY, &message)), "Sgn"));
            }
            let mut changed = code.clone();
            changed[0] ^= 1;
            for (code, right) in [(code, true), (changed, false)] {
                let stream = Stream::mac(&meter, coded(KEY).with("Sgn", b64(&code)));
                assert_eq!(stream.whole(&message, LIMIT).member("vR"), &Value::Bool(right));
            }
        }
    });
}

// Shows SDH-4.
#[test]
fn a_stream_is_for_the_proven_caller_who_began_it() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let other = lab.registered(1001, "Cother");
        let_use(&lab, [rule(["all"], ALL)]);
        for stream in [Stream::digest(&meter), Stream::mac(&meter, coded(KEY))] {
            assert_eq!(stream.update(0, b"a").code(), 2004);
            let network = lab.network("Cmeter");
            for foreign in [stream.by(&other), stream.by(&network)] {
                assert_eq!(foreign.update(1, b"b").code(), 4103);
                assert_eq!(foreign.finish(1).code(), 4103);
                assert_eq!(foreign.abort().code(), 4103);
            }
            assert_eq!((stream.update(1, b"b").code(), stream.finish(2).code()), (2004, 2004));
        }
        assert_eq!(lab.network("Cmeter").invoke("digest", beginning()).code(), 4103);
        assert_eq!(other.invoke("digest", beginning()).code(), 2004);
        assert_eq!(other.invoke("mac", coded(KEY)).code(), 4103, "the key is another's");
        // A stream of one function, or of one key, is none of another.
        let (digest, code) = (Stream::digest(&meter), Stream::mac(&meter, coded(KEY)));
        assert_eq!(meter.create(STORAGE, hmac_key("l")).code(), 2001);
        let confused = Object::new().with("str", code.step.get("str").unwrap().clone());
        assert_eq!(Stream { step: confused, ..digest.by(&meter) }.finish(0).code(), 4004);
        let key = Value::text(&format!("{STORAGE}/l"));
        let confused = Object::new().with("str", code.step.get("str").unwrap().clone()).with("kInf", key);
        assert_eq!(Stream { step: confused, ..code.by(&meter) }.finish(0).code(), 4004);
    });
}

// Shows SDH-4.
#[test]
fn parts_out_of_order_are_refused_and_streams_do_not_mix() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let (one, two) = (Stream::digest(&meter), Stream::digest(&meter));
        for at in 0..4 {
            assert_eq!((one.update(at, b"1").code(), two.update(at, b"2").code()), (2004, 2004));
        }
        for wrong in [0, 3, 5] {
            assert_eq!((one.update(wrong, b"x").code(), one.finish(wrong).code()), (4000, 4000));
        }
        assert_eq!(octets(&one.finish(4), "Hv"), Sha256::digest(b"1111").to_vec());
        assert_eq!(octets(&two.finish(4), "Hv"), Sha256::digest(b"2222").to_vec());
    });
}

// Shows ACC-9 and SDH-4.
#[test]
fn what_is_no_step_of_a_stream_is_refused() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let stream = Stream::digest(&meter);
        let text = |name: &str, value: &str| stream.step.clone().with(name, Value::text(value));
        let (zero, part) = (Value::Integer(0), b64(b"m"));
        lab.world().forget_needs();
        for wrong in [
            beginning().with("msg", part.clone()),
            beginning().with("pos", zero.clone()),
            beginning().with("end", Value::text("finish")),
            Object::new().with("str", Value::text("begin")),
            Object::new()
                .with("Halg", Value::text("SHA-256"))
                .with("msg", part.clone())
                .with("pos", zero.clone()),
            stream.step.clone(),
            stream.step.clone().with("msg", part.clone()),
            stream.step.clone().with("msg", part.clone()).with("pos", Value::Integer(-1)),
            stream.step.clone().with("msg", b64(&[0; LIMIT + 1])).with("pos", zero.clone()),
            text("end", "finish"),
            text("end", "begin").with("pos", zero.clone()),
            text("end", "abort").with("pos", zero.clone()),
            text("end", "finish").with("pos", zero.clone()).with("msg", part.clone()),
            text("Halg", "SHA-256").with("pos", zero.clone()).with("msg", part.clone()),
            Object::new().with("str", Value::text("soft")).with("end", Value::text("abort")),
            Object::new().with("str", Value::text("soft.12")).with("end", Value::text("abort")),
        ] {
            let answer = meter.invoke("digest", wrong.clone());
            assert_eq!(answer.code(), 4000, "{wrong:?}");
        }
        assert!(lab.world().commands().is_empty(), "an environment was troubled with it");
        let nowhere = format!("card.{}", "0".repeat(32));
        let nowhere = Object::new().with("str", Value::text(&nowhere)).with("end", Value::text("finish"));
        assert_eq!(meter.invoke("digest", nowhere.with("pos", zero)).code(), 4004);
        let steep = Stream { step: at_least(3, stream.step.clone()), ..stream.by(&meter) };
        assert_eq!(steep.update(0, b"m").code(), 5207);
        assert_eq!(stream.update(0, b"m").code(), 2004);
    });
}

// Shows SDH-4.
#[test]
fn a_stream_ends_finished_aborted_in_time_and_with_its_key() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let (finished, aborted, aged) =
            (Stream::digest(&meter), Stream::digest(&meter), Stream::digest(&meter));
        assert_eq!((finished.finish(0).code(), finished.finish(0).code()), (2004, 4004));
        assert_eq!((aborted.abort().code(), aborted.update(0, b"a").code()), (2004, 4004));
        lab.wait(std::time::Duration::from_secs(599));
        assert_eq!(aged.update(0, b"a").code(), 2004);
        lab.wait(std::time::Duration::from_secs(2));
        assert_eq!(aged.update(1, b"b").code(), 4004);

        let rotated = Stream::mac(&meter, coded(KEY));
        assert_eq!(rotated.update(0, b"a").code(), 2004);
        let generation = changes("csf:keyObject").with("gen", 2_i64);
        assert_eq!(meter.update(KEY, generation).code(), 2004);
        assert_eq!(rotated.update(1, b"b").code(), 4004);
        let deleted = Stream::mac(&meter, coded(KEY));
        assert_eq!(deleted.update(0, b"a").code(), 2004);
        assert_eq!(meter.delete(KEY).code(), 2002);
        assert_eq!(deleted.finish(1).code(), 4004);
        // Nor does a key of the same name go on with what the one before began.
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
        assert_eq!(deleted.finish(1).code(), 4004);

        let ending = lab.in_seconds(30);
        assert_eq!(meter.create(STORAGE, hmac_key("e").with("et", &*ending)).code(), 2001);
        let key = format!("{STORAGE}/e");
        let each = Object::new().with("kInf", Value::text(&key));
        let expired = Stream::begun(&meter, "mac", coded(&key), each);
        assert_eq!(expired.update(0, b"a").code(), 2004);
        lab.wait(std::time::Duration::from_secs(31));
        assert_eq!(expired.update(1, b"b").code(), 4004);
    });
}

// Shows SDH-4.
#[test]
fn one_caller_has_so_many_streams_and_leaves_the_others_theirs() {
    on_every_storage(|lab| {
        let (meter, other) = (owner_of(&lab, hmac_key("k")), lab.registered(1001, "Cother"));
        let_use(&lab, [rule(["all"], ALL)]);
        let open: Vec<_> = (0..16).map(|_| Stream::digest(&meter)).collect();
        assert_eq!(meter.invoke("digest", beginning()).code(), 5207);
        assert_eq!(meter.invoke("mac", coded(KEY)).code(), 5207);
        assert_eq!(Stream::digest(&other).finish(0).code(), 2004);
        assert_eq!(open[3].abort().code(), 2004);
        assert_eq!(Stream::digest(&meter).finish(0).code(), 2004);
    });
}

// Shows RES-6 and SDH-4: the beginning and the end are recorded, and nothing else is left.
#[test]
fn a_stream_leaves_nothing_behind() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let (before, versions) = (stored(&lab), lab.world().versions());
        drop(lab.take_audits());
        lab.world().forget_needs();
        let stream = Stream::mac(&meter, coded(KEY));
        for at in 0..3 {
            assert_eq!(stream.update(at * MESSAGE.len(), MESSAGE).code(), 2004);
        }
        let handle = stream.step.get("str").and_then(Value::as_text).unwrap().to_owned();
        let code = stream.finish(3 * MESSAGE.len()).text("Sgn").to_owned();
        assert_eq!(lab.world().commits(), 0);
        assert_eq!((stored(&lab), lab.world().versions()), (before, versions));
        let audits = lab.take_audits();
        assert_eq!((audits.len(), of_kind(&audits, AuditKind::KeyUse).len()), (2, 2));
        let text = format!("{audits:?}");
        let encoded = b64(MESSAGE);
        for secret in [&*handle, &*code, encoded.as_text().unwrap(), "4711"] {
            assert!(!text.contains(secret), "{secret}");
        }
    });
}
