//! What speaks for and against a match besides the name.

use interdict_model::{
    Country, DateAgreement, Direction, Entity, Evidence, Gender, Identifier, IdentifierKind,
    PropertyType,
};

use crate::query::Query;

/// Moves a name score by evidence. Gains close a share of the gap to 1, so that they never pass it
/// and never reorder equal names; losses are taken off.
///
/// The sizes follow what each fact is worth in practice: a full birth date is shared by one person
/// in some 25,000 of an age band, a birth year by one in 70, a country by one in ten on the lists.
mod weight {
    /// Same day: with a similar name, all but proof. Lifts .62 to .81.
    pub(super) const DOB_DAY: f64 = 0.50;
    /// Same month and year.
    pub(super) const DOB_MONTH: f64 = 0.30;
    /// Same year, the rest unknown on one side.
    pub(super) const DOB_YEAR: f64 = 0.12;
    /// Inside a range or near an approximate date.
    pub(super) const DOB_NEAR: f64 = 0.05;
    /// Day and month swapped: usually one clerk's habit, sometimes another person.
    pub(super) const DOB_FLIPPED: f64 = -0.03;
    /// Same year, another day: lists carry wrong days often enough that it must not clear a rare
    /// name (.97 - .12 stays a match), but clears a half-alike one.
    pub(super) const DOB_SAME_YEAR: f64 = -0.12;
    /// One year apart: age-in-years and lunar-calendar errors.
    pub(super) const DOB_NEXT_YEAR: f64 = -0.15;
    /// Another year: another person, unless the name is rare. .93 - .25 falls under .7.
    pub(super) const DOB_OTHER: f64 = -0.25;
    /// A shared country. Worth little: most of a list's entries share a few countries.
    pub(super) const COUNTRY: f64 = 0.10;
    /// No country in common. Small, because residence, birth and nationality are mixed on lists.
    pub(super) const COUNTRY_OTHER: f64 = -0.10;
    /// Another gender. Lists state it where documents do.
    pub(super) const GENDER_OTHER: f64 = -0.20;
    /// A number that is unique in the world.
    pub(super) const STRONG_ID: f64 = 0.80;
    /// A number without check digits, short, or of another kind.
    pub(super) const WEAK_ID: f64 = 0.35;
    /// A different number where one holder has one number (LEI, IMO, INN, OGRN).
    pub(super) const ID_OTHER: f64 = -0.25;
    /// The same street or town word by word.
    pub(super) const ADDRESS: f64 = 0.10;
}

/// What the facts of a query say about one entity.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) evidence: Vec<Evidence>,
    /// An independent fact that all but proves identity agrees.
    pub(crate) proven: bool,
    /// A strong identifier agrees.
    pub(crate) strong_identifier: bool,
    /// Something speaks against.
    pub(crate) contradicted: bool,
}

impl Facts {
    /// Weighs every fact that both sides have.
    pub(crate) fn weigh(query: &Query, entity: &Entity) -> Self {
        let mut facts = Self::default();
        facts.birth_date(query, entity);
        facts.country(query, entity);
        facts.gender(query, entity);
        facts.identifiers(query, entity);
        facts.address(query, entity);
        facts
    }

    /// The score after all evidence, gains first so that the order of facts does not matter.
    pub(crate) fn apply(&self, name: f64) -> f64 {
        let gap: f64 =
            self.evidence.iter().filter(|e| e.effect > 0.0).map(|e| 1.0 - e.effect).product();
        let loss: f64 = self.evidence.iter().map(|e| e.effect.min(0.0)).sum();
        (1.0 - (1.0 - name) * gap + loss).clamp(0.0, 1.0)
    }

    fn push(&mut self, code: &'static str, effect: f64, values: (String, String), text: String) {
        let direction = match effect {
            _ if effect > 0.0 => Direction::For,
            _ if effect < 0.0 => Direction::Against,
            _ => Direction::Neutral,
        };
        self.contradicted |= effect < 0.0;
        let (query, entity) = values;
        self.evidence.push(Evidence { code, direction, query, entity, effect, text });
    }

    fn birth_date(&mut self, query: &Query, entity: &Entity) {
        let listed = entity.dates("birthDate");
        let best = query
            .birth_dates
            .iter()
            .flat_map(|asked| listed.iter().map(move |known| (asked, known)))
            .map(|(asked, known)| (date_effect(asked.agreement(known), asked, known), asked, known))
            .max_by(|a, b| a.0.1.total_cmp(&b.0.1));
        let Some(((code, effect, text), asked, known)) = best else { return };
        self.proven |= code == "SCR101";
        self.push(code, effect, (asked.to_string(), known.to_string()), text.to_owned());
    }

    fn country(&mut self, query: &Query, entity: &Entity) {
        let listed = entity.countries();
        if query.countries.is_empty() || listed.is_empty() {
            return;
        }
        let shared =
            query.countries.iter().find(|asked| listed.iter().any(|known| known.overlaps(asked)));
        let names = |countries: &[Country]| {
            countries.iter().map(Country::name).collect::<Vec<_>>().join(", ")
        };
        let values = (names(&query.countries), names(&listed));
        match shared {
            Some(country) => {
                let text = format!("both are connected with {}", country.name());
                self.push("SCR201", weight::COUNTRY, values, text);
            }
            None => {
                let text = "no country in common".to_owned();
                self.push("SCR202", weight::COUNTRY_OTHER, values, text);
            }
        }
    }

