//! Addresses: what parses prints to a text that parses to the same, and is routed by its own scope alone.
#![no_main]

use csf_api::{Address, Scope};
use csf_fuzz::homes;
use csf_tree::{Route, route};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Reject };
    let text = text.strip_suffix('\n').unwrap_or(text);
    let Ok(address) = Address::parse(text) else { return Corpus::Keep };
    let printed = address.to_string();
    assert_eq!(Address::parse(&printed).as_ref(), Ok(&address));
    assert!(text.starts_with(&*printed) || text.contains("/#"), "printing only drops a slash at the end");
    for home in homes().expect("well-formed homes") {
        let here = match address.scope() {
            Scope::CseRelative => true,
            Scope::SpRelative(cse) => **cse == *home.cse(),
            Scope::Absolute(sp, cse) => **sp == *home.service_provider() && **cse == *home.cse(),
        };
        assert_eq!(matches!(route(&address, &home, "cse-mn"), Route::Here(..)), here, "{address}");
    }
    Corpus::Keep
});
