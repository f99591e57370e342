//! The parts of a query on the command line, shared by the verbs that take one.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use clap::Args;
use clap::builder::RangedU64ValueParser;
use interdict_engine::Config;
use interdict_engine::screening::{Algorithm, Policy, Query};
use interdict_model::wallet::written_wallets;
use interdict_model::{
    Country, CountryError, DatasetName, DateOrder, FieldKind, Gender, Identifier, IdentifierError,
    NullWord, Schema, Score, WrittenDates, null_word,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Search terms: the attributes of the person or company to screen.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// The kind of party: Person, Company, Organization, Vessel, Airplane ... [default: any]. Of entities that cannot be
    /// of this kind only equal names are found, with .80 (SCR604), and no ships whose name is a single word.
    #[arg(short, long, value_parser = parse_schema)]
    schema: Option<Schema>,
    /// Birth date, as far as it is known: 1965-04-25, 25.04.1965, 25 Apr 1965, 1965, "c. 1965" ...
    #[arg(long, value_name = "DATE")]
    birth_date: Vec<String>,
    /// The order of a date such as 03/04/1965: dmy (day first) or mdy (month first).
    #[arg(long, value_name = "ORDER")]
    date_format: Option<DateOrder>,
    /// Nationality, as a code or a name.
    #[arg(long, value_name = "COUNTRY", value_parser = parse_country)]
    nationality: Vec<Country>,
    /// Any other country it is connected with.
    #[arg(long, value_name = "COUNTRY", value_parser = parse_country)]
    country: Vec<Country>,
    /// Gender: male or female.
    #[arg(long)]
    gender: Option<Gender>,
    /// A number with its kind, such as passport:109420132 or imo:9187629. The kinds: passport, national, ssn, tax,
    /// registration, inn, ogrn, usc, lei, bic, duns, imo, mmsi, callsign, tail, serial, email, phone, website, other.
    #[arg(long = "id", value_name = "TYPE:NUMBER", value_parser = parse_number)]
    identifiers: Vec<Number>,
    /// A virtual-currency address of any chain, in any letter case.
    #[arg(long, value_name = "ADDRESS")]
    wallet: Vec<String>,
    /// A postal address in one line.
    #[arg(long)]
    address: Vec<String>,
}

/// A number with its kind, in every way in which it can be read.
#[derive(Debug, Clone)]
struct Number(Vec<Identifier>);

fn parse_number(text: &str) -> Result<Number, IdentifierError> {
    Identifier::read_typed(text).map(Number)
}

/// How to answer.
#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// Only this dataset; can be given several times.
    #[arg(short, long, value_name = "DATASET")]
    dataset: Vec<DatasetName>,
    /// The lowest score that counts as a match.
    /// [default: 0.7, or the policy in interdict.toml]
    #[arg(long, value_parser = parse_score)]
    threshold: Option<Score>,
    /// Return at most this many candidates.
    #[arg(long, default_value_t = 5, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    limit: usize,
    /// How names are compared: interdict, ofac (the score of OFAC's search page) or exact. The last two compare
    /// with every listed name, which takes up to a second for each query.
    /// [default: interdict, or the policy in interdict.toml]
    #[arg(long)]
    algorithm: Option<Algorithm>,
    /// Let an alias that the list itself calls weak reach the threshold without any other fact.
    /// `--weak-alias-alone=false` overrides the policy in interdict.toml.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    weak_alias_alone: Option<bool>,
    /// Compare with every listed name and use no index (slow; for audits).
    #[arg(long)]
    exhaustive: bool,
}

fn parse_score(text: &str) -> Result<Score, String> {
    let number: f64 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    if number == 0.0 {
        return Err("at 0 every listed party would be a match".to_owned());
    }
    Score::new(number).map_err(|error| error.to_string())
}

impl PolicyArgs {
    /// The policy of the configuration, overridden by the arguments.
    pub(crate) fn policy(&self, config: &Config) -> Policy {
        let configured = config.policy.policy();
        Policy {
            threshold: self.threshold.unwrap_or(configured.threshold),
            limit: self.limit,
            algorithm: self.algorithm.unwrap_or(configured.algorithm),
            datasets: self.dataset.clone(),
            weak_alias_alone: self.weak_alias_alone.unwrap_or(configured.weak_alias_alone),
            exhaustive: self.exhaustive,
            ..configured
        }
    }
}

fn parse_country(text: &str) -> Result<Country, String> {
    // Parsing the text again gives the error, which quotes the text.
    Country::of_word(text).map_or_else(|| text.parse().map_err(|e: CountryError| e.to_string()), Ok)
}

/// Reads the name of a schema, or a usual word for a kind of party.
pub(crate) fn parse_schema(text: &str) -> Result<Schema, String> {
    Schema::of_word(text).map_or_else(|| Schema::parse(text).map_err(|error| error.to_string()), Ok)
}

impl QueryArgs {
    /// The wallet addresses of the query.
    pub(crate) fn wallets(&self) -> &[String] {
        &self.wallet
    }

