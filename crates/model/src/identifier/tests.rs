//! Published numbers of each kind, and what differs from them by one digit.

use proptest::prelude::*;

use super::*;

fn is_strong(text: &str) -> bool {
    text.parse::<Identifier>().unwrap().is_strong()
}

#[test]
fn leading_zeros_of_a_number_are_ignored() {
    let value = |kind, text| Identifier::new(kind, text).unwrap().value().to_owned();
    for kind in [IdentifierKind::Passport, IdentifierKind::National, IdentifierKind::Other] {
        assert_eq!(value(kind, "045751099"), "45751099");
        assert_eq!(value(kind, "00123"), "00123", "too short");
        assert_eq!(value(kind, "0A45751099"), "0A45751099", "letters");
    }
    assert_eq!(value(IdentifierKind::Imo, "0187629"), "0187629");
    let inn = |text: &str| Identifier::new(IdentifierKind::Inn, text).unwrap().is_strong();
    let last = (0..10).find(|last| inn(&format!("010501802{last}"))).unwrap();
    assert!(inn(&format!("10501802{last}")) && !inn(&format!("10501802{}", (last + 1) % 10)));
}

#[test]
fn values_compare_without_punctuation_and_case() {
    let one: Identifier = "passport:ab-123 456".parse().unwrap();
    assert_eq!(one, Identifier::new(IdentifierKind::Passport, "AB123456").unwrap());
    for (text, value) in [
        ("imo:IMO 9187629", "9187629"),
        ("imo:unknown", "UNKNOWN"),
        ("email: Ivo@Example.ORG ", "ivo@example.org"),
        ("website:HTTPS://www.Example.org/", "example.org"),
        ("website:example.org/a/", "example.org/a"),
        ("website:http://https://www.www.example.org//", "example.org"),
        ("website:example.org/?to=http://other.example", "example.org/?to=http://other.example"),
        ("phone:+7 (495) 123-45-67", "74951234567"),
        ("other:ǰ 1", "J1"),
        ("other:№ 12-б", "12Б"),
    ] {
        let identifier: Identifier = text.parse().unwrap();
        assert_eq!(identifier.value(), value, "{text}");
    }
    assert_eq!("Passport: ab1 ".parse::<Identifier>().unwrap().to_string(), "passport:AB1");
}

#[test]
fn published_numbers_have_right_check_digits_and_their_neighbours_do_not() {
    for (right, wrong) in [
        ("imo:9074729", "imo:9074728"),
        ("imo:9187629", "imo:9187628"),
        ("inn:7707083893", "inn:7707083894"),
        ("inn:7736050003", "inn:7736050002"),
        ("inn:500100732259", "inn:500100732258"),
        ("inn:500100732259", "inn:500100732269"),
        ("inn:253908966176", "inn:253908966177"),
        ("ogrn:1027700132195", "ogrn:1027700132196"),
        ("ogrn:304500116000157", "ogrn:304500116000158"),
        ("lei:506700GE1G29325QX363", "lei:506700GE1G29325QX364"),
        ("lei:HWUPKR0MPOU8FGXBT394", "lei:HWUPKR0MPOU8FGXBT349"),
        ("lei:INR2EJN1ERAN0W5ZP974", "lei:INR2EJN1ERAN0W5ZP975"),
    ] {
        assert!(is_strong(right), "{right}");
        assert!(!is_strong(wrong), "{wrong}");
    }
}

/// A check digit of 10 is written as 0.
#[test]
fn a_remainder_of_ten_is_written_as_zero() {
    assert!(is_strong("inn:1000000010"), "2 × 1 + 8 × 1 is 10");
    let ogrn = (0..u64::MAX).find(|number| (102_770_013_219 + number) % 11 == 10).unwrap();
    assert!(is_strong(&format!("ogrn:{}0", 102_770_013_219 + ogrn)));
}

#[test]
fn numbers_of_another_length_or_with_letters_are_not_strong() {
    for text in [
        "imo:907472",
        "imo:90747290",
        "imo:0",
        "inn:77070838930",
        "inn:77070838",
        "inn:770708389X",
        "ogrn:102770013219",
        "ogrn:10277001321950",
        "ogrn:102770013219X",
        "ogrn:X02770013219X",
        "lei:506700GE1G29325QX36",
        "lei:506700GE1G29325QX3630",
        "lei:506700ГE1G29325QX3",
    ] {
        assert!(!is_strong(text), "{text}");
    }
}

/// Kinds without check digits are judged by their length alone.
#[test]
fn the_length_decides_where_there_are_no_check_digits() {
    for (kind, lengths, strong) in [
        ("usc", 0..30_usize, &[18][..]),
        ("mmsi", 0..30, &[9]),
        ("bic", 0..30, &[8, 11]),
        ("passport", 0..12, &[7, 8, 9, 10, 11]),
        ("national", 0..12, &[7, 8, 9, 10, 11]),
        ("tax", 0..12, &[9, 10, 11]),
        ("registration", 0..12, &[9, 10, 11]),
        ("ssn", 0..12, &[]),
        ("duns", 0..12, &[]),
        ("callsign", 0..12, &[]),
        ("serial", 0..12, &[]),
        ("phone", 0..12, &[]),
        ("website", 0..12, &[]),
        ("other", 0..12, &[]),
    ] {
        for length in lengths.filter(|length| *length > 0) {
            let text = format!("{kind}:{}", "1".repeat(length));
            assert_eq!(is_strong(&text), strong.contains(&length), "{text}");
        }
    }
    assert!(is_strong("email:ivo@example.org") && !is_strong("email:example.org"));
}

