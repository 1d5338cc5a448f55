//! The query: parameters broken, not supported, or of another operation.

use csf_api::Status;
use proto_primitive::{MAX_LIST_ENTRIES, MAX_QUERY_PARAMETERS};

use crate::message::Message;

#[test]
fn a_broken_or_unsupported_query_is_refused() {
    use Status::{BadRequest, NonBlockingSynchRequestNotSupported, NotImplemented};
    let get = |query: &str| Message::retrieve(&format!("/cse-mn?{query}"));
    let many = |n: usize| vec!["lbl=a"; n].join("&");
    for (query, status) in [
        ("rcn=4", None),
        ("rcn=0", Some(BadRequest)),
        ("rcn=2", Some(BadRequest)),
        ("rcn=13", Some(BadRequest)),
        ("rcn=257", Some(BadRequest)),
        ("rcn=-1", Some(BadRequest)),
        ("rcn=+4", Some(BadRequest)),
        ("rcn=", Some(BadRequest)),
        ("rcn=four", Some(BadRequest)),
        ("rcn=4&rcn=4", Some(BadRequest)),
        ("rcn=%34", None),
        ("rcn=4%", Some(BadRequest)),
        ("rcn", Some(BadRequest)),
        ("=4", Some(BadRequest)),
        ("rcn=4&", Some(BadRequest)),
        ("&rcn=4", Some(BadRequest)),
        ("fu=1", None),
        ("fu=1&rcn=6", None),
        ("fu=1&rcn=4", Some(BadRequest)),
        ("fu=1&rcn=11", Some(BadRequest)),
        ("fu=1&fu=1", Some(BadRequest)),
        ("fu=2", None),
        ("fu=2&ty=3", None),
        ("fu=3", Some(NotImplemented)),
        ("fu=0", Some(BadRequest)),
        ("fu=4", Some(BadRequest)),
        ("ty=3", None),
        ("lbl=a", None),
        ("lim=5", None),
        ("fu=1&ty=3+28&ty=2&lbl=a+b&lim=5&lvl=1&ofst=1", None),
        ("fu=1&ty=3+", Some(BadRequest)),
        ("fu=1&ty=3%2B28", Some(BadRequest)),
        ("fu=1&ty=cnt", Some(BadRequest)),
        ("fu=1&ty=65536", Some(BadRequest)),
        ("fu=1&lbl=", Some(BadRequest)),
        ("fu=1&lbl=a%FF", Some(BadRequest)),
        ("fu=1&lim=0", None),
        ("fu=1&lim=4294967296", Some(BadRequest)),
        ("fu=1&lim=1&lim=2", Some(BadRequest)),
        ("fu=1&lvl=0", Some(BadRequest)),
        ("fu=1&ofst=0", Some(BadRequest)),
        ("atrl=rn+lbl", None),
        ("atrl=rn&atrl=lbl", None),
        ("atrl=", Some(BadRequest)),
        ("atrl=r%20n", Some(BadRequest)),
        ("atrl=rn&rcn=1", None),
        ("atrl=rn&rcn=4", Some(BadRequest)),
        ("atrl=rn&fu=1", Some(BadRequest)),
        ("drt=1", None),
        ("drt=2", None),
        ("drt=3", Some(BadRequest)),
        ("rt=3", None),
        ("rt=4", None),
        ("rt=1", Some(NonBlockingSynchRequestNotSupported)),
        ("rt=2", Some(NotImplemented)),
        ("rt=5", Some(NotImplemented)),
        ("rt=0", Some(BadRequest)),
        ("rt=6", Some(BadRequest)),
        ("rt=3&rt=3", Some(BadRequest)),
        ("asi=true", None),
        ("asi=0", None),
        ("cr=Cmeter", None),
        ("fu=1&cr=Cmeter", None),
        ("fu=1&c.rn=a", None),
        ("fu=1&arp=../room/la", None),
        ("fu=1&arp=..%2Froom", None),
        ("fu=1&arp=", Some(BadRequest)),
        ("fu=1&arp=/room", Some(BadRequest)),
        ("fu=1&arp=a&arp=b", Some(BadRequest)),
        ("arp=la", Some(BadRequest)),
        ("fu=2&arp=la", Some(BadRequest)),
        ("cr=Cmeter&rcn=99", Some(BadRequest)),
    ] {
        assert_eq!(get(query).status(), status, "{query}");
    }
    for name in ["smf", "cfs", "cfq", "lbq", "rp", "da", "auri", "sqi"] {
        for query in [format!("fu=1&{name}=1"), format!("{name}=1")] {
            let refused = get(&query).decode().unwrap_err();
            assert_eq!(refused.status, NotImplemented, "{name}");
            assert!(refused.text.contains(name), "{}", refused.text);
        }
    }
    // What is malformed is named.
    for (name, malformed, sound) in [
        ("crb", "20301301T000000", "20300101T000000"),
        ("cra", "tomorrow", "20300101T000000,25"),
        ("ms", "1", "20300101T000000"),
        ("us", "2030-01-01", "20300101T000000"),
        ("exb", "%32", "%32%30300101T000000"),
        ("exa", "0", "20300101T000000"),
        ("sts", "-1", "1"),
        ("sts", "0", "1"),
        ("szb", "0", "1"),
        ("stb", "x", "0"),
        ("sza", "4294967296", "4294967295"),
        ("szb", "1.5", "1"),
        ("fo", "3", "2"),
        ("fo", "0", "1"),
        ("chty", "cnt", "3+4"),
        ("pty", "3+", "3"),
        ("clbl", "a++b", "a+b"),
        ("palb", "+", "a"),
        ("cty", "a+", "application/json"),
        ("apn", "a+", "a*"),
        ("c.rn", "+a", "a"),
        ("ct", "20300101T000000", ""),
        ("lt", "x", ""),
        ("st", "1", ""),
        ("et", "x", ""),
        ("cs", "1", ""),
        ("cnf", "x", ""),
        ("c.ty", "3", ""),
        ("p.lbl", "x", ""),
        ("c.", "x", ""),
        ("x.y", "x", ""),
    ] {
        for usage in ["", "fu=1&", "fu=2&"] {
            let refused = get(&format!("{usage}{name}={malformed}")).decode().unwrap_err();
            assert_eq!(refused.status, BadRequest, "{name}={malformed}");
            assert!(refused.text.contains(name), "{name}: {}", refused.text);
            if !sound.is_empty() {
                assert_eq!(get(&format!("{usage}{name}={sound}")).status(), None, "{name}={sound}");
            }
        }
    }
    for once in ["crb=20300101T000000", "us=20300101T000000", "sza=1", "fo=1"] {
        assert_eq!(get(&format!("{once}&{once}")).status(), Some(BadRequest), "{once}");
    }
    assert_eq!(get(&format!("fu=1&{}", many(MAX_QUERY_PARAMETERS - 1))).status(), None);
    assert_eq!(get(&format!("fu=1&{}", many(MAX_QUERY_PARAMETERS))).status(), Some(BadRequest));
    let list = |n: usize| format!("fu=1&lbl={}", vec!["a"; n].join("+"));
    assert_eq!(get(&list(MAX_LIST_ENTRIES)).status(), None);
    assert_eq!(get(&list(MAX_LIST_ENTRIES + 1)).status(), Some(BadRequest));
}