    /// Builds the query. Several words are one name.
    pub(crate) fn query(&self, names: &[String], config: &Config) -> anyhow::Result<Query> {
        match names {
            [dash] if dash == "-" => match read_lines()?.as_slice() {
                [] => self.query_of("", config),
                [(_, name)] => self.query_of(name, config),
                lines => anyhow::bail!("{} lines on stdin; one name is wanted", lines.len()),
            },
            words => {
                let is_name = |word: &&String| word.trim().contains(char::is_whitespace);
                let names = words.iter().filter(is_name).count();
                anyhow::ensure!(
                    names == 0 || words.len() == 1,
                    "{} names at once: screen one at a time, or pass them to `interdict screen -`, one a line",
                    words.len()
                );
                self.query_of(&words.join(" "), config)
            }
        }
    }

    /// Builds one query for each line on stdin, with the number of the line.
    pub(crate) fn queries(&self, config: &Config) -> anyhow::Result<Vec<(usize, Query)>> {
        let lines = read_lines()?;
        if lines.is_empty() {
            anyhow::bail!("there is no name on stdin");
        }
        let query = |(line, name): (usize, String)| {
            let query = self.query_of(&name, config);
            Ok((line, query.with_context(|| format!("line {line} of stdin"))?))
        };
        lines.into_iter().map(query).collect()
    }

    fn query_of(&self, name: &str, config: &Config) -> anyhow::Result<Query> {
        // Such a word does not name a party. Screening it would match nothing and the answer would be "clear".
        anyhow::ensure!(
            !name.contains('.') || !Path::new(name).is_file(),
            "{name:?} is a file; `interdict batch` screens its rows, and `interdict screen - < FILE` its lines"
        );
        if name.chars().any(char::is_alphanumeric)
            && null_word(name, FieldKind::Name) == Some(NullWord::Nothing)
        {
            anyhow::bail!("{name:?} is a word for a missing name");
        }
        let schema = self.schema.clone().or_else(|| config.policy.schema.clone());
        let mut query = Query::new(schema);
        query.add("name", name)?;
        for text in &self.birth_date {
            let dates = WrittenDates::parse(text, self.date_format);
            let dates = dates.with_context(|| format!("--birth-date {text:?} is no date"))?;
            for date in dates.dates() {
                let (year, now) =
                    (date.from().year(), Timestamp::now().to_zoned(TimeZone::UTC).year());
                anyhow::ensure!(
                    (1850..=now).contains(&year.cast_signed()),
                    "--birth-date {text:?}: nobody who is screened can have been born in that year"
                );
                query.add("birthDate", &date.to_string())?;
            }
        }
        for country in self.nationality.iter() {
            query.add("nationality", country.code())?;
        }
        for country in self.country.iter() {
            query.add("country", country.code())?;
        }
        if let Some(gender) = &self.gender {
            query.add("gender", gender.as_str())?;
        }
        for number in &self.identifiers {
            query.add_identifiers(number.0.clone());
        }
        for wallet in &self.wallet {
            for written in written_wallets(wallet) {
                query.add("publicKey", &written.address)?;
            }
        }
        for address in &self.address {
            query.add("address", address)?;
        }
        Ok(query.finish()?)
    }
}

/// The names on stdin, one on each line. Names given in this way do not appear in the list of processes. Empty lines
/// are skipped.
fn read_lines() -> anyhow::Result<Vec<(usize, String)>> {
    const MOST: u64 = 1 << 20;
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(MOST + 1).read_to_end(&mut bytes);
    let read = read.context("cannot read the name from stdin")?;
    // A truncated input is an error, because its names would be answered only in part.
    anyhow::ensure!(read as u64 <= MOST, "more than {MOST} bytes on stdin; use `interdict batch`");
    let text = decode(&bytes)?;
    let is_end = |name: &str| name.chars().all(|letter| letter == '\u{1a}');
    let lines = text.lines().map(str::trim).enumerate();
    let names = lines.filter(|(_, name)| !is_end(name));
    Ok(names.map(|(place, name)| (place + 1, name.to_owned())).collect())
}

/// The text of stdin: UTF-8, or UTF-16 with a byte order mark, as shells of Windows write it.
fn decode(bytes: &[u8]) -> anyhow::Result<String> {
    let pairs = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        anyhow::ensure!(rest.is_empty(), "stdin is UTF-16 and ends inside of a character");
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16(&units).context("stdin begins as UTF-16 and goes on as something else")
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => pairs(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => pairs(rest, u16::from_be_bytes),
        _ if bytes.contains(&0) => anyhow::bail!(
            "stdin is no text in UTF-8, perhaps UTF-16 without a byte order mark; write it as UTF-8"
        ),
        _ => {
            let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            let text = std::str::from_utf8(text);
            text.map(str::to_owned).context(
                "stdin is no text in UTF-8; write it as UTF-8, or pass a file to `interdict batch --encoding`",
            )
        }
    }
}
