//! Every number of a screening decision: its unit, its reason and the test that asserts it.
//!
//! Four units are used.
//!
//! - **score**: a value from 0 to 1, on the scale of the result.
//! - **gain**: the share of the gap between the name score and 1 that a fact closes. Gains never pass
//!   1 and never reorder equal names.
//! - **loss**: a negative amount that is added to the score.
//! - **factor**: a multiplier of the name score.
//!
//! The sizes of gains and losses follow how much each fact narrows down: a full birth date is shared
//! by one person in some 25,000 of an age band, a birth year by one in 70, a country by one in ten on
//! the lists.
//!
//! Every gain, loss and factor is asserted, with an example on either side of the default threshold
//! where one is named below, by `every_fact_moves_the_score_by_its_weight` in `src/tests/facts.rs`;
//! scores and caps by the tests of `src/tests/decision.rs`.

/// Score. Names less similar than this are different names: no other fact makes them a match. With
/// the strongest usual fact (a full birth date) .62 becomes .81; without this floor, two people born
/// on the same day would match on a shared given name.
pub const NAME_FLOOR: f64 = 0.62;

/// Score. The floor where proof agrees that is independent of the name (a birth date to the day, a
/// unique number): a name given in part ("Nicolas Maduro" for Nicolas Maduro Moros, .57) then
/// suffices. Lower would match on one shared given name.
pub const PROVEN_NAME_FLOOR: f64 = 0.55;

/// Score. From this name score on, proof (the same birth date, a unique number or a wallet) makes the
/// result certain, that is 1. Below it the names differ by more than spelling.
pub const CERTAIN_NAME: f64 = 0.9;

/// Score. The most that a name and facts without proof can reach: only agreement on an independent,
/// all but unique fact gives 1, so that 1 can be filtered for.
pub const WITHOUT_PROOF_CEILING: f64 = 0.999;

/// Score. A wallet address is unique and its holder is on the list; what remains is a mistake of the
/// list.
pub const WALLET_SCORE: f64 = 0.99;

/// Score. The id of a listed party stands in place of a name: it is that party, unless it is the number of another
/// system by chance.
pub const LISTED_ID: f64 = 0.95;

/// Score. A unique number agrees and the query has no name: a match, but one number may be mistyped.
pub const IDENTIFIER_SCORE: f64 = 0.95;

/// Score. A number that is not unique agrees, its kind can be the same, and the query has no name: the number is all
/// there is to compare, so a person must review it.
pub const NUMBER_ALONE: f64 = 0.75;

/// Score. A number that is not unique, but too long to be equal by chance, agrees and the names do not: customers state
/// a listed passport with another name, and the name of an aircraft is seldom written as the list writes it. The lowest
/// score of a match at the default threshold.
pub const NUMBER_AGAINST_NAME: f64 = 0.70;

/// Score. The names are equal, but the list states another kind of party than the query: exports often state one
/// default kind for all rows. Below the score of equal names of the same kind (.84 and more), and still a match at the
/// default threshold if no country is shared.
pub const EQUAL_NAME_OF_OTHER_KIND: f64 = 0.80;

/// Score. The least that a name equal to a listed one gets beside facts that differ, unless one of them clears it: the
/// lowest score of a match at the default threshold, so that a person decides. Lists have wrong and several birth
/// dates, countries are those of one document, and a gender is often only guessed.
/// Test: `facts_that_differ_leave_an_equal_name_a_match_unless_one_clears_it`.
pub const EQUAL_NAME_AGAINST_FACTS: f64 = 0.70;

/// Years. A birth date that is further than this from all listed ones clears an equal name: the default of
/// [`Policy::cleared_by_years`](crate::Policy::cleared_by_years). Banks close alerts from a distance of 2 to 10 years
/// on; one wrong digit of the decade is exactly 10 years.
pub const CLEARED_BY_YEARS: u16 = 10;

/// Years. Customers are between these ages. Another birth date is the day of a contract, or what a system writes
/// for an unknown date (1900-01-01, 1753-01-01, 1858-11-17), so that it is no evidence against a match.
pub const PLAUSIBLE_AGE: std::ops::RangeInclusive<u16> = 10..=115;

/// Score. A unique number agrees but the names do not: either the number or the name is wrong, so a person must review
/// it.
pub const IDENTIFIER_AGAINST_NAME: f64 = 0.85;

/// Score, just under the default threshold of .7. The most that a weak alias without proof reaches, and the score of a
/// short number that agrees while the names do not: shown with a lower threshold, not a match by default.
pub const WEAK_EVIDENCE_CEILING: f64 = 0.69;

/// Factor of a former name: it identifies as well as a current one, but a current one that is as
/// similar is shown first.
pub const FORMER_NAME: f64 = 0.98;

/// Gain. Born on the same day: with a similar name, all but proof. Lifts .62 to .81.
pub const BIRTH_DAY: f64 = 0.50;
/// Gain. Born in the same month, the day unknown on one side: one person in some 850 of an age band.
pub const BIRTH_MONTH: f64 = 0.30;
/// Gain. Born in the same year, the rest unknown on one side: one person in 70.
pub const BIRTH_YEAR: f64 = 0.12;
/// Gain. Inside a range or near an approximate date: several years, so hardly more than a hint.
pub const BIRTH_DATE_NEAR: f64 = 0.05;
/// Loss. Day and month swapped: usually another way of writing the date, sometimes another person.
pub const BIRTH_DATE_SWAPPED: f64 = -0.03;
/// Loss. Same year, another day. Lists often contain wrong days, so it must not clear a rare name (.97 - .12 stays a
/// match), but it clears a name that is only partly similar.
pub const BIRTH_DAY_DIFFERS: f64 = -0.12;
/// Loss. Born one year apart: ages rounded to years and lunar calendars cause it.
pub const BIRTH_YEAR_ADJACENT: f64 = -0.15;
/// Loss. Born in another year: another person, unless the name is rare. .93 - .25 falls under .7.
pub const BIRTH_YEAR_DIFFERS: f64 = -0.25;

/// Gain. A country in common. Small: most entries of a list share a few countries.
pub const COUNTRY_SHARED: f64 = 0.10;
/// Loss. No country in common. Small, because lists mix residence, birth and nationality.
pub const COUNTRY_DIFFERS: f64 = -0.10;

/// Loss. Another gender. Lists state it only where documents do.
pub const GENDER_DIFFERS: f64 = -0.20;

/// Gain. The same number, of a kind that is unique in the world.
pub const IDENTIFIER_STRONG: f64 = 0.80;
/// Gain. The same number, but without check digits, short, or of another kind.
pub const IDENTIFIER_WEAK: f64 = 0.35;
/// Loss. A different number of a kind of which one holder has one (LEI, IMO, INN, OGRN).
pub const IDENTIFIER_DIFFERS: f64 = -0.25;

/// Gain. The same street or town, word by word: shared by families, tenants and company agents.
pub const ADDRESS_SHARED: f64 = 0.10;
/// Share of the shorter address's words that must occur in the other: street and number, or number
/// and town.
pub const ADDRESS_MIN_SHARE: f64 = 0.5;
/// Words. Shorter addresses ("Moscow", "Tehran, Iran") are shared by too many people.
pub const ADDRESS_MIN_WORDS: usize = 3;
/// Distinct words of an address that are compared, in alphabetical order; bounds the work on a long
/// text.
pub const ADDRESS_MAX_WORDS: usize = 64;
