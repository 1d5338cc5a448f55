//! The path of a request target and the address that it stands for (TS-0009 6.2.2.1).
//!
//! One address has one path, up to the escapes that RFC 3986 calls equivalent and one slash at the end, which the
//! examples of table 6.2.2.1-1 have: an empty segment would turn one form of address into another (`//id-mn/x` into the
//! SP-relative `/id-mn/x`), so it is refused.

use csf_api::{Address, Scope};

use super::fault::Fault;
use super::percent;

/// The first segments that mark SP-relative and absolute addresses.
const SP_RELATIVE: &str = "~";
const ABSOLUTE: &str = "_";

/// The address behind a path.
pub(super) fn decode(path: &str) -> Result<Address, Fault> {
    let slashes = |text: &str| text.bytes().filter(|b| *b == b'/').count();
    let raw = path;
    let path = percent::decode(raw).ok_or_else(|| Fault::bad("the path holds a broken escape"))?;
    if slashes(raw) != slashes(&path) || !path.bytes().all(|b| b == b'/' || percent::is_unreserved(b)) {
        return Err(Fault::bad("only letters, digits and -._~ may stand in a segment of the path"));
    }
    let rest = path.strip_prefix('/').ok_or_else(|| Fault::bad("the request target must be a path"))?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.split('/').any(str::is_empty) {
        return Err(Fault::bad("the path has an empty segment"));
    }
    let address = match rest.split_once('/').unwrap_or((rest, "")) {
        (SP_RELATIVE, below) => Address::parse(&format!("/{below}")),
        (ABSOLUTE, below) => Address::parse(&format!("//{below}")),
        _ => Address::parse(rest),
    };
    let address = address.map_err(|e| Fault::bad(e.to_string()))?;
    if address.is_cse_alone() {
        return Err(Fault::bad("a CSE-ID alone addresses no resource; its CSEBase is '-' below it"));
    }
    Ok(address)
}

/// Appends the path of an address, whose attribute is left to the query; `false` if it has none.
pub(super) fn encode(to: &Address, out: &mut String) -> bool {
    if to.is_cse_alone() {
        return false;
    }
    match to.scope() {
        Scope::CseRelative => {
            let first = to.segments().first();
            if first.is_none_or(|name| matches!(&**name, SP_RELATIVE | ABSOLUTE)) {
                return false;
            }
        }
        Scope::SpRelative(cse) => out.extend(["/", SP_RELATIVE, cse]),
        Scope::Absolute(sp, cse) => {
            out.extend(["/", ABSOLUTE, sp.strip_prefix('/').unwrap_or(sp), cse]);
        }
    }
    for segment in to.segments() {
        out.extend(["/", segment]);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_have_one_path_each() {
        for (to, path) in [
            ("cse-mn/a/b", "/cse-mn/a/b"),
            ("cin00856", "/cin00856"),
            ("-", "/-"),
            ("/id-mn/-", "/~/id-mn/-"),
            ("/id-mn/-/a", "/~/id-mn/-/a"),
            ("//csf.example/id-mn/-", "/_/csf.example/id-mn/-"),
            ("//csf.example/id-mn/x~y", "/_/csf.example/id-mn/x~y"),
            ("a/~/_", "/a/~/_"),
        ] {
            let address = Address::parse(to).unwrap();
            assert_eq!(decode(path), Ok(address.clone()), "{path}");
            assert_eq!(decode(&format!("{path}/")), Ok(address.clone()), "{path}/");
            let mut out = String::new();
            assert!(encode(&address, &mut out));
            assert_eq!(out, path);
        }
        assert_eq!(decode("/c%73e%2Dmn/%7ea"), Ok(Address::parse("cse-mn/~a").unwrap()));
        assert_eq!(decode("/%7E/id-mn/-"), Ok(Address::parse("/id-mn/-").unwrap()));
    }

    // Shows ACC-9.
    #[test]
    fn a_path_that_could_mean_two_things_is_refused() {
        for path in [
            "",
            "/",
            "//",
            "a",
            "*",
            "//id-mn/x",
            "///csf.example/id-mn",
            "/~",
            "/~/",
            "/~//csf.example/id-mn",
            "/_",
            "/_/csf.example",
            "/~/id-mn",
            "/~/id-mn/",
            "/_/csf.example/id-mn",
            "/_/csf.example/id-mn/",
            "/a//b",
            "/a/b//",
            "/a/../b",
            "/a/./b",
            "/a/%2e%2E/b",
            "/a/%2e",
            "/a%2Fb",
            "/a%2fb/",
            "/a%00",
            "/a%23lbl",
            "/a#lbl",
            "/a%25",
            "/a%",
            "/a%2",
            "/a%zz",
            "/a%C3%A4",
            "/a b",
            "/a;b",
            "/a\\b",
            "http://host/a",
        ] {
            assert_eq!(decode(path).map_err(|e| e.status), Err(csf_api::Status::BadRequest), "{path}");
        }
    }

    #[test]
    fn names_that_mark_a_form_and_names_of_cses_have_no_path() {
        for to in ["~", "_", "~/a", "_/a", "/id-mn", "//csf.example/id-mn"] {
            assert!(!encode(&Address::parse(to).unwrap(), &mut String::new()), "{to}");
        }
    }
}
