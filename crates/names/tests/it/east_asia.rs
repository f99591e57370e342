//! East Asian names: agreement is decided by syllables.

use interdict_names::{Name, NameKind, Rule, compare, score};

fn person(left: &str, right: &str) -> f64 {
    score(&Name::parse(left, NameKind::Person), &Name::parse(right, NameKind::Person))
}

#[track_caller]
fn same(left: &str, right: &str) {
    let value = person(left, right);
    assert!(value >= 0.7, "{left} / {right}: {value}");
}

#[track_caller]
fn other(left: &str, right: &str) {
    let value = person(left, right);
    assert!(value < 0.7, "{left} / {right}: {value}");
}

#[test]
fn every_korean_writing_of_a_name_comes_out_as_the_same_reading() {
    let writings = [
        "박철민",
        "朴哲敏",
        "Pak Chol Min",
        "Park Cheol-min",
        "PAK, Ch'o'l-min",
        "Pak Ch'ŏlmin",
        "Cheolmin Park",
        "Пак Чхоль Мин",
    ];
    for left in writings {
        for right in writings {
            same(left, right);
        }
    }
}

#[test]
fn one_korean_syllable_more_less_or_different_is_another_person() {
    other("Pak Chol Min", "Pak Chol Man");
    other("Pak Chol Min", "Pak Min Chol");
    other("Pak Chol", "Pak Chol Min");
    other("박철민", "박철만");
}

#[test]
fn north_and_south_spell_initial_sounds_differently() {
    same("리룡남", "Lee Yong-nam");
    same("Ro Chol Min", "Noh Cheol-min");
    other("리영남", "리룡남");
}

#[test]
fn an_explanation_shows_the_shared_korean_reading() {
    let comparison = compare(
        &Name::parse("Пак Сан Хо", NameKind::Person),
        &Name::parse("Pak Sang Ho", NameKind::Person),
    );
    assert_eq!(comparison.parts[0].rule, Rule::Korean);
    assert!(comparison.parts[0].detail.contains("상"), "{}", comparison.render_text());
}

#[test]
fn chinese_transliterations_and_characters_match() {
    for spelling in
        ["Zhao Ziyang", "Chao Tzu-yang", "Чжао Цзыян", "赵紫阳", "趙紫陽", "Ziyang Zhao"]
    {
        same("Zhao Ziyang", spelling);
    }
    other("赵紫阳", "Zhao Zilong");
    other("Li Peng", "Li Ping");
    same("單志明", "Shan Zhiming");
}

#[test]
fn hong_kong_spellings_with_western_given_names_match_characters() {
    same("陳志明", "Chan Chi-ming");
    same("陳志明", "Peter Chan Chi Ming");
    other("陳志明", "Chan Chi-keung");
}

#[test]
fn characters_that_only_sound_alike_are_another_name() {
    other("张伟明", "章伟铭");
}

#[test]
fn japanese_kana_kanji_and_latin_systems_match() {
    for spelling in ["Yuko Tanaka", "Tanaka Yūko", "タナカ ユウコ", "田中優子", "Танака Юко"]
    {
        same("Tanaka Yuuko", spelling);
    }
    same("Shinji Tsuchiya", "Sinzi Tutiya");
    other("田中優子", "Tanaka Yoko");
}

#[test]
fn vietnamese_syllables_must_agree_in_any_order_of_the_whole() {
    same("Trần Văn Dũng", "Tran Van Dung");
    same("Dung Van Tran", "Trần Văn Dũng");
    other("Tran Van Dung", "Tran Van Duong");
}
