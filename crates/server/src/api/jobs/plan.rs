//! Parameters of a job: the format of its file, and how its rows are screened.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use interdict_engine::PartyFileSettings;
use interdict_engine::files::{Column, ColumnMap, InputForm, UnscreenedCeiling};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::known_schema;
use crate::api::screen_lines;
use crate::api::screen_settings::Settings;
use crate::error::ApiError;
use crate::params::Params;

/// The format of a job's file and how its rows are screened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub(in crate::api) struct JobSettings {
    pub(super) screening: Settings,
    pub(super) file: FileSettings,
    /// How many rows may remain unscreened: a number, or a share such as `2%`.
    max_unscreened: Option<String>,
}

/// Values for all rows, where the file has no column for them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub(in crate::api) struct FileSettings {
    /// The schema of each row.
    schema: Option<String>,
    /// The column with the customer's reference.
    customer: Option<String>,
    /// Properties by column; if none is given, each column is interpreted by its name.
    columns: BTreeMap<String, String>,
    encoding: Option<String>,
    delimiter: Option<String>,
    /// The order of day and month: `dmy`, `mdy`, `ymd` or `excel`.
    dates: Option<String>,
}

impl JobSettings {
    /// Reads the parameters of an address.
    ///
    /// # Errors
    /// When a value is not as documented.
    pub(super) fn parse(query: &str) -> Result<Self, ApiError> {
        let params = Params::parse(query.as_bytes());
        let names = [&screen_lines::PARAMETERS[..], &FILE_PARAMETERS, &["max_unscreened"]].concat();
        params.only(&names)?;
        let screening = screen_lines::settings_of(&params)?;
        let max_unscreened = params.last("max_unscreened").map(str::to_owned);
        let settings = Self { screening, file: FileSettings::parse(&params)?, max_unscreened };
        settings.ceiling()?;
        Ok(settings)
    }

    /// How many rows may remain unscreened.
    ///
    /// # Errors
    /// When the text is neither a number nor a share.
    pub(super) fn ceiling(&self) -> Result<UnscreenedCeiling, ApiError> {
        let parse = |text: &String| text.parse::<UnscreenedCeiling>();
        let ceiling = self.max_unscreened.as_ref().map(parse).transpose();
        let ceiling =
            ceiling.map_err(|error| ApiError::Shape(format!("max_unscreened: {error}")))?;
        Ok(ceiling.unwrap_or_default())
    }
}

/// The parameters that describe the file.
pub(in crate::api) const FILE_PARAMETERS: [&str; 6] =
    ["schema", "customer", "column", "encoding", "delimiter", "dates"];

impl FileSettings {
    /// Reads the parameters of an address.
    ///
    /// # Errors
    /// When a value is not as documented.
    pub(in crate::api) fn parse(params: &Params) -> Result<Self, ApiError> {
        let text = |name: &str| params.last(name).map(str::to_owned);
        let mut columns = BTreeMap::new();
        for column in params.all("column") {
            let pair = column.rsplit_once('=').filter(|(name, _)| !name.is_empty());
            let (name, property) =
                pair.ok_or_else(|| ApiError::Shape("column: COLUMN=PROPERTY".to_owned()))?;
            columns.insert(name.to_owned(), property.to_owned());
        }
        let settings = Self {
            schema: text("schema"),
            customer: text("customer"),
            columns,
            encoding: text("encoding"),
            delimiter: text("delimiter"),
            dates: text("dates"),
        };
        settings.read()?;
        Ok(settings)
    }

    /// The settings in the form that the file readers take.
    ///
    /// # Errors
    /// When a value is not as documented.
    pub(in crate::api) fn read(&self) -> Result<PartyFileSettings, ApiError> {
        fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
            name: &str,
            text: Option<&String>,
        ) -> Result<Option<T>, ApiError> {
            let wrong = |error: T::Err| ApiError::Shape(format!("{name}: {error}"));
            text.map(|text| text.parse().map_err(wrong)).transpose()
        }
        let schema = known_schema(self.schema.as_ref())?;
        let form = InputForm {
            encoding: parse("encoding", self.encoding.as_ref())?,
            delimiter: parse("delimiter", self.delimiter.as_ref())?,
            dates: parse("dates", self.dates.as_ref())?,
        };
        let column = |(column, property): (&String, &String)| Column {
            column: column.clone(),
            property: property.clone(),
        };
        let columns = self.columns.iter().map(column).collect();
        let map = ColumnMap { schema, columns, form, ..ColumnMap::default() };
        Ok(PartyFileSettings { map, customer: self.customer.clone() })
    }
}

/// The format of a body of customers, by its content type.
///
/// # Errors
/// When the content type is not one of those that can be read.
pub(in crate::api) fn format_of(headers: &HeaderMap) -> Result<&'static str, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    match kind.to_ascii_lowercase().as_str() {
        "text/csv" => Ok("csv"),
        "application/x-ndjson" | "application/jsonl" => Ok("ndjson"),
        "application/vnd.apache.parquet" => Ok("parquet"),
        _ => Err(ApiError::MediaType(
            "text/csv, application/x-ndjson or application/vnd.apache.parquet",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_checked_before_a_byte_of_the_file_is_read() {
        let settings = JobSettings::parse(
            "threshold=0.9&datasets=zulu&schema=Person&customer=no&column=a%3Db=name&max_unscreened=2%25&dates=dmy",
        )
        .unwrap();
        let file = settings.file.read().unwrap();
        assert_eq!(file.customer.as_deref(), Some("no"));
        assert_eq!(
            (file.map.columns[0].column.as_str(), file.map.columns[0].property.as_str()),
            ("a=b", "name")
        );
        assert_eq!(settings.ceiling().unwrap(), UnscreenedCeiling::Share(200));
        for query in [
            "threshold=x",
            "schema=Nobody",
            "column=name",
            "column==name",
            "max_unscreened=few",
            "dates=often",
            "delimiter=ab",
            "encoding=nothing",
            "limit=x",
        ] {
            assert!(JobSettings::parse(query).is_err(), "{query}");
        }
    }
}
