//! Checks between reading a new version of a list and putting it to use.

use interdict_model::{DatasetName, Entity};

use crate::{Counts, Dataset, SetReport};

/// The largest share of unreadable records: one in fifty. Official lists have almost none, so a
/// larger share means a damaged file or a changed format.
pub const UNREADABLE_SHARE: f64 = 0.02;

/// The largest share of its listed entities that a new version may lack: a fifth. Delistings come
/// by the dozen in lists of thousands, so a larger loss means an incomplete file.
pub const SHRINKING_SHARE: f64 = 0.2;

/// The largest share of records with a field that is unknown to the reader. The lists of 2018 to 2026 have none, so a
/// larger share means that the publisher renamed an element whose values would be lost.
const UNKNOWN_FIELDS_SHARE: f64 = 0.02;

/// Least number of names, dates, documents or wallets whose loss counts, and of records with unknown fields: in a
/// short list a few are a large share.
const LEAST_LOSS: u64 = 10;

/// Fewest entities for which the mean number of names per entity is checked.
const ENTITIES_FOR_MEAN: u64 = 200;

/// The share of entities under a programme of the consolidated (non-SDN) list that distinguishes it from the SDN list.
/// In the files of 2018 to 2025 it is 13 to 33 % of the consolidated list and at most .07 % of the SDN list, where a
/// party is under both.
const CONSOLIDATED_SHARE: f64 = 0.02;

/// Most rows of a set that may belong to no record. The sets of 2021 to 2026 have none; ten allow for files that are
/// fetched a minute apart while the list changes.
const MOST_ORPHANS: u64 = 10;

/// Why a version of a list is not put to use.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GuardError {
    /// Too many records could not be read.
    #[error("{unreadable} of {records} records cannot be read, more than {allowed:.1} %")]
    Unreadable {
        /// Records that could not be read.
        unreadable: u64,
        /// Records in the file.
        records: u64,
        /// The share allowed, in percent.
        allowed: f64,
    },
    /// The list has no listed entity.
    #[error("the list holds no entity")]
    Nothing,
    /// The list lost too much against the version in use.
    #[error("the list shrank from {before} to {after} {what}, more than {allowed:.1} %")]
    Shrunk {
        /// The kind of things that were lost.
        what: &'static str,
        /// Their number in the version in use.
        before: u64,
        /// Their number in the new version.
        after: u64,
        /// The share allowed, in percent.
        allowed: f64,
    },
    /// The entities of the list have fewer names than in any known version of it.
    #[error(
        "{targets} entities have {names} names, fewer than {least:.1} each; every known version has \
         more"
    )]
    FewNames {
        /// Listed entities.
        targets: u64,
        /// Their names.
        names: u64,
        /// The least number of names of an entity, on average.
        least: f64,
    },
    /// Too many records have a field that is unknown to the reader.
    #[error(
        "{records} of {all} records have fields that this version does not know: the format of the list \
         has changed, and names or numbers would be lost"
    )]
    UnknownFields {
        /// Records with such a field.
        records: u64,
        /// Records in the file.
        all: u64,
    },
    /// The file with the rest of long remarks is missing.
    #[error(
        "the remarks of {records} records are cut, and the file with the rest of them is missing \
         (sdn_comments.csv or cons_comments.csv): wallets, numbers and aliases are lost"
    )]
    NoComments {
        /// Records whose remarks are cut.
        records: u64,
    },
    /// Rows of a set belong to records that the main file does not have.
    #[error(
        "{orphans} rows of aliases, addresses or comments belong to no record of the main file, more \
         than {MOST_ORPHANS}: it is cut, or the files are of different days"
    )]
    Orphans {
        /// Their number.
        orphans: u64,
    },
    /// A file of a set ends long before the main file.
    #[error(
        "{file} has nothing for the last {records} records of the main file: it is cut, or of an earlier \
         day"
    )]
    Short {
        /// The file.
        file: String,
        /// Records behind its last row.
        records: u64,
    },
    /// A file of a set lacks the mark at its end that the others have.
    #[error(
        "{file} lacks the mark at its end (byte 0x1A) that other files of the set have: it is cut"
    )]
    Unmarked {
        /// The file.
        file: String,
    },
    /// The files are of another list of the same publisher.
    #[error("the files are {found}, whose dataset is {right}")]
    OtherList {
        /// What they are.
        found: &'static str,
        /// The name under which it must be imported.
        right: &'static str,
    },
}

/// Refuses a list if more than a share of its records could not be read, or if it has no listed
/// entity.
pub fn check_readable(counts: &Counts, share: f64) -> Result<(), GuardError> {
    if counts.unreadable as f64 > counts.records as f64 * share {
        let (unreadable, records) = (counts.unreadable, counts.records);
        return Err(GuardError::Unreadable { unreadable, records, allowed: share * 100.0 });
    }
    if counts.targets == 0 { Err(GuardError::Nothing) } else { Ok(()) }
}

