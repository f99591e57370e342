//! Small files in each format, and the fragments of the published ones, against golden files.

use super::read;
use crate::ListFile;
use crate::testing::{Completeness, assert_golden, published};

fn own_file(name: &str) -> ListFile {
    ListFile::from_path(format!("{}/testdata/ofac/{name}", env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn a_small_comma_separated_set_reads_as_its_golden_file_says() {
    let files = ["sdn_comments.csv", "add.csv", "alt.csv", "sdn.csv"].map(own_file);
    let (counts, list) = read("us_ofac_sdn", &files);
    assert_eq!((counts.records, counts.targets, counts.unreadable), (7, 7, 0));
    assert_golden("ofac/csv.golden.jsonl", &list);
}

#[test]
fn a_small_standard_xml_reads_as_its_golden_file_says() {
    let (counts, list) = read("us_ofac_sdn", &[own_file("sdn.xml")]);
    assert_eq!((counts.records, counts.targets, counts.unreadable), (4, 3, 1));
    assert_golden("ofac/sdn.golden.jsonl", &list);
}

#[test]
fn a_small_advanced_xml_reads_as_its_golden_file_says() {
    let (counts, list) = read("us_ofac_sdn", &[own_file("sdn_advanced.xml")]);
    assert_eq!((counts.records, counts.targets, counts.unreadable), (4, 3, 1));
    assert_golden("ofac/sdn_advanced.golden.jsonl", &list);
}

#[test]
fn a_wallet_address_that_the_list_cuts_in_two_is_joined_again() {
    let files = ["sdn_comments.csv", "add.csv", "alt.csv", "sdn.csv"].map(own_file);
    let (_, list) = read("us_ofac_sdn", &files);
    let address = "0x52908400098527886E0F7030069857D2E4169EE7";
    assert_eq!(list.get(&format!("ofac-106-wallet-eth-{address}")).values("publicKey"), [address]);
    let cut = list.get("ofac-107");
    assert!(cut.values("passportNumber").iter().all(|number| number.len() == 8), "no half number");
    assert!(list.problems.iter().any(|problem| problem.code.as_str() == "LST201"));
}

/// What `SDN.XML` has that is not about anybody: OFAC's own counters, and which of two values leads.
const CHECK: Completeness<'_> = Completeness {
    records: &["sdnEntry"],
    id_path: "uid",
    id_prefix: "ofac-",
    technical: &[
        "id/uid",
        "aka/uid",
        "address/uid",
        "nationality/uid",
        "citizenship/uid",
        "dateOfBirthItem/uid",
        "placeOfBirthItem/uid",
        "mainEntry",
        // Becomes the schema, the strength of the name, its kind.
        "sdnType",
        "aka/category",
        "aka/type",
        // Becomes the property, or the kind of the document.
        "id/idType",
    ],
    empty_words: &[],
};

#[test]
fn the_published_fragment_of_the_standard_xml_is_read_completely() {
    let Some(bytes) = published("formats/ofac_sdn.xml") else { return };
    let (counts, list) =
        read("us_ofac_sdn", &[ListFile::from_bytes("ofac_sdn.xml", bytes.clone())]);
    assert_eq!((counts.records, counts.targets, counts.wallets), (3, 3, 2));
    assert_golden("ofac/published_fragment.golden.jsonl", &list);
    // These two are kept in another form.
    assert_eq!(list.get("ofac-7001").values("birthDate"), ["1961~"]);
    assert_eq!(list.get("ofac-8001").values("imoNumber"), ["IMO9187629"]);
    let lost = CHECK.lost(&bytes, &list);
    let ends: Vec<&str> = lost.iter().filter_map(|text| text.rsplit('/').next()).collect();
    assert_eq!(ends, ["dateOfBirth: circa 1961", "idNumber: IMO 9187629"]);
}

#[test]
fn the_published_fragment_of_the_advanced_xml_is_read_completely() {
    let Some(bytes) = published("formats/ofac_sdn_advanced.xml") else { return };
    let (counts, list) =
        read("us_ofac_sdn", &[ListFile::from_bytes("ofac_sdn_advanced.xml", bytes)]);
    assert_eq!((counts.records, counts.targets, counts.wallets), (2, 2, 2));
    assert_golden("ofac/published_advanced_fragment.golden.jsonl", &list);
    let maduro = list.get("ofac-22790");
    assert_eq!(maduro.values("name"), ["Nicolas MADURO MOROS"]);
    assert_eq!(maduro.values("birthDate"), ["1962~"]);
    assert_eq!(maduro.values("nationality"), ["ve"]);
    assert_eq!(maduro.values("address"), ["Caracas, Venezuela"]);
    assert_eq!(maduro.values("idNumber"), ["5892464"]);
    assert_eq!(maduro.values("program"), ["VENEZUELA"]);
    assert_eq!(list.get("ofac-22790-sanction-sdn").values("listingDate"), ["2017-07-31"]);
}
