//! From an address to the place where the walk along names begins (TS-0004 7.3.2.8, 6.2.3).

use csf_api::{Address, Home, ResourceId, Scope};

/// Who hosts the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// This CSE: begin here, then follow these names.
    Here(Start, &'a [Box<str>]),
    /// Another CSE.
    Elsewhere,
}

/// Where a walk begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the CSEBase.
    Base,
    /// At the resource with this identifier.
    Resource(ResourceId),
}

/// Whether the CSE at `home` is the one that hosts what an address names, if anybody does (TS-0004 7.3.2.8).
#[must_use]
pub fn is_here(address: &Address, home: &Home) -> bool {
    match address.scope() {
        Scope::CseRelative => true,
        Scope::SpRelative(cse) => **cse == *home.cse(),
        Scope::Absolute(sp, cse) => **sp == *home.service_provider() && **cse == *home.cse(),
    }
}

/// Routes an address on the CSE at `home` whose CSEBase has this name.
#[must_use]
pub fn route<'a>(address: &'a Address, home: &Home, base_name: &str) -> Route<'a> {
    if !is_here(address, home) {
        return Route::Elsewhere;
    }
    match address.segments().split_first() {
        None => Route::Here(Start::Base, &[]),
        Some((first, rest)) if &**first == "-" || **first == *base_name => Route::Here(Start::Base, rest),
        Some((first, rest)) => match ResourceId::parse(first) {
            Ok(id) => Route::Here(Start::Resource(id), rest),
            Err(_) => Route::Elsewhere,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_routed_by_their_scope() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        let id = |text| Start::Resource(ResourceId::parse(text).expect("well formed"));
        for (text, expected) in [
            ("cse-mn", Some((Start::Base, 0))),
            ("-", Some((Start::Base, 0))),
            ("/id-mn", Some((Start::Base, 0))),
            ("/id-mn/-/a", Some((Start::Base, 1))),
            ("//csf.example/id-mn/cse-mn/a/b", Some((Start::Base, 2))),
            ("cnt-1", Some((id("cnt-1"), 0))),
            ("cnt-1/la", Some((id("cnt-1"), 1))),
            ("/id-in/cse-in", None),
            ("//other.example/id-mn/cse-mn", None),
        ] {
            let address = Address::parse(text).expect("well formed");
            match (route(&address, &home, "cse-mn"), expected) {
                (Route::Here(start, rest), Some((expected, names))) => {
                    assert_eq!((start, rest.len()), (expected, names), "{text}");
                }
                (Route::Elsewhere, None) => assert!(!is_here(&address, &home), "{text}"),
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
    }
}
