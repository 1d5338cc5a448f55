//! The suite of secure environments over the software SE, with its files.

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare itself has failed")]

use csf_transport::SeId;
use se_plugin_soft::{RootKey, SoftConfig, SoftSe};
use support::se_suite::Subject;

fn fresh() -> Subject {
    let place = tempfile::tempdir().unwrap();
    let objects = place.path().join("se-soft.db");
    let (root, _) = RootKey::load_or_create(&place.path().join("root.key"), "s1", &[&objects]).unwrap();
    let soft = SoftSe::open(SoftConfig { id: SeId::parse("soft").unwrap(), objects, root }).unwrap();
    Subject::with_guard(soft, place)
}

// Shows TRN-3 and SDH-4.
support::se_suite!(fresh);
