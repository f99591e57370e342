//! Compares the facts besides the name: which agree, which differ, and by how much each moves the score.

use interdict_model::{
    Country, DateAgreement, DatePrefix, Direction, Entity, Evidence, EvidenceCode, Gender,
    Identifier, IdentifierKind, PartialDate, PropertyType,
};

use crate::decision::note;
use crate::policy::Policy;
use crate::query::Query;
use crate::weights;

/// The result of comparing every fact that both the query and one entity state.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) evidence: Vec<Evidence>,
    /// An independent fact that all but proves identity agrees: a birth date to the day, or a
    /// unique number.
    pub(crate) proven: bool,
    /// A unique number agrees.
    pub(crate) strong_identifier: bool,
    /// A number that is not unique agrees.
    pub(crate) weak_identifier: bool,
    /// A number that is not unique agrees, and its kind can be the same on both sides.
    pub(crate) same_kind_identifier: bool,
    /// A number that is not unique agrees, and it is too long to be equal by chance.
    pub(crate) telling_identifier: bool,
    /// Some fact contradicts the match.
    pub(crate) contradicted: bool,
    /// The note of a fact that clears the party even if a name is equal.
    pub(crate) excluding: Option<Evidence>,
}

/// The values of one fact on both sides, as shown.
struct Values {
    query: String,
    entity: String,
}

/// The rule that applies to two birth dates.
struct BirthDateRule {
    code: EvidenceCode,
    effect: f64,
    text: &'static str,
}

impl Facts {
    pub(crate) fn compare(query: &Query, entity: &Entity, policy: &Policy) -> Self {
        let mut facts = Self::default();
        facts.compare_birth_dates(query, entity, policy);
        facts.compare_countries(query, entity);
        facts.compare_genders(query, entity);
        facts.compare_identifiers(query, entity);
        facts.compare_addresses(query, entity);
        facts
    }

    /// The score after all evidence. All gains come before all losses, so that the order of facts
    /// does not matter.
    pub(crate) fn adjust(&self, name: f64) -> f64 {
        let gap: f64 =
            self.evidence.iter().filter(|e| e.effect > 0.0).map(|e| 1.0 - e.effect).product();
        let loss: f64 = self.evidence.iter().map(|e| e.effect.min(0.0)).sum();
        (1.0 - (1.0 - name) * gap + loss).clamp(0.0, 1.0)
    }

    fn add(&mut self, code: EvidenceCode, effect: f64, values: Values, text: String) {
        let direction = if effect > 0.0 { Direction::For } else { Direction::Against };
        self.contradicted |= direction == Direction::Against;
        let Values { query, entity } = values;
        self.evidence.push(Evidence { code, direction, query, entity, effect, text });
    }

    /// Takes the pair of dates that agrees best: lists give several birth dates for one person.
    fn compare_birth_dates(&mut self, query: &Query, entity: &Entity, policy: &Policy) {
        let listed = entity.dates("birthDate");
        let best = query
            .birth_dates
            .iter()
            .flat_map(|asked| listed.iter().map(move |known| (asked, known)))
            .map(|pair| (birth_date_rule(pair.0, pair.1), pair))
            .filter(|(rule, (asked, _))| rule.effect > 0.0 || can_differ(asked, policy.day))
            .max_by(|(a, near), (b, far)| {
                let nearer = || far.0.years_apart(far.1).cmp(&near.0.years_apart(near.1));
                a.effect.total_cmp(&b.effect).then_with(nearer)
            });
        let Some((rule, (asked, known))) = best else { return };
        self.proven |= rule.code == EvidenceCode::BirthDay;
        let values = Values { query: asked.to_string(), entity: known.to_string() };
        if asked.years_apart(known) > policy.cleared_by_years {
            self.exclude("birth date", &values);
        }
        self.add(rule.code, rule.effect, values, rule.text.to_owned());
    }

    /// Notes that a fact clears the party; the first one stands.
    fn exclude(&mut self, fact: &str, Values { query, entity }: &Values) {
        let text = format!("a name is equal; cleared by the {fact}");
        let code = EvidenceCode::EqualNameCleared;
        self.excluding.get_or_insert_with(|| note(code, query.clone(), entity.clone(), &text));
    }

    fn compare_countries(&mut self, query: &Query, entity: &Entity) {
        let listed = entity.countries();
        if query.countries.is_empty() || listed.is_empty() {
            return;
        }
        let shared =
            query.countries.iter().find(|asked| listed.iter().any(|known| known.overlaps(asked)));
        let values =
            Values { query: country_names(&query.countries), entity: country_names(&listed) };
        match shared {
            Some(country) => {
                let text = format!("both are connected with {}", country.name());
                self.add(EvidenceCode::CountryShared, weights::COUNTRY_SHARED, values, text);
            }
            None => {
                let text = "no country in common".to_owned();
                self.add(EvidenceCode::CountryDiffers, weights::COUNTRY_DIFFERS, values, text);
            }
        }
    }