/// Refuses a version that lost more than a share of the listed entities of the one in use, or of their
/// names, birth dates, documents or wallets: a file of aliases that was cut, or an element that was
/// renamed, leaves the entities as they were.
pub fn check_shrinking(before: &Counts, after: &Counts, share: f64) -> Result<(), GuardError> {
    let parts = [
        ("entities", before.targets, after.targets, 0),
        ("names", before.names, after.names, LEAST_LOSS),
        ("birth dates", before.birth_dates, after.birth_dates, LEAST_LOSS),
        ("documents", before.documents, after.documents, LEAST_LOSS),
        ("wallets", before.wallets, after.wallets, LEAST_LOSS),
    ];
    for (what, before, after, least) in parts {
        let lost = before.saturating_sub(after);
        if lost >= least && lost as f64 > before as f64 * share {
            return Err(GuardError::Shrunk { what, before, after, allowed: share * 100.0 });
        }
    }
    Ok(())
}

/// Refuses an official list whose entities have fewer names on average than in any known version. Also applies to a
/// first import, which has no earlier version to compare with; a smaller loss of names, and any loss of dates,
/// documents or wallets, is not detected there.
pub fn check_names(dataset: &DatasetName, counts: &Counts) -> Result<(), GuardError> {
    let least = Dataset::find(dataset).map_or(0.0, |known| known.least_names);
    let (targets, names) = (counts.targets, counts.names);
    if targets >= ENTITIES_FOR_MEAN && (names as f64) < targets as f64 * least {
        return Err(GuardError::FewNames { targets, names, least });
    }
    Ok(())
}

/// Refuses an official list if too many of its records have a field that is unknown to the reader: an element
/// that was renamed. Lists of one's own may have columns of any name.
pub fn check_fields(dataset: &DatasetName, counts: &Counts) -> Result<(), GuardError> {
    let (records, all) = (counts.unknown_fields, counts.records);
    let is_official = Dataset::find(dataset).is_some_and(|known| !known.formats.is_empty());
    if is_official && records >= LEAST_LOSS && records as f64 > all as f64 * UNKNOWN_FIELDS_SHARE {
        return Err(GuardError::UnknownFields { records, all });
    }
    Ok(())
}

/// Refuses a set of files if comparing them shows that one is missing, cut, or of another day. Also applies to a first
/// import.
pub fn check_set(set: &SetReport) -> Result<(), GuardError> {
    if set.cut_remarks > 0 {
        return Err(GuardError::NoComments { records: set.cut_remarks });
    }
    if set.orphans > MOST_ORPHANS {
        return Err(GuardError::Orphans { orphans: set.orphans });
    }
    if let Some((file, records)) = set.short.first() {
        return Err(GuardError::Short { file: file.clone(), records: *records });
    }
    match set.unmarked.first() {
        Some(file) => Err(GuardError::Unmarked { file: file.clone() }),
        None => Ok(()),
    }
}

/// Whether an entity is under a programme that only OFAC's consolidated (non-SDN) list has.
pub fn is_consolidated(entity: &Entity) -> bool {
    const PROGRAMMES: [&str; 4] = ["NS-", "CMIC", "561", "FSE-"];
    let designations = entity.provenance.iter().flat_map(|p| &p.designations);
    let mut programmes = designations.flat_map(|designation| &designation.programmes);
    programmes.any(|code| PROGRAMMES.iter().any(|start| code.starts_with(start)))
}