    fn gender(&mut self, query: &Query, entity: &Entity) {
        let listed: Vec<Gender> =
            entity.values("gender").iter().filter_map(|value| value.parse().ok()).collect();
        let (Some(asked), Some(known)) = (query.genders.first(), listed.first()) else { return };
        if !query.genders.iter().any(|gender| listed.contains(gender)) {
            let values = (asked.as_str().to_owned(), known.as_str().to_owned());
            self.push("SCR302", weight::GENDER_OTHER, values, "the gender differs".to_owned());
        }
    }

    fn identifiers(&mut self, query: &Query, entity: &Entity) {
        let listed: Vec<Identifier> = entity
            .properties
            .iter()
            .filter_map(|(property, values)| {
                Some((IdentifierKind::in_schema(&entity.schema, property)?, values))
            })
            .flat_map(|(kind, values)| {
                values.iter().filter_map(move |value| Identifier::new(kind, value).ok())
            })
            .collect();
        for asked in &query.identifiers {
            let same_value: Vec<&Identifier> =
                listed.iter().filter(|known| known.value() == asked.value()).collect();
            let same_kind = same_value.iter().find(|known| known.kind() == asked.kind());
            if let Some(known) = same_kind.or(same_value.first()) {
                let strong = asked.is_strong() && compatible(asked.kind(), known.kind());
                let (code, effect) = if strong {
                    ("SCR401", weight::STRONG_ID)
                } else {
                    ("SCR402", weight::WEAK_ID)
                };
                self.proven |= strong;
                self.strong_identifier |= strong;
                let text = format!("the same {} number", known.kind());
                self.push(code, effect, (asked.to_string(), known.to_string()), text);
            } else if is_single(asked.kind())
                && let Some(known) = listed.iter().find(|known| known.kind() == asked.kind())
            {
                let text = format!("another {} number", known.kind());
                let values = (asked.to_string(), known.to_string());
                self.push("SCR403", weight::ID_OTHER, values, text);
            }
        }
    }

    fn address(&mut self, query: &Query, entity: &Entity) {
        let listed: Vec<String> = entity
            .values_of(PropertyType::Address)
            .map(|(_, value)| value.to_lowercase())
            .collect();
        let best = query
            .addresses
            .iter()
            .flat_map(|asked| listed.iter().map(move |known| (overlap(asked, known), asked, known)))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        // Half of the shorter address's words: street and number, or number and town.
        if let Some((share, asked, known)) = best
            && share >= 0.5
        {
            let values = (asked.clone(), known.clone());
            self.push("SCR501", weight::ADDRESS, values, "the addresses agree".to_owned());
        }
    }
}

fn date_effect(
    agreement: DateAgreement,
    asked: &interdict_model::PartialDate,
    known: &interdict_model::PartialDate,
) -> (&'static str, f64, &'static str) {
    match agreement {
        DateAgreement::Day => ("SCR101", weight::DOB_DAY, "the same birth date"),
        DateAgreement::Month => ("SCR102", weight::DOB_MONTH, "born in the same month"),
        DateAgreement::Year => ("SCR103", weight::DOB_YEAR, "born in the same year"),
        DateAgreement::Approximate => ("SCR104", weight::DOB_NEAR, "the birth dates are close"),
        DateAgreement::Flipped => {
            ("SCR105", weight::DOB_FLIPPED, "day and month of birth are swapped")
        }
        DateAgreement::SameYear => {
            ("SCR106", weight::DOB_SAME_YEAR, "born on another day of the same year")
        }
        DateAgreement::Different if asked.from().year().abs_diff(known.from().year()) == 1 => {
            ("SCR107", weight::DOB_NEXT_YEAR, "born one year apart")
        }
        DateAgreement::Different => ("SCR108", weight::DOB_OTHER, "born in another year"),
    }
}

/// Numbers of which one holder has one.
fn is_single(kind: IdentifierKind) -> bool {
    matches!(
        kind,
        IdentifierKind::Lei | IdentifierKind::Imo | IdentifierKind::Inn | IdentifierKind::Ogrn
    )
}

/// Whether equal values of the two kinds mean the same number: lists file passports under national
/// ids and tax numbers under registrations.
fn compatible(a: IdentifierKind, b: IdentifierKind) -> bool {
    use IdentifierKind as K;
    let documents = [K::Passport, K::National, K::SocialSecurity, K::Other];
    let registers = [K::Tax, K::Registration, K::Inn, K::Ogrn, K::Usc, K::National, K::Other];
    let codes = [K::Imo, K::Mmsi, K::Registration, K::Other];
    a == b
        || [&documents[..], &registers, &codes]
            .iter()
            .any(|set| set.contains(&a) && set.contains(&b))
}

/// The share of the shorter address's words that the other has too, if it has at least three.
fn overlap(a: &str, b: &str) -> f64 {
    fn words(text: &str) -> Vec<&str> {
        let mut words: Vec<&str> = text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        words.sort_unstable();
        words.dedup();
        words.truncate(64);
        words
    }
    let (a, b) = (words(a), words(b));
    let shorter = a.len().min(b.len());
    if shorter < 3 {
        return 0.0;
    }
    let shared = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    shared as f64 / shorter as f64
}
