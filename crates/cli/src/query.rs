//! The parts of a query on the command line, shared by the verbs that take one.

use std::io::Read;

use anyhow::Context;
use clap::Args;
use interdict_engine::screening::{Algorithm, Policy, Query};
use interdict_model::{Country, DatasetName, Identifier, PartialDate, Schema, Score};

/// Search terms: the attributes of the person or company to screen.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// What it is: Person, Company, Organization, Vessel, Airplane ... (anything, if not given).
    #[arg(short, long, value_parser = Schema::parse)]
    schema: Option<Schema>,
    /// Birth date: YYYY, YYYY-MM or YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    birth_date: Vec<PartialDate>,
    /// Nationality, as a code or a name.
    #[arg(long, value_name = "COUNTRY")]
    nationality: Vec<Country>,
    /// Any other country it is connected with.
    #[arg(long, value_name = "COUNTRY")]
    country: Vec<Country>,
    /// Gender: male or female.
    #[arg(long)]
    gender: Option<String>,
    /// A number with its kind, such as passport:109420132, imo:9187629, inn:7704734000, lei:...
    #[arg(long = "id", value_name = "TYPE:NUMBER")]
    identifiers: Vec<Identifier>,
    /// A virtual-currency address of any chain, in any letter case.
    #[arg(long, value_name = "ADDRESS")]
    wallet: Vec<String>,
    /// A postal address in one line.
    #[arg(long)]
    address: Vec<String>,
}

/// How to answer.
#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// Only this dataset; can be given several times.
    #[arg(short, long, value_name = "DATASET")]
    dataset: Vec<DatasetName>,
    /// The lowest score that counts as a match.
    #[arg(long, default_value = "0.7", value_parser = parse_score)]
    threshold: Score,
    /// Return at most this many candidates.
    #[arg(long, default_value_t = 5)]
    limit: usize,
    /// How names are compared: interdict, ofac (the score of OFAC's search page) or exact.
    #[arg(long, default_value = "interdict")]
    algorithm: Algorithm,
    /// Let an alias that the list itself calls weak reach the threshold without any other fact.
    #[arg(long)]
    weak_alias_alone: bool,
    /// Compare with every listed name and use no index (slow; for audits).
    #[arg(long)]
    exhaustive: bool,
}

fn parse_score(text: &str) -> Result<Score, String> {
    let number: f64 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    Score::new(number).map_err(|error| error.to_string())
}

impl PolicyArgs {
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            threshold: self.threshold,
            limit: self.limit,
            algorithm: self.algorithm,
            datasets: self.dataset.clone(),
            day: None,
            weak_alias_alone: self.weak_alias_alone,
            exhaustive: self.exhaustive,
        }
    }
}

impl QueryArgs {
    /// Builds the query. Several words are one name.
    pub(crate) fn query(&self, names: &[String]) -> anyhow::Result<Query> {
        let mut query = Query::new(self.schema.clone());
        let name = match names {
            [dash] if dash == "-" => read_stdin()?,
            words => words.join(" "),
        };
        query.add("name", &name)?;
        for date in &self.birth_date {
            query.add("birthDate", &date.to_string())?;
        }
        for country in self.nationality.iter() {
            query.add("nationality", country.code())?;
        }
        for country in self.country.iter() {
            query.add("country", country.code())?;
        }
        if let Some(gender) = &self.gender {
            query.add("gender", gender)?;
        }
        for identifier in &self.identifiers {
            query.add_identifier(identifier.clone());
        }
        for wallet in &self.wallet {
            query.add("publicKey", wallet)?;
        }
        for address in &self.address {
            query.add("address", address)?;
        }
        Ok(query.finish()?)
    }
}

/// A name from stdin, so that it shows in no list of processes.
fn read_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(1 << 20)
        .read_to_string(&mut text)
        .context("cannot read the name from stdin")?;
    Ok(text.trim().to_owned())
}
