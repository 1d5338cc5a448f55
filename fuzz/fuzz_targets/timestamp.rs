//! Timestamps: what parses prints to the same text without its fraction, and every moment prints to one that parses.
#![no_main]

use csf_api::UtcTime;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if let Some(micros) = bytes.first_chunk() {
        let moment = UtcTime::from_unix_micros(i64::from_be_bytes(*micros));
        assert!((UtcTime::MIN..=UtcTime::MAX).contains(&moment));
        is_read_back(moment);
    }
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Keep };
    let text = text.strip_suffix('\n').unwrap_or(text);
    let Ok(moment) = UtcTime::parse(text) else { return Corpus::Keep };
    let whole = text.split_once(',').map_or(text, |(whole, _)| whole);
    assert_eq!(moment.to_string(), whole);
    is_read_back(moment);
    // Written moments sort as the moments do.
    let later = moment.plus_seconds(1);
    assert!(later == UtcTime::MAX || moment.to_string() < later.to_string());
    Corpus::Keep
});

fn is_read_back(moment: UtcTime) {
    let whole = UtcTime::parse(&moment.to_string()).expect("a written moment is well formed");
    let fraction = moment.unix_micros() - whole.unix_micros();
    assert!((0..1_000_000).contains(&fraction), "{moment}");
}
