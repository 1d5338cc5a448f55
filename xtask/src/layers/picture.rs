//! The crates drawn as layers: each stands above everything it depends on.

use std::collections::BTreeMap;

use crate::cargo::Package;

/// One block per layer, top first; under each crate, what it knows of the project.
pub(super) fn draw(crates: &[Package]) -> String {
    let knows: BTreeMap<&str, Vec<&str>> =
        crates.iter().map(|p| (p.name.as_str(), known(p, crates))).collect();
    let floors: BTreeMap<&str, usize> =
        knows.keys().map(|name| (*name, floor(name, &knows, crates.len()))).collect();
    let top = floors.values().copied().max().unwrap_or(0);
    let mut text = String::new();
    for level in (0..=top).rev() {
        text.push_str(&format!("── layer {level} {}\n", "─".repeat(60)));
        for (name, _) in floors.iter().filter(|(_, at)| **at == level) {
            let below = knows.get(name).map(|list| list.join(", ")).unwrap_or_default();
            text.push_str(format!("  {name:<16} {below}").trim_end());
            text.push('\n');
        }
    }
    text
}

fn known<'a>(package: &'a Package, crates: &'a [Package]) -> Vec<&'a str> {
    let mut names: Vec<&str> = package
        .dependencies
        .iter()
        .filter(|d| !d.dev && crates.iter().any(|p| p.name == d.name))
        .map(|d| d.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The longest way down; `fuel` ends a circle, which Cargo refuses anyway.
fn floor(name: &str, knows: &BTreeMap<&str, Vec<&str>>, fuel: usize) -> usize {
    let Some(less) = fuel.checked_sub(1) else { return 0 };
    let below = knows.get(name).into_iter().flatten();
    below.map(|next| floor(next, knows, less).saturating_add(1)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::cargo::Package;

    #[test]
    fn a_crate_stands_above_what_it_knows() {
        let text = draw(&[
            Package::sample("low", &[("serde", false)]),
            Package::sample("high", &[("middle", false), ("low", true)]),
            Package::sample("middle", &[("low", false)]),
        ]);
        let at = |name: &str| text.lines().position(|line| line.trim_start().starts_with(name)).unwrap();
        assert!(at("high") < at("middle") && at("middle") < at("low"), "{text}");
        assert!(!text.contains("serde"));
    }
}
