//! `SDN_ADVANCED.XML` at the size of the published one, for measuring.

use super::{SDN, files, parties, read, render_advanced};
use crate::ListFile;

/// About the size of the file that OFAC publishes.
const BYTES: usize = 120_000_000;

/// Set INTERDICT_ADVANCED_XML to keep the file:
/// `INTERDICT_ADVANCED_XML=out.xml cargo test -p interdict-lists full_size -- --ignored`.
#[test]
#[ignore = "writes and reads 120 MB; benches/whole_binary.sh asks for it"]
fn a_full_size_advanced_file_is_read_whole() {
    let Some(files) = files(&SDN) else { return };
    let one = parties(&files);
    let size = render_advanced::advanced_xml(&one).len();
    // The comma-separated files have less to say than the published one, so that the same size
    // takes some parties more than once, each time under other numbers.
    let wanted = one.len() * BYTES / size;
    let all: Vec<_> = (0..)
        .flat_map(|round: u64| one.iter().map(move |party| (round, party)))
        .take(wanted)
        .map(|(round, party)| {
            let uid = party.uid.parse::<u64>().unwrap() + round * 1_000_000;
            crate::ofac::party::Party { uid: uid.to_string(), ..party.clone() }
        })
        .collect();
    let xml = render_advanced::advanced_xml(&all);
    assert!(xml.len() > BYTES * 9 / 10, "{} bytes", xml.len());
    if let Some(path) = std::env::var_os("INTERDICT_ADVANCED_XML") {
        std::fs::write(path, &xml).unwrap();
    }
    let (counts, _) = read("us_ofac_sdn", &[ListFile::from_bytes("sdn_advanced.xml", xml)]);
    assert_eq!((counts.records, counts.unreadable), (wanted as u64, 0));
}
