//! Names of organisations, vessels and aircraft.

use interdict_names::{Name, NameKind, score};

#[track_caller]
fn check(kind: NameKind, left: &str, right: &str, alike: bool) {
    let value = score(&Name::parse(left, kind), &Name::parse(right, kind));
    assert_eq!(value >= 0.7, alike, "{left} / {right}: {value}");
}

#[track_caller]
fn same(left: &str, right: &str) {
    check(NameKind::Organization, left, right, true);
}

#[track_caller]
fn other(left: &str, right: &str) {
    check(NameKind::Organization, left, right, false);
}

#[test]
fn legal_forms_match_across_languages_and_may_be_missing() {
    same("Uralsever AG", "Uralsever Aktiengesellschaft");
    same("ПАО «Уралсевер»", "Uralsever PJSC");
    same("Uralsever", "Uralsever LLC");
    same("Acme Trading Co., Ltd.", "ACME TRADING COMPANY LIMITED");
}

#[test]
fn distinctive_words_decide() {
    other("Korvat Bank", "Melira Bank");
    other("Uralsever Bank", "Uralvostok Bank");
    other("Uralsever", "Uralsever Neft");
    other("Hwasan Shipping", "Kumsan Shipping");
}

#[test]
fn terms_match_across_languages() {
    same("대흥은행", "Taehung Bank");
    same("Melira Shipping Company", "Мелира судоходная компания");
}

#[test]
fn equal_numbers_match_in_words_and_digits_and_different_ones_do_not() {
    same("Brigade Forty Four", "Brigade 44");
    other("Brigade 44", "Brigade 45");
    other("Factory No. 3 Melira", "Factory No. 5 Melira");
}

#[test]
fn an_acronym_matches_the_words_it_abbreviates() {
    same("NMPC", "Narvik Metallurgical Production Corporation");
    other("NMQC", "Narvik Metallurgical Production Corporation");
}

#[test]
fn spacing_and_typed_errors_do_not_hide_an_organisation() {
    same("AEROMELIRA LINES", "AERO MELIRA LINES");
    same("Melirastroy Holding", "Melirasrtoy Holding");
    same("MEL1RASTROY HOLDING", "MELIRASTROY HOLDING");
}

#[test]
fn vessels_are_their_letters_and_their_number() {
    check(NameKind::Object, "PAEK DU SAN", "BAEKDUSAN", true);
    check(NameKind::Object, "OCEAN PEARL 3", "OCEANPEARL3", true);
    check(NameKind::Object, "OCEAN PEARL 3", "OCEAN PEARL 4", false);
    check(NameKind::Object, "OCEAN PEARL", "OCEAN STAR", false);
}

#[test]
fn a_name_of_unknown_kind_is_analysed_by_the_words_it_contains() {
    assert_eq!(Name::parse("Uralsever LLC", NameKind::Either).kind(), NameKind::Organization);
    assert_eq!(Name::parse("Ivan Sidorenko", NameKind::Either).kind(), NameKind::Person);
}

#[test]
fn terms_and_legal_forms_are_known_in_every_transliteration_and_ending() {
    same("Измерительный завод Корват", "Izmeritelnyy zavod Korvat");
    same("OOO Korvat", "Obshchestvo s ogranichenoy otvetstvennostju Korvat");
    same("OOO Korvat", "Obshchestvo s organichennoi otvetstvenostyu Korvat");
    same("Korvat Production Association", "Korvat proizvodstvennoje objedineniye");
    other("Korvat Production Association", "Melira proizvodstvennoye obyedineniye");
}

#[test]
fn words_that_are_glued_or_scanned_are_read_apart() {
    same("Korvat Ltd", "KORVATLTD");
    same("Korvat Petrochemical Company", "KORVAT PETROCHEMICALCOMPANY");
    same("Korvat Oil Trading Co.", "KORVAT 0IL TRADING C0.");
    other("Korvat Oil Trading Co.", "MELIRA 0IL TRADING C0.");
}

#[test]
fn related_terms_match_beside_a_distinctive_word_only() {
    same("Korvat Relief Society", "Korvat Aid Organization");
    other("Armed Forces General Staff", "Army Supply Bureau");
}

#[test]
fn an_acronym_beside_its_own_words_changes_nothing() {
    let with = "Korvat Institute for Naval Studies (KINS)";
    let (with, without) = (
        Name::parse(with, NameKind::Organization),
        Name::parse("Korvat Institute for Naval Studies", NameKind::Organization),
    );
    assert!(score(&with, &without) > 0.9);
}