    /// An equal gender is no evidence: half of all people share it.
    fn compare_genders(&mut self, query: &Query, entity: &Entity) {
        let listed: Vec<Gender> =
            entity.values("gender").iter().filter_map(|value| value.parse().ok()).collect();
        let (Some(asked), Some(known)) = (query.genders.first(), listed.first()) else { return };
        if !query.genders.iter().any(|gender| listed.contains(gender)) {
            let values =
                Values { query: asked.as_str().to_owned(), entity: known.as_str().to_owned() };
            let text = "the gender differs".to_owned();
            self.add(EvidenceCode::GenderDiffers, weights::GENDER_DIFFERS, values, text);
        }
    }

    fn compare_identifiers(&mut self, query: &Query, entity: &Entity) {
        let listed = identifiers_of(entity);
        // A query may contain several readings of one number. If one reading is equal, the other readings do not count
        // as different numbers.
        let is_listed = |asked: &&Identifier| listed.contains(asked);
        let equal: Vec<_> =
            query.identifiers.iter().filter(is_listed).map(Identifier::kind).collect();
        for asked in &query.identifiers {
            let same_value = || listed.iter().filter(|known| known.value() == asked.value());
            let same_kind = || listed.iter().find(|known| known.kind() == asked.kind());
            let best = same_value().find(|known| known.kind() == asked.kind());
            if let Some(known) = best.or_else(|| same_value().next()) {
                self.add_equal_identifier(asked, known);
            } else if is_single(asked.kind())
                && !is_filler(asked.value())
                && !equal.contains(&asked.kind())
                && let Some(known) = same_kind()
            {
                let text = format!("another {} number", known.kind());
                let values = Values { query: asked.to_string(), entity: known.to_string() };
                // Check digits show that neither of the two is mistyped.
                if asked.is_strong() && known.is_strong() {
                    self.exclude("number", &values);
                }
                let effect = weights::IDENTIFIER_DIFFERS;
                self.add(EvidenceCode::IdentifierDiffers, effect, values, text);
            }
        }
    }

    fn add_equal_identifier(&mut self, asked: &Identifier, known: &Identifier) {
        let compatible = is_compatible(asked.kind(), known.kind());
        let strong = asked.is_strong() && compatible;
        let (code, effect) = if strong {
            (EvidenceCode::IdentifierStrong, weights::IDENTIFIER_STRONG)
        } else {
            (EvidenceCode::IdentifierWeak, weights::IDENTIFIER_WEAK)
        };
        self.proven |= strong;
        self.strong_identifier |= strong;
        self.weak_identifier |= !strong;
        self.same_kind_identifier |= compatible;
        self.telling_identifier |=
            compatible && is_telling(asked.value()) || is_rare(asked.value());
        let text = format!("the same {} number", known.kind());
        let values = Values { query: asked.to_string(), entity: known.to_string() };
        self.add(code, effect, values, text);
    }

    fn compare_addresses(&mut self, query: &Query, entity: &Entity) {
        let listed: Vec<String> = entity
            .values_of(PropertyType::Address)
            .map(|(_, value)| value.to_lowercase())
            .collect();
        let best = query
            .addresses
            .iter()
            .flat_map(|asked| listed.iter().map(move |known| (asked, known)))
            .map(|pair| (shared_words(pair.0, pair.1), pair))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((share, (asked, known))) = best
            && share >= weights::ADDRESS_MIN_SHARE
        {
            let values = Values { query: asked.clone(), entity: known.clone() };
            let text = "the addresses agree".to_owned();
            self.add(EvidenceCode::AddressShared, weights::ADDRESS_SHARED, values, text);
        }
    }
}

/// Whether a number was typed to fill a field: one digit repeated, or digits counted up or down, perhaps with a check
/// digit behind them. Such a number says nothing about the party, although its check digits can be right.
fn is_filler(number: &str) -> bool {
    let digits = number.as_bytes();
    let is_even = |digits: &[u8]| {
        let steps = digits.iter().zip(digits.iter().skip(1)).map(|(a, b)| (10 + b - a) % 10);
        let mut steps = steps.peekable();
        let first = steps.peek().copied();
        matches!(first, Some(0 | 1 | 9)) && steps.all(|step| Some(step) == first)
    };
    let before_check = digits.get(..digits.len().saturating_sub(1)).unwrap_or_default();
    let (all_digits, is_long) = (digits.iter().all(u8::is_ascii_digit), digits.len() > 5);
    all_digits && is_long && (is_even(digits) || is_even(before_check))
}

/// Whether a customer's birth date can speak against a match. What systems write for an unknown date, and dates on which
/// no customer can have been born, cannot.
fn can_differ(asked: &PartialDate, day: Option<DatePrefix>) -> bool {
    let is_plausible = |day: DatePrefix| {
        let age = |born: DatePrefix| day.year().checked_sub(born.year());
        let is_age =
            |years: Option<u16>| years.is_some_and(|years| weights::PLAUSIBLE_AGE.contains(&years));
        is_age(age(asked.from())) || is_age(age(asked.to()))
    };
    !is_epoch(asked) && day.is_none_or(is_plausible)
}