/// Refuses OFAC's consolidated list under the name of the SDN list, and the other way round: both have
/// the same formats. `consolidated` is the number of targets that [`is_consolidated`].
pub fn check_ofac_list(
    dataset: &DatasetName,
    targets: u64,
    consolidated: u64,
) -> Result<(), GuardError> {
    let is_consolidated = consolidated as f64 > targets as f64 * CONSOLIDATED_SHARE;
    match dataset.as_str() {
        "us_ofac_sdn" if is_consolidated => Err(GuardError::OtherList {
            found: "OFAC's consolidated (non-SDN) list",
            right: "us_ofac_cons",
        }),
        "us_ofac_cons" if !is_consolidated && targets >= ENTITIES_FOR_MEAN => {
            Err(GuardError::OtherList { found: "OFAC's SDN list", right: "us_ofac_sdn" })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_too_many_unreadable_records_is_refused() {
        let counts = |records, unreadable, targets| Counts {
            records,
            unreadable,
            targets,
            ..Counts::default()
        };
        assert!(check_readable(&counts(100, 2, 98), UNREADABLE_SHARE).is_ok());
        assert!(check_readable(&counts(100, 3, 97), UNREADABLE_SHARE).is_err());
        assert_eq!(check_readable(&counts(0, 0, 0), UNREADABLE_SHARE), Err(GuardError::Nothing));
    }

    #[test]
    fn a_list_that_lost_a_fifth_is_refused_and_one_that_grew_is_not() {
        let check = |before, after| {
            let counts = |targets| Counts { targets, ..Counts::default() };
            check_shrinking(&counts(before), &counts(after), SHRINKING_SHARE)
        };
        assert!(check(100, 80).is_ok());
        assert!(check(100, 79).is_err());
        assert!(check(5, 3).is_err());
        assert!(check(100, 1_000).is_ok());
        assert!(check(0, 0).is_ok());
    }

    #[test]
    fn names_dates_documents_and_wallets_are_guarded_as_the_entities_are() {
        type Part = fn(&mut Counts) -> &mut u64;
        let parts: [(&str, Part); 4] = [
            ("names", |counts| &mut counts.names),
            ("birth dates", |counts| &mut counts.birth_dates),
            ("documents", |counts| &mut counts.documents),
            ("wallets", |counts| &mut counts.wallets),
        ];
        for (what, part) in parts {
            let check = |before: u64, after: u64| {
                let (mut old, mut new) = (Counts::default(), Counts::default());
                (*part(&mut old), *part(&mut new)) = (before, after);
                check_shrinking(&old, &new, SHRINKING_SHARE)
            };
            assert!(check(100, 80).is_ok() && check(9, 0).is_ok(), "{what}");
            let error = check(100, 79).unwrap_err().to_string();
            assert_eq!(error, format!("the list shrank from 100 to 79 {what}, more than 20.0 %"));
        }
    }

    #[test]
    fn a_list_with_fewer_names_than_any_version_of_it_is_refused() {
        let check = |dataset: &str, targets, names| {
            let counts = Counts { targets, names, ..Counts::default() };
            check_names(&dataset.parse().unwrap(), &counts).is_ok()
        };
        assert!(check("un_sc_sanctions", 1_003, 4_234));
        assert!(!check("un_sc_sanctions", 1_003, 1_411));
        assert!(check("un_sc_sanctions", 199, 199), "a part of a list says nothing");
        assert!(check("my_list", 1_000, 1_000), "of a list of one's own nothing is known");
    }

    #[test]
    fn an_official_list_with_unknown_fields_in_many_records_is_refused() {
        let check = |dataset: &str, unknown_fields| {
            let counts = Counts { records: 1_000, unknown_fields, ..Counts::default() };
            check_fields(&dataset.parse().unwrap(), &counts).is_ok()
        };
        assert!(check("un_sc_sanctions", 20) && !check("un_sc_sanctions", 21));
        let few = Counts { records: 9, unknown_fields: 9, ..Counts::default() };
        assert!(check_fields(&"un_sc_sanctions".parse().unwrap(), &few).is_ok());
        assert!(check("my_list", 1_000), "columns of a list of one's own have any name");
    }

    #[test]
    fn a_set_of_which_a_file_is_missing_cut_or_of_another_day_is_refused() {
        let refusal = |set: SetReport| check_set(&set).err().map(|error| error.to_string());
        assert_eq!(refusal(SetReport { orphans: 10, ..SetReport::default() }), None);
        for (set, words) in [
            (SetReport { cut_remarks: 1, ..SetReport::default() }, "sdn_comments.csv"),
            (SetReport { orphans: 11, ..SetReport::default() }, "11 rows"),
            (
                SetReport { short: vec![("alt.csv".to_owned(), 700)], ..SetReport::default() },
                "last 700",
            ),
            (SetReport { unmarked: vec!["alt.csv".to_owned()], ..SetReport::default() }, "0x1A"),
        ] {
            let text = refusal(set).unwrap();
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn the_two_lists_of_ofac_are_told_apart_by_their_programmes() {
        let check = |dataset: &str, targets, consolidated| {
            check_ofac_list(&dataset.parse().unwrap(), targets, consolidated).is_ok()
        };
        assert!(check("us_ofac_sdn", 8_890, 6) && check("us_ofac_cons", 639, 85));
        assert!(!check("us_ofac_sdn", 442, 147) && !check("us_ofac_cons", 8_890, 6));
        assert!(check("us_ofac_cons", 10, 0), "a part of a list says nothing");
        let under = |programme: &str| {
            let mut entity = Entity::new("x-1".parse().unwrap(), interdict_model::Schema::PERSON);
            let designation = interdict_model::Designation {
                programmes: vec![programme.to_owned()],
                ..Default::default()
            };
            entity.provenance = Some(interdict_model::Provenance {
                list: "us_ofac_sdn".parse().unwrap(),
                list_version: String::new(),
                record_id: String::new(),
                designations: vec![designation],
            });
            is_consolidated(&entity)
        };
        assert!(under("NS-PLC") && under("CMIC-EO13959") && under("FSE-IR"));
        assert!(!under("SDGT") && !under("UKRAINE-EO13662"));
    }
}
