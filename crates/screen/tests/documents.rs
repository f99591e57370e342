//! `docs/reference/evidence.md` lists every evidence code with the weight that is used.

use std::path::Path;

use interdict_model::EvidenceCode;
use interdict_screen::weights;

/// The number that the row of a code must name.
fn weight(code: EvidenceCode) -> Option<f64> {
    use EvidenceCode::*;
    Some(match code {
        BirthDay => weights::BIRTH_DAY,
        BirthMonth => weights::BIRTH_MONTH,
        BirthYear => weights::BIRTH_YEAR,
        BirthDateNear => weights::BIRTH_DATE_NEAR,
        BirthDateSwapped => weights::BIRTH_DATE_SWAPPED,
        BirthDayDiffers => weights::BIRTH_DAY_DIFFERS,
        BirthYearAdjacent => weights::BIRTH_YEAR_ADJACENT,
        BirthYearDiffers => weights::BIRTH_YEAR_DIFFERS,
        CountryShared => weights::COUNTRY_SHARED,
        CountryDiffers => weights::COUNTRY_DIFFERS,
        GenderDiffers => weights::GENDER_DIFFERS,
        IdentifierStrong => weights::IDENTIFIER_STRONG,
        IdentifierWeak => weights::IDENTIFIER_WEAK,
        IdentifierDiffers => weights::IDENTIFIER_DIFFERS,
        ListedId => weights::LISTED_ID,
        WalletListed => weights::WALLET_SCORE,
        AddressShared => weights::ADDRESS_SHARED,
        WeakAliasAlone => weights::WEAK_EVIDENCE_CEILING,
        IdentifierAgainstName => weights::IDENTIFIER_AGAINST_NAME,
        OtherKind => weights::EQUAL_NAME_OF_OTHER_KIND,
        EqualNameAgainstFacts => weights::EQUAL_NAME_AGAINST_FACTS,
        FactsNotCounted | EqualNameCleared | EqualNameUnderThreshold | NotInForce | Allowed => {
            return None;
        }
    })
}

/// As the document writes numbers: `.50`, `-.03`.
fn printed(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let digits = format!("{:.2}", value.abs());
    format!("{sign}{}", digits.trim_start_matches('0'))
}

#[test]
fn the_reference_of_evidence_has_every_code_with_its_weight_and_no_other() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/evidence.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| SCR")).collect();
    let documented: Vec<&str> = rows.iter().filter_map(|row| row.get(2..8)).collect();
    let codes: Vec<&str> = EvidenceCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(documented, codes);
    for (row, code) in rows.iter().zip(EvidenceCode::ALL) {
        if let Some(weight) = weight(*code) {
            let effect = row.split('|').nth(3).unwrap_or_default();
            let weight = printed(weight);
            assert!(effect.contains(&weight), "{code} has the weight {weight}: {row}");
        }
    }
}