/// Whether it is the day at which computers begin to count, and which they write for an unknown date.
fn is_epoch(date: &PartialDate) -> bool {
    date.is_first_of_january() && date.from().year() == 1970
}

fn birth_date_rule(asked: &PartialDate, known: &PartialDate) -> BirthDateRule {
    let years_apart = asked.from().year().abs_diff(known.from().year());
    let rule = |code, effect, text| BirthDateRule { code, effect, text };
    use EvidenceCode as Code;
    match asked.agreement(known) {
        DateAgreement::Day => rule(Code::BirthDay, weights::BIRTH_DAY, "the same birth date"),
        DateAgreement::Month => {
            rule(Code::BirthMonth, weights::BIRTH_MONTH, "born in the same month")
        }
        DateAgreement::Year => rule(Code::BirthYear, weights::BIRTH_YEAR, "born in the same year"),
        DateAgreement::Approximate => {
            rule(Code::BirthDateNear, weights::BIRTH_DATE_NEAR, "the birth dates are close")
        }
        DateAgreement::Flipped => {
            let text = "day and month of birth are swapped";
            rule(Code::BirthDateSwapped, weights::BIRTH_DATE_SWAPPED, text)
        }
        DateAgreement::SameYear if asked.is_first_of_january() || known.is_first_of_january() => {
            rule(Code::BirthYear, weights::BIRTH_YEAR, "born in the same year")
        }
        DateAgreement::SameYear => {
            let text = "born on another day of the same year";
            rule(Code::BirthDayDiffers, weights::BIRTH_DAY_DIFFERS, text)
        }
        DateAgreement::Different if years_apart == 1 => {
            rule(Code::BirthYearAdjacent, weights::BIRTH_YEAR_ADJACENT, "born one year apart")
        }
        DateAgreement::Different => {
            rule(Code::BirthYearDiffers, weights::BIRTH_YEAR_DIFFERS, "born in another year")
        }
    }
}

fn country_names(countries: &[Country]) -> String {
    countries.iter().map(Country::name).collect::<Vec<_>>().join(", ")
}

pub(crate) fn identifiers_of(entity: &Entity) -> Vec<Identifier> {
    let typed = entity.properties.iter().filter_map(|(property, values)| {
        Some((IdentifierKind::in_schema(&entity.schema, property)?, values))
    });
    let parse = |(kind, values): (IdentifierKind, &Vec<String>)| {
        values.iter().flat_map(|value| Identifier::read_all(kind, value)).collect::<Vec<_>>()
    };
    typed.flat_map(parse).collect()
}

/// Kinds of numbers that each holder has only one of; another number of such a kind is evidence against a match.
fn is_single(kind: IdentifierKind) -> bool {
    matches!(
        kind,
        IdentifierKind::Lei | IdentifierKind::Imo | IdentifierKind::Inn | IdentifierKind::Ogrn
    )
}

/// Whether a number is long enough not to be equal by chance: there are a million numbers of six digits and only some
/// thousands on the lists, and a letter has more possible values than a digit.
fn is_telling(value: &str) -> bool {
    is_as_long(value, 5, 6)
}

/// Whether a number is so long that it is the same document even if its kinds differ, as when a passport stands in a column
/// of tax numbers.
fn is_rare(value: &str) -> bool {
    is_as_long(value, 8, 9)
}

/// Whether a number has at least so many signs: a shorter one with letters is as rare as a longer one of digits alone.
fn is_as_long(value: &str, with_letters: usize, of_digits: usize) -> bool {
    let has_letters = value.chars().any(char::is_alphabetic);
    value.chars().count() >= if has_letters { with_letters } else { of_digits }
}

/// Whether equal values of two kinds are the same number. Lists file passports under national ids
/// and tax numbers under registrations.
fn is_compatible(a: IdentifierKind, b: IdentifierKind) -> bool {
    use IdentifierKind as Kind;
    let documents = [Kind::Passport, Kind::National, Kind::SocialSecurity];
    let registers =
        [Kind::Tax, Kind::Registration, Kind::Inn, Kind::Ogrn, Kind::Usc, Kind::National];
    let vehicle_codes = [Kind::Imo, Kind::Mmsi, Kind::Registration, Kind::Tail];
    // A number of a kind that is not known may be of any kind.
    a == b
        || [a, b].contains(&Kind::Other)
        || [&documents[..], &registers, &vehicle_codes]
            .iter()
            .any(|set| set.contains(&a) && set.contains(&b))
}

/// The share of the shorter address's words that the other has too; 0 for addresses too short to
/// tell places apart.
fn shared_words(a: &str, b: &str) -> f64 {
    let (a, b) = (distinct_words(a), distinct_words(b));
    let shorter = a.len().min(b.len());
    if shorter < weights::ADDRESS_MIN_WORDS {
        return 0.0;
    }
    let shared = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    shared as f64 / shorter as f64
}

fn distinct_words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(weights::ADDRESS_MAX_WORDS);
    words
}