// Shows ACC-9.
#[test]
fn a_query_fits_its_operation() {
    use Status::{BadRequest, NotImplemented};
    for (message, status) in [
        (Message::create("/a?rcn=3"), None),
        (Message::create("/a?rcn=4"), Some(BadRequest)),
        (Message::create("/a?fu=1"), Some(BadRequest)),
        (Message::create("/a?fu=2"), Some(BadRequest)),
        (Message::create("/a?lbl=x"), Some(BadRequest)),
        (Message::create("/a?crb=20300101T000000"), Some(BadRequest)),
        (Message::create("/a?cr=Cx"), Some(BadRequest)),
        (Message::create("/a?auri=1"), Some(NotImplemented)),
        (Message::create("/a?drt=1"), Some(BadRequest)),
        (Message::create("/a?atrl=rn"), Some(BadRequest)),
        (Message::update("/a?rcn=9"), None),
        (Message::update("/a?rcn=6"), Some(BadRequest)),
        (Message::update("/a?fu=1"), Some(BadRequest)),
        (Message::update("/a?ty=3"), None),
        (Message::update("/a?lim=3"), Some(BadRequest)),
        (Message::new("DELETE", "/a?fu=2&cr=Cx"), None),
        (Message::new("DELETE", "/a?lvl=1"), Some(BadRequest)),
        (Message::retrieve("/a?rcn=4&lvl=2&lim=5"), None),
        (Message::new("DELETE", "/a?rcn=0"), None),
        (Message::new("DELETE", "/a?rcn=7"), Some(BadRequest)),
        (Message::new("DELETE", "/a?fu=1"), Some(BadRequest)),
        (Message::notify("/a?rcn=1"), Some(BadRequest)),
        (Message::notify("/a?lbl=x"), Some(BadRequest)),
        (Message::retrieve("/a?rcn=12").set("X-M2M-RVI", "4"), None),
        (Message::retrieve("/a?rcn=12"), Some(BadRequest)),
        (Message::retrieve("/a?fu=1&rcn=11").set("X-M2M-RVI", "5"), None),
    ] {
        assert_eq!(message.status(), status, "{} {}", message.method, message.target);
    }
}
