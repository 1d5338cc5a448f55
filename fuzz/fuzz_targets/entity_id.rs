//! Entity identifiers: what parses prints, absolute or relative to any home, to a text that parses to the same.
#![no_main]

use csf_api::{EntityId, EntityKind};
use csf_fuzz::homes;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Reject };
    let text = text.strip_suffix('\n').unwrap_or(text);
    let homes = homes().expect("well-formed homes");
    for id in homes.iter().filter_map(|home| EntityId::parse(text, home).ok()) {
        let is_ae = matches!(id.kind(), EntityKind::RegistrarAssignedAe | EntityKind::ProviderAssignedAe);
        assert_eq!(id.stem().is_some(), is_ae);
        for home in &homes {
            assert_eq!(EntityId::parse(id.absolute(), home).as_ref(), Ok(&id));
            let relative = id.relative_to(home);
            assert_eq!(EntityId::parse(relative, home).as_ref(), Ok(&id), "{relative}");
        }
    }
    Corpus::Keep
});
