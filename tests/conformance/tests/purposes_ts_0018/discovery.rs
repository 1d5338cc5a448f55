//! CSE/DIS: a discovery by whoever may not discover.

use conformance::{ALL, DISCOVERY, Reading, container, policy, rule};

use crate::tester::{Testers, created, own, told};

// TP/oneM2M/CSE/DIS/005
#[test]
fn who_may_not_discover_is_refused() {
    let mut testers = Testers::new();
    let almost = policy("almost", [own("CAE1"), rule(["CAE2"], ALL & !DISCOVERY)], [own("CAE1")]);
    created(testers.permitted.create("-/CAE1", almost));
    let only = policy("only", [own("CAE1"), rule(["CAE2"], DISCOVERY)], [own("CAE1")]);
    created(testers.permitted.create("-/CAE1", only));
    for name in ["almost", "only"] {
        let link = format!("-/CAE1/{name}");
        let draft = |name: &str| container(name).with("acpi", [link.as_str()]);
        created(testers.permitted.create("-/CAE1", draft(&format!("c-{name}"))));
        created(testers.permitted.create(&format!("-/CAE1/c-{name}"), draft("inner")));
    }
    told(testers.refused.discover("-/CAE1/c-almost"), 4103);
    told(testers.refused.retrieve("-/CAE1/c-almost"), 2000);
    assert_eq!(told(testers.permitted.discover("-/CAE1/c-almost"), 2000).addresses().len(), 1);
    // The privilege is one of its own: with it alone, what is there is named and not shown.
    assert_eq!(told(testers.refused.discover("-/CAE1/c-only"), 2000).addresses().len(), 1);
    told(testers.refused.retrieve("-/CAE1/c-only"), 4103);
}

// TP/oneM2M/CSE/DIS/005, below something that may be discovered
#[test]
fn what_may_not_be_discovered_is_left_out() {
    let mut testers = Testers::new();
    let open = policy("open", [own("CAE1"), rule(["CAE2"], DISCOVERY)], [own("CAE1")]);
    created(testers.permitted.create("-/CAE1", open));
    created(testers.permitted.create("-/CAE1", container("c").with("acpi", ["-/CAE1/open"])));
    for (name, links) in [("shown", true), ("hidden", false)] {
        let draft = container(name);
        let draft = if links { draft.with("acpi", ["-/CAE1/open"]) } else { draft };
        created(testers.permitted.create("-/CAE1/c", draft));
    }
    let seen = told(testers.refused.discover("-/CAE1/c"), 2000);
    assert_eq!(seen.addresses().len(), 1, "{seen:?}");
    assert!(seen.addresses().iter().all(|address| address.ends_with("/shown")), "{seen:?}");
}
