//! A synthetic population of ordinary people, drawn with a fixed generator from
//! `data/names/common_names.tsv`.
//!
//! Cultures take turns; within one, given names and surnames are drawn by their weights. As in
//! customer records, half are women, with female given names and, where the language has them,
//! female forms of the surname; where three-part names are customary they are drawn so (two
//! surnames, the father's name, a patronymic, a second given name).

use std::collections::BTreeMap;

type Pool = Vec<(String, f64)>;

/// How the full names of a culture are composed.
#[derive(Clone, Copy)]
enum Custom {
    /// Given name, surname.
    Plain,
    /// Surname, given name, written as one word where the script does.
    SurnameFirst,
    /// Given name, father's given name, surname or grandfather's name.
    Father,
    /// One or two given names, two surnames.
    TwoSurnames,
    /// Given name, patronymic in every other record, surname.
    Patronymic,
    /// Given name, a second one in every other record, surname.
    SecondGiven,
}

fn custom(culture: &str) -> Custom {
    match culture {
        "cn" | "tw" | "hk" | "kr" | "kp" | "vn" | "hu" | "zh-hans" | "ko-hang" => {
            Custom::SurnameFirst
        }
        "ar-arab" | "eg" | "iq" | "jo" | "ly" | "sa" | "sy" | "ye" | "so" | "am" => Custom::Father,
        "es" | "mx" | "co" | "ve" | "cu" | "br" | "pt" => Custom::TwoSurnames,
        "ru" | "ru-cyrl" | "ua" | "by" => Custom::Patronymic,
        "en-us" | "en-gb" | "de" | "fr" | "nl" | "se" | "dk" | "no" | "ph" => Custom::SecondGiven,
        _ => Custom::Plain,
    }
}

struct Draw {
    pools: BTreeMap<(String, char), Pool>,
    state: u64,
}

impl Draw {
    fn random(&mut self) -> f64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn half(&mut self) -> bool {
        self.random() < 0.5
    }

    /// A name of a pool: `m` and `f` given names, `s` surnames.
    fn pick(&mut self, culture: &str, pool: char) -> String {
        let mut left = self.random();
        let pool = &self.pools[&(culture.to_string(), pool)];
        left *= pool.iter().map(|(_, weight)| weight).sum::<f64>();
        for (name, weight) in pool {
            left -= weight;
            if left <= 0.0 {
                return name.clone();
            }
        }
        pool.last().map(|(name, _)| name.clone()).unwrap_or_default()
    }

    fn person(&mut self, culture: &str, female: bool) -> String {
        let gender = if female { 'f' } else { 'm' };
        let given = self.pick(culture, gender);
        let mut surname = self.pick(culture, 's');
        if female {
            surname = female_form(culture, &surname);
        }
        match custom(culture) {
            Custom::Plain => format!("{given} {surname}"),
            Custom::SurnameFirst if matches!(culture, "zh-hans" | "ko-hang") => {
                format!("{surname}{given}")
            }
            Custom::SurnameFirst => format!("{surname} {given}"),
            Custom::Father => format!("{given} {} {surname}", self.pick(culture, 'm')),
            Custom::TwoSurnames => {
                let more =
                    if self.half() { self.pick(culture, gender) + " " } else { String::new() };
                format!("{given} {more}{surname} {}", self.pick(culture, 's'))
            }
            Custom::Patronymic => match self.half().then(|| self.pick(culture, 'm')) {
                Some(father) => {
                    format!("{given} {} {surname}", patronymic(culture, &father, female))
                }
                None => format!("{given} {surname}"),
            },
            Custom::SecondGiven if self.half() => {
                format!("{given} {} {surname}", self.pick(culture, gender))
            }
            Custom::SecondGiven => format!("{given} {surname}"),
        }
    }
}

/// The feminine form of a surname.
fn female_form(culture: &str, surname: &str) -> String {
    let rules: &[(&str, &str)] = match culture {
        "ru" => &[("sky", "skaya"), ("skiy", "skaya"), ("ov", "ova"), ("ev", "eva"), ("in", "ina")],
        "ru-cyrl" => {
            &[("ский", "ская"), ("ов", "ова"), ("ев", "ева"), ("ёв", "ёва"), ("ин", "ина")]
        }
        "ua" | "by" => &[("skyi", "ska"), ("ski", "skaya"), ("ov", "ova"), ("au", "ava")],
        "bg" | "kz" | "uz" | "az" => &[("ov", "ova"), ("ev", "eva"), ("in", "ina"), ("ski", "ska")],
        "pl" => &[("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")],
        "cz" => &[("ová", "ová"), ("ý", "á"), ("ek", "ková"), ("ec", "cová"), ("a", "ová")],
        _ => return surname.to_string(),
    };
    match rules.iter().find_map(|(end, form)| Some(surname.strip_suffix(end)?.to_string() + form)) {
        Some(form) => form,
        None if culture == "cz" => format!("{surname}ová"),
        None => surname.to_string(),
    }
}

/// The father's name as a patronymic.
fn patronymic(culture: &str, father: &str, female: bool) -> String {
    let (hard, soft) = match (culture, female) {
        ("ru-cyrl", false) => ("ович", "евич"),
        ("ru-cyrl", true) => ("овна", "евна"),
        ("ua", false) => ("ovych", "iiovych"),
        ("ua", true) => ("ivna", "iivna"),
        (_, false) => ("ovich", "evich"),
        (_, true) => ("ovna", "evna"),
    };
    let stem = father.trim_end_matches(['i', 'y', 'й', 'a', 'а', 'я', 'ь', 'o', 'о']);
    let ending = if father.ends_with(['i', 'y', 'й', 'ь']) { soft } else { hard };
    format!("{stem}{ending}")
}

/// Culture and name of each person.
pub fn draw(count: usize) -> Vec<(String, String)> {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/names/common_names.tsv");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut pools: BTreeMap<(String, char), Pool> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [culture, part, gender, name, weight, ..] = cells.as_slice() else { continue };
        let which: &[char] = match (*part, *gender) {
            ("surname", _) => &['s'],
            (_, "m") => &['m'],
            (_, "f") => &['f'],
            _ => &['m', 'f'],
        };
        for pool in which {
            pools
                .entry((culture.to_string(), *pool))
                .or_default()
                .push((name.to_string(), weight.parse().unwrap_or(1.0)));
        }
    }
    let mut cultures: Vec<String> = pools.keys().map(|(culture, _)| culture.clone()).collect();
    cultures.dedup();
    cultures
        .retain(|culture| "mfs".chars().all(|pool| pools.contains_key(&(culture.clone(), pool))));
    if cultures.is_empty() {
        return Vec::new();
    }
    let mut draw = Draw { pools, state: 0x2545_f491_4f6c_dd1d };
    (0..count)
        .map(|index| {
            let culture = &cultures[index % cultures.len()];
            let female = index / cultures.len() % 2 == 1;
            (culture.clone(), draw.person(culture, female))
        })
        .collect()
}
