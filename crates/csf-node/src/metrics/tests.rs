//! The page holds every metric once, and nothing that a request said.

use std::collections::BTreeSet;

use csf_api::{RequestId, SecurityLevel, Status};
use csf_transport::SecureEnvironment;
use support::documentation::{keep_table, table};
use support::se_suite::VolatileSe;

use super::*;

fn metrics() -> Metrics {
    Metrics::new(&[VolatileSe::new("soft", SecurityLevel::Low).describe()])
}

/// The value of the sample that begins so.
fn sample(page: &str, name: &str) -> Option<String> {
    page.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(' ')?.to_owned()))
}

#[test]
fn every_family_has_a_help_a_type_and_a_sample_and_names_are_used_once() {
    let page = metrics().page();
    let names: BTreeSet<_> = FAMILIES.iter().map(|family| family.name).collect();
    assert_eq!(names.len(), FAMILIES.len());
    for family in FAMILIES {
        let kind = family.kind.name();
        assert!(page.contains(&format!("# TYPE {} {kind}\n", family.name)), "{}", family.name);
        let samples = page.lines().filter(|line| line.starts_with(family.name)).count();
        assert!(samples > 0, "{}", family.name);
        if family.kind == family::Kind::Counter {
            assert!(family.name.ends_with("_total"), "{}", family.name);
        }
    }
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[test]
fn what_happens_is_counted_where_it_belongs() {
    let metrics = metrics();
    let answer = |status| Response::new(status, RequestId::unknown(), None);
    metrics.answered(Some(Operation::Retrieve), &answer(Status::Ok));
    metrics.answered(Some(Operation::Create), &answer(Status::Created));
    metrics.answered(Some(Operation::Notify), &answer(Status::NotImplemented));
    metrics.answered(None, &answer(Status::BadRequest));
    metrics.decided(Some(true));
    metrics.decided(Some(false));
    metrics.decided(None);
    metrics.read(Source::Memory, &Ok(()));
    metrics.written(Duration::from_millis(1), &Ok(()));
    let page = metrics.page();
    for (name, value) in [
        ("csf_requests_total{operation=\"retrieve\",class=\"2xxx\"}", "1"),
        ("csf_requests_total{operation=\"create\",class=\"2xxx\"}", "1"),
        ("csf_requests_total{operation=\"notify\",class=\"5xxx\"}", "1"),
        ("csf_requests_total{operation=\"malformed\",class=\"4xxx\"}", "1"),
        ("csf_requests_total{operation=\"retrieve\",class=\"4xxx\"}", "0"),
        ("csf_decisions_total{decision=\"permitted\"}", "1"),
        ("csf_decisions_total{decision=\"refused\"}", "1"),
        ("csf_store_reads_total{from=\"memory\"}", "1"),
        ("csf_store_commits_total", "1"),
        ("csf_store_commit_duration_seconds_bucket{le=\"0.001\"}", "1"),
        ("csf_store_commit_duration_seconds_bucket{le=\"0.0005\"}", "0"),
    ] {
        assert_eq!(sample(&page, name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn trouble_with_the_store_ends_when_it_works_again_and_damage_does_not() {
    let metrics = metrics();
    let gone = || StoreError::Unavailable("disk".into());
    metrics.read::<()>(Source::Lane, &Err(gone()));
    assert!(metrics.read_trouble.is_on() && !metrics.write_trouble.is_on());
    metrics.read(Source::Here, &Ok(()));
    assert!(!metrics.read_trouble.is_on());
    let key = csf_store::Space::open("ord").key("x");
    metrics.written(Duration::ZERO, &Err(gone()));
    metrics.written(Duration::ZERO, &Err(StoreError::Conflict(key.clone())));
    assert!(!metrics.write_trouble.is_on(), "a conflict is an answer");
    metrics.read::<()>(Source::Here, &Err(StoreError::NotAuthentic(key)));
    metrics.read(Source::Here, &Ok(()));
    assert_eq!(metrics.damaged.get(), 1);
}

#[test]
fn the_metrics_in_the_documentation_are_those_of_the_code() {
    let rows = FAMILIES.iter().map(|family| {
        let labels = if family.labels.is_empty() { "none" } else { family.labels };
        [&format!("`{}`", family.name), family.kind.name(), labels, family.help].map(str::to_owned).to_vec()
    });
    keep_table("operations.md", "metrics", &table(&["metric", "kind", "labels", "what"], rows));
}
