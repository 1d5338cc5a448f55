//! Manifests: read as they are spelled, and refused however they were changed.

use se_plugin_soft::RootKey;

use super::*;

const STORE: StoreId = StoreId([7; 16]);

fn manifest() -> Manifest {
    let summary = |bytes| Summary { bytes, digest: files::digest_of(&[1]) };
    let audit = ["audit-00000000000000000001.log", "audit-00000000000000000009.log"];
    Manifest {
        software: "0.1.0".to_owned(),
        made: UtcTime::parse("20261124T145108").unwrap(),
        store: STORE,
        epoch: Epoch(3),
        files: FILES
            .into_iter()
            .chain([OPTIONAL])
            .chain(audit)
            .zip([33, 40_960, 12_288, 0, 70, 7, 8])
            .map(|(name, bytes)| (name.to_owned(), summary(bytes)))
            .collect(),
    }
}

fn witness(name: &str) -> Witness {
    let place = tempfile::tempdir().unwrap();
    let (root, _) = RootKey::load_or_create(&place.path().join(name), &STORE.to_string(), &[]).unwrap();
    root.witness(&STORE.to_string()).unwrap()
}

fn unproven(text: &str) -> Option<Unproven> {
    let (claims, text, code) = parse(text)?;
    Some(Unproven { path: "manifest".into(), claims, text, code })
}

#[test]
fn a_manifest_is_read_as_it_is_spelled() {
    let witness = witness("a");
    let read = unproven(&manifest().spell(&witness)).unwrap();
    assert_eq!(*read.claims(), manifest());
    assert_eq!(read.proven(&witness).unwrap(), manifest());
}

#[test]
fn a_manifest_that_was_cut_or_changed_anywhere_is_refused() {
    let witness = witness("a");
    let good = manifest().spell(&witness);
    let (_, code) = good.trim_end().rsplit_once('\n').unwrap();
    let of_the_code = good.len() - code.len() - 1 + "root ".len()..good.len() - 1;
    for at in 0..good.len() {
        assert!(unproven(&good[..at]).is_none(), "cut at {at}");
        let mut bad = good.clone().into_bytes();
        bad[at] ^= 1;
        let read = unproven(&String::from_utf8(bad).unwrap());
        // A code may be another code, which is that of no root.
        assert!(read.is_none() || of_the_code.contains(&at), "changed at {at}");
        assert!(read.is_none_or(|read| read.proven(&witness).is_err()), "changed at {at}");
    }
}

#[test]
fn a_manifest_that_somebody_makes_without_the_root_is_refused() {
    let (right, wrong) = (witness("a"), witness("b"));
    let said = unproven(&manifest().spell(&wrong)).unwrap().proven(&right).unwrap_err().to_string();
    assert!(said.starts_with("manifest: was not made with this root"), "{said}");
    // The digest can be made to match, and the code cannot.
    let mut other = manifest();
    other.files[1].1.digest = files::digest_of(&[2]);
    let (others, mine) = (other.spell(&wrong), manifest().spell(&right));
    let (lines, _) = others.trim_end().rsplit_once('\n').unwrap();
    let (_, code) = mine.trim_end().rsplit_once('\n').unwrap();
    assert!(unproven(&format!("{lines}\n{code}\n")).unwrap().proven(&right).is_err());
}

#[test]
fn files_in_another_order_twice_or_of_no_place_are_refused() {
    let witness = witness("a");
    let with = |change: fn(&mut Vec<(String, Summary)>)| {
        let mut manifest = manifest();
        change(&mut manifest.files);
        unproven(&manifest.spell(&witness)).is_some()
    };
    assert!(with(|_| {}));
    assert!(with(|files| drop(files.drain(4..))));
    assert!(!with(|files| files.swap(1, 2)));
    assert!(!with(|files| files.swap(4, 5)));
    assert!(!with(|files| files.swap(5, 6)));
    assert!(!with(|files| files.push(files[6].clone())));
    assert!(!with(|files| files.insert(5, files[4].clone())));
    assert!(!with(|files| drop(files.remove(3))));
    assert!(!with(|files| files[5].0 = "../audit-00000000000000000001.log".to_owned()));
}
