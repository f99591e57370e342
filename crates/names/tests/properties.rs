//! What holds for any two texts.

use interdict_names::{
    Asker, Name, NameKind, compare, ofac_score, score, score_at_least, whole_keys,
};
use proptest::prelude::*;

/// Pieces of real names beside any letters at all: the interesting paths need known words.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Kim".to_string()),
        Just("Jong".to_string()),
        Just("Chol".to_string()),
        Just("Abdul".to_string()),
        Just("al-".to_string()),
        Just("Rahman".to_string()),
        Just("bin".to_string()),
        Just("Muhammad".to_string()),
        Just("Петров".to_string()),
        Just("Иванович".to_string()),
        Just("金".to_string()),
        Just("正恩".to_string()),
        Just("김정은".to_string()),
        Just("محمد".to_string()),
        Just("عبد".to_string()),
        Just("Bank".to_string()),
        Just("LLC".to_string()),
        Just("Co., Ltd".to_string()),
        Just("3".to_string()),
        Just("Nguyen".to_string()),
        Just("Zhang".to_string()),
        Just("Shinzo".to_string()),
        Just("アベ".to_string()),
        Just("V.".to_string()),
        Just("Dr".to_string()),
        "\\PC{0,8}",
        "[a-zA-Z]{1,12}",
        "[а-яё]{1,10}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.join(" "))
}

fn kind() -> impl Strategy<Value = NameKind> {
    prop_oneof![
        Just(NameKind::Person),
        Just(NameKind::Organization),
        Just(NameKind::Either),
        Just(NameKind::Object)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_score_is_symmetric_in_range_and_that_of_its_explanation(left in text(), right in text(), one in kind(), other in kind()) {
        let (a, b) = (Name::parse(&left, one), Name::parse(&right, other));
        let value = score(&a, &b);
        prop_assert!((0.0..1.0).contains(&value), "{value}");
        prop_assert_eq!(value.to_bits(), score(&b, &a).to_bits());
        prop_assert_eq!(value.to_bits(), compare(&a, &b).score.to_bits());
        prop_assert_eq!(value.to_bits(), compare(&b, &a).score.to_bits());
        prop_assert_eq!(score_at_least(&a, &b, 0.7), (value >= 0.7).then_some(value));
    }

    #[test]
    fn reading_twice_gives_the_same(text in text(), kind in kind()) {
        let (a, b) = (Name::parse(&text, kind), Name::parse(&text, kind));
        let other = Name::parse("Kim Jong Chol", kind);
        prop_assert_eq!(score(&a, &other).to_bits(), score(&b, &other).to_bits());
        let (mut one, mut two) = (Vec::new(), Vec::new());
        whole_keys(&a, Asker::Index, &mut one);
        whole_keys(&b, Asker::Index, &mut two);
        prop_assert_eq!(one, two);
    }

    #[test]
    fn an_explanation_survives_json(left in text(), right in text()) {
        let comparison = compare(&Name::parse(&left, NameKind::Person), &Name::parse(&right, NameKind::Person));
        let json = serde_json::to_string(&comparison).expect("serialises");
        let back: interdict_names::Comparison = serde_json::from_str(&json).expect("reads back");
        prop_assert_eq!(back.parts, comparison.parts);
    }

    #[test]
    fn the_portal_score_stays_in_range(left in text(), right in text()) {
        prop_assert!((0.0..=1.0).contains(&ofac_score(&left, &right)));
    }
}