#[test]
fn bad_forms_name_what_is_wrong() {
    let error = |text: &str| text.parse::<Identifier>().unwrap_err();
    assert_eq!(error("123"), IdentifierError::Form("123".to_owned()));
    assert_eq!(error("shoe:42"), IdentifierError::Kind("shoe".to_owned()));
    assert_eq!(error("passport:--"), IdentifierError::Empty("--".to_owned()));
    assert_eq!(error("phone:none"), IdentifierError::Empty("none".to_owned()));
}

#[test]
fn a_kind_is_named_by_its_word_or_by_a_property() {
    let kind = |text: &str| text.parse::<Identifier>().unwrap().kind();
    assert_eq!(kind("INN:1"), IdentifierKind::Inn);
    assert_eq!(kind("swiftbic:1"), IdentifierKind::Bic);
    assert_eq!(kind("vatCode:1"), IdentifierKind::Tax);
    for other in ["bik", "okpo", "OKPO", "isin", "isinCode", "kpp", "cik"] {
        assert_eq!(kind(&format!("{other}:1")), IdentifierKind::Other, "{other}");
    }
    assert_eq!(kind("msn:1"), IdentifierKind::Serial);
    assert_eq!(kind("swift:1"), IdentifierKind::Bic);
    assert_eq!(kind("tin:1"), IdentifierKind::Tax);
    assert_eq!(kind("id:1"), IdentifierKind::National);
    for name in IdentifierKind::names() {
        assert_eq!(kind(&format!("{name}:1")).as_str(), name);
        assert_eq!(kind(&format!("{name}:1")).to_string(), name);
    }
    assert_eq!(IdentifierKind::names().count(), 20);
}

#[test]
fn kinds_and_properties_belong_together() {
    assert_eq!(IdentifierKind::of_property("innCode"), Some(IdentifierKind::Inn));
    assert_eq!(IdentifierKind::of_property("licenseNumber"), Some(IdentifierKind::Registration));
    assert_eq!(IdentifierKind::of_property("name"), None);
    assert_eq!(IdentifierKind::Tax.property(), "taxNumber");
    assert_eq!(IdentifierKind::Other.property(), "number");
    let in_company = |property| IdentifierKind::in_schema(&Schema::COMPANY, property);
    assert_eq!(in_company("innCode"), Some(IdentifierKind::Inn));
    assert_eq!(in_company("okpoCode"), Some(IdentifierKind::Other));
    assert_eq!(in_company("name"), None);
    assert_eq!(in_company("nonsense"), None);
}

proptest! {
    /// ISO 7064 MOD 97-10 detects every digit that became another digit and every letter that became
    /// another letter.
    #[test]
    fn an_lei_with_one_character_changed_is_refused(at in 0..20_usize, by in 1..10_u8) {
        let right = "HWUPKR0MPOU8FGXBT394";
        let mut changed = right.as_bytes().to_vec();
        let (first, count) = if changed[at].is_ascii_digit() { (b'0', 10) } else { (b'A', 26) };
        changed[at] = first + (changed[at] - first + by) % count;
        let changed = String::from_utf8(changed).unwrap();
        prop_assert!(!Identifier::new(IdentifierKind::Lei, &changed).unwrap().is_strong());
    }

    /// The other check digits do not detect every change of one digit, but always one of themselves.
    /// Ships and companies have different rules, which may give different digits.
    #[test]
    fn exactly_one_last_digit_is_right(front in "[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{14}") {
        let kind = match front.len() {
            6 => IdentifierKind::Imo,
            9 => IdentifierKind::Inn,
            _ => IdentifierKind::Ogrn,
        };
        let strong = (0..10).filter(|last| {
            Identifier::new(kind, &format!("{front}{last}")).unwrap().is_strong()
        });
        let rules = if kind == IdentifierKind::Imo { 2 } else { 1 };
        prop_assert!((1..=rules).contains(&strong.count()));
    }

    #[test]
    fn normalising_twice_changes_nothing(text in "[ -~а-яА-Я]{1,40}") {
        for kind in IdentifierKind::names() {
            let Ok(once) = format!("{kind}:{text}").parse::<Identifier>() else { continue };
            prop_assert_eq!(Identifier::new(once.kind(), once.value()), Ok(once));
        }
    }

    #[test]
    fn no_text_panics(text in ".*") {
        for kind in IdentifierKind::names() {
            let _ = format!("{kind}:{text}").parse::<Identifier>().map(|number| number.is_strong());
        }
    }
}

#[test]
fn imo_numbers_of_companies_have_a_check_digit_of_their_own() {
    for (number, is_strong) in [
        ("5342883", true),
        ("5179245", true),
        ("5405737", true),
        ("5405738", false),
        ("9187629", true),
        ("540573", false),
    ] {
        let identifier = Identifier::new(IdentifierKind::Imo, number).unwrap();
        assert_eq!(identifier.is_strong(), is_strong, "{number}");
    }
}

#[test]
fn a_remark_in_brackets_after_a_number_is_no_part_of_it() {
    for (text, value) in [
        ("12345 (Iran)", "12345"),
        ("12345 (Iran) (expired)", "12345"),
        ("(Iran) 12345", "IRAN12345"),
        ("(12345)", "12345"),
        ("ABC (12345)", "ABC12345"),
    ] {
        let identifier = Identifier::new(IdentifierKind::National, text).unwrap();
        assert_eq!(identifier.value(), value, "{text}");
    }
}
