use proptest::prelude::*;

use super::*;

fn read(text: &str, order: Option<DateOrder>) -> Result<String, DateFormError> {
    let dates = WrittenDates::parse(text, order)?;
    Ok(dates.dates().iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}

#[test]
fn every_usual_form_is_read_without_being_told_the_order() {
    for (text, date) in [
        ("1965-04-25", "1965-04-25"),
        ("1965-4-5", "1965-04-05"),
        ("25.04.1965", "1965-04-25"),
        ("25/04/1965", "1965-04-25"),
        ("4/25/1965", "1965-04-25"),
        ("25-Apr-1965", "1965-04-25"),
        ("25 Apr 1965", "1965-04-25"),
        ("25Apr1965", "1965-04-25"),
        ("25th April 1965", "1965-04-25"),
        ("April 25, 1965", "1965-04-25"),
        ("Apr. 25 1965", "1965-04-25"),
        ("1965 Apr 25", "1965-04-25"),
        ("25 de abril de 1965", "1965-04-25"),
        ("25. März 1965", "1965-03-25"),
        ("25 апреля 1965 г.", "1965-04-25"),
        ("1965年4月25日", "1965-04-25"),
        ("19650425", "1965-04-25"),
        ("25041965", "1965-04-25"),
        ("19121012", "1912-10-12"),
        ("20101912", "1912-10-20"),
        ("1965/04/25", "1965-04-25"),
        ("1965.04.25", "1965-04-25"),
        ("03/03/1965", "1965-03-03"),
        ("03.04.1965", "1965-04-03"),
    ] {
        assert_eq!(read(text, None).as_deref(), Ok(date), "{text}");
    }
}

#[test]
fn what_is_not_known_is_left_out() {
    for (text, date) in [
        ("1984-00-00", "1984"),
        ("1984-00-15", "1984"),
        ("1965-04-00", "1965-04"),
        ("00.00.1957", "1957"),
        ("00/00/1957", "1957"),
        ("00/04/1965", "1965-04"),
        ("04/00/1965", "1965-04"),
        ("25/00/1965", "1965"),
        ("dd/mm/1945", "1945"),
        ("19840000", "1984"),
        ("00001984", "1984"),
        ("1965", "1965"),
        ("04/1965", "1965-04"),
        ("1965/04", "1965-04"),
        ("April 1965", "1965-04"),
    ] {
        assert_eq!(read(text, None).as_deref(), Ok(date), "{text}");
    }
}

#[test]
fn approximate_dates_and_alternatives_stay_what_they_are() {
    for (text, date) in [
        ("c. 1965", "1965~"),
        ("circa 1965", "1965~"),
        ("ca.1965", "1965~"),
        ("c1965", "1965~"),
        ("Approx. April 1965", "1965-04~"),
        ("~1965", "1965~"),
        ("1965~", "1965~"),
        ("1965 or 1966", "1965 1966"),
        ("25/04/1965 or 26/04/1965", "1965-04-25 1965-04-26"),
        ("1965-1967", "1965/1967"),
        ("1965 – 1967", "1965/1967"),
        ("between 1965 and 1967", "1965/1967"),
        ("from 1965 to 1967", "1965/1967"),
        ("1960/1965", "1960/1965"),
    ] {
        assert_eq!(read(text, None).as_deref(), Ok(date), "{text}");
    }
}

#[test]
fn a_time_of_day_is_dropped() {
    for text in [
        "1965-04-25T00:00:00Z",
        "1965-04-25 00:00:00.000",
        "1965-04-25T12:30:00+01:00",
        "1965-04-25+01:00",
        "1965-04-25Z",
        "25.04.1965 00:00",
        "25/04/1965, 10:15:00",
        "4/25/1965 12:00:00 AM",
        "April 25, 1965 12:00:00 AM",
    ] {
        assert_eq!(read(text, None).as_deref(), Ok("1965-04-25"), "{text}");
    }
}

#[test]
fn months_and_weekdays_are_read_in_the_languages_of_the_tables() {
    for text in [
        "Thu Sep 08 1955",
        "Thu Sep 08 1955 00:00:00 GMT+0000 (Coordinated Universal Time)",
        "Thu Sep 08 10:15:00 UTC 1955",
        "Thursday, 8 September 1955 at 10:15",
        "8 wrz 1955",
        "8 września 1955 r.",
        "8 wrzesnia 1955",
        "четверг, 8 сентября 1955 г.",
        "8 вересня 1955 року",
        "8. září 1955",
        "1955. szeptember 8.",
        "8 EYLÜL 1955 PERŞEMBE",
        "8 Σεπτεμβρίου 1955",
        "8 בספטמבר 1955",
        "٨ سبتمبر ١٩٥٥",
        "٨ أيلول/سبتمبر ١٩٥٥",
        "٠٨-٠٩-١٩٥٥",
        "۸ سپتامبر ۱۹۵۵",
        "8 सितंबर 1955",
        "1955년 9월 8일 목요일",
        "1955年9月8日（木）",
        "1955年9月8日木曜日",
        "１９５５年９月８日",
    ] {
        let order = Some(DateOrder::DayFirst);
        assert_eq!(read(text, order).as_deref(), Ok("1955-09-08"), "{text}");
    }
    assert_eq!(read("8 كانون الثاني 1955", None).as_deref(), Ok("1955-01-08"));
    assert_eq!(
        read("mar 8 mar 1955", None),
        Err(DateFormError::Unreadable("no form of a date that is known"))
    );
    assert_eq!(read("mar 8 sept 1955", None).as_deref(), Ok("1955-09-08"));
    assert_eq!(read("8 mar 1955", None).as_deref(), Ok("1955-03-08"));
    assert_eq!(read("8 İYUN 1955", None).as_deref(), Ok("1955-06-08"));
    assert_eq!(read("8 fe\u{301}vrier 1955", None).as_deref(), Ok("1955-02-08"));
}

#[test]
fn words_of_two_meanings_and_other_calendars_are_not_read() {
    let why = read("8 listopada 1955", None).unwrap_err().to_string();
    assert!(why.contains("two months"), "{why}");
    assert_eq!(DateEvidence::of("٠٨/٠٩/١٩٥٥"), DateEvidence::Either);
    for text in ["Sat 1955", "Thu 8 Sep", "8 lip 1955", "17 شهریور 1334", "8 roe 1955"] {
        assert!(read(text, None).is_err(), "{text}");
    }
}

#[test]
fn a_date_with_two_readings_needs_the_order() {
    assert_eq!(read("03/04/1965", None), Err(DateFormError::Ambiguous));
    assert_eq!(read("03-04-1965", None), Err(DateFormError::Ambiguous));
    assert_eq!(read("03041965", None), Err(DateFormError::Ambiguous));
    assert_eq!(read("03/04/1965", Some(DateOrder::DayFirst)).as_deref(), Ok("1965-04-03"));
    assert_eq!(read("03/04/1965", Some(DateOrder::MonthFirst)).as_deref(), Ok("1965-03-04"));
    assert_eq!(read("03.04.1965", Some(DateOrder::MonthFirst)).as_deref(), Ok("1965-03-04"));
    assert_eq!(read("03/04/1965", Some(DateOrder::YearFirst)), Err(DateFormError::Ambiguous));
    assert_eq!(read("1965/03/04", Some(DateOrder::DayFirst)).as_deref(), Ok("1965-03-04"));
}

#[test]
fn an_order_that_is_told_is_not_overruled_row_by_row() {
    assert!(read("25/04/1965", Some(DateOrder::MonthFirst)).is_err());
    assert!(read("04/25/1965", Some(DateOrder::DayFirst)).is_err());
}

#[test]
fn days_of_spreadsheets_are_read_only_when_told() {
    assert_eq!(read("23857", Some(DateOrder::Excel)).as_deref(), Ok("1965-04-25"));
    assert_eq!(read("1965", Some(DateOrder::Excel)).as_deref(), Ok("1965"));
    let error = read("23857", None).unwrap_err();
    assert!(error.to_string().contains("--date-format excel"), "{error}");
}

#[test]
fn what_is_no_date_is_refused_without_quoting_it() {
    for text in [
        "25/04/65",
        "65-04-25",
        "25.4.65",
        "31/02/1965",
        "32/01/1965",
        "13/13/1965",
        "soon",
        "",
        "196504",
        "1965-13-01",
        "25 Foo 1965",
        "1/2/3/1965",
        "250465",
        "1965?",
        "March or April 1965",
        "jui 1965",
    ] {
        let error = read(text, None).unwrap_err();
        assert!(text.is_empty() || !error.to_string().contains(text), "{text}: {error}");
    }
    assert!(read("25/04/65", None).unwrap_err().to_string().contains("two digits"));
}

#[test]
fn texts_say_what_they_prove_about_their_column() {
    for (text, evidence) in [
        ("25/04/1965", DateEvidence::DayFirst),
        ("04/25/1965", DateEvidence::MonthFirst),
        ("04/25/1965 12:00:00 AM", DateEvidence::MonthFirst),
        ("03/04/1965", DateEvidence::Either),
        ("03041965", DateEvidence::Either),
        ("03.04.1965", DateEvidence::EitherDotted),
        ("25.04.1965", DateEvidence::DayFirst),
        ("03/03/1965", DateEvidence::Nothing),
        ("00/00/1965", DateEvidence::Nothing),
        ("1965-04-03", DateEvidence::Nothing),
        ("4 May 1965", DateEvidence::Nothing),
        ("19650403", DateEvidence::Nothing),
        ("31/02/1965", DateEvidence::Nothing),
        ("soon", DateEvidence::Nothing),
    ] {
        assert_eq!(DateEvidence::of(text), evidence, "{text}");
    }
}

#[test]
fn orders_have_words() {
    for order in
        [DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::YearFirst, DateOrder::Excel]
    {
        assert_eq!(order.to_string().parse(), Ok(order));
    }
    assert!("day".parse::<DateOrder>().is_err());
}

proptest! {
    #[test]
    fn every_day_reads_back_in_every_form(year in 1800u16..2199, month in 1u8..13, day in 1u8..29) {
        let expected = format!("{year:04}-{month:02}-{day:02}");
        for text in [
            format!("{year:04}-{month}-{day}"),
            format!("{year:04}/{month:02}/{day:02}"),
            format!("{year:04}{month:02}{day:02}"),
            format!("{day}.{month}.{year}"),
        ] {
            let found = read(&text, None);
            prop_assert_eq!(found.as_deref(), Ok(expected.as_str()), "{}", text);
        }
        let both = [
            (format!("{day}/{month}/{year}"), DateOrder::DayFirst),
            (format!("{month:02}-{day:02}-{year}"), DateOrder::MonthFirst),
            (format!("{day:02}{month:02}{year}"), DateOrder::DayFirst),
        ];
        for (text, order) in both {
            let found = read(&text, Some(order));
            prop_assert_eq!(found.as_deref(), Ok(expected.as_str()), "{}", text);
        }
    }

    #[test]
    fn no_text_panics(text in ".*|[0-9./ :TZ~-]{0,30}|(c|ca|circa|between|or| |年|é|[0-9]|:){0,9}") {
        for order in [None, Some(DateOrder::DayFirst), Some(DateOrder::Excel)] {
            let _ = WrittenDates::parse(&text, order);
        }
        let _ = DateEvidence::of(&text);
    }
}
