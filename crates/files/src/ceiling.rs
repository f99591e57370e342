//! How many rows may stay unscreened before a run counts as failed.

use std::fmt;
use std::str::FromStr;

/// The most rows that may stay unscreened.
///
/// The default is one in a hundred, and ten in a short file: a person can correct a few damaged rows, which the output
/// names. More unscreened rows most likely mean a wrong delimiter, encoding or column, so that the whole result is
/// useless.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnscreenedCeiling {
    /// One row in a hundred, but at least ten.
    #[default]
    Usual,
    /// A number of rows.
    Rows(u64),
    /// A share of the rows, in hundredths of a percent.
    Share(u32),
}

/// Rows that the default allows in a file of up to a thousand rows.
const USUAL_ROWS: u64 = 10;

impl UnscreenedCeiling {
    /// How many rows may stay unscreened in a file with this number of rows.
    pub fn allowed(self, rows: u64) -> u64 {
        match self {
            Self::Usual => (rows / 100).max(USUAL_ROWS),
            Self::Rows(most) => most,
            Self::Share(share) => {
                let allowed = u128::from(rows) * u128::from(share) / 10_000;
                u64::try_from(allowed).unwrap_or(u64::MAX)
            }
        }
    }
}

impl FromStr for UnscreenedCeiling {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const WANTED: &str = "write a number of rows, or a share such as 2% or 0.5%";
        let Some(percent) = text.trim().strip_suffix('%') else {
            return text.trim().parse().map(Self::Rows).map_err(|_| WANTED);
        };
        let (whole, rest) = percent.trim().split_once('.').unwrap_or((percent.trim(), "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(rest) || rest.len() > 2 {
            return Err(WANTED);
        }
        let hundredths: u32 = format!("{whole}{rest:0<2}").parse().map_err(|_| WANTED)?;
        if hundredths > 10_000 { Err("no more than 100%") } else { Ok(Self::Share(hundredths)) }
    }
}

impl fmt::Display for UnscreenedCeiling {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usual => formatter.write_str("1%, at least 10"),
            Self::Rows(rows) => rows.fmt(formatter),
            Self::Share(share) => write!(formatter, "{}.{:02}%", share / 100, share % 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_is_a_number_or_a_share_of_the_rows() {
        let allowed = |text: &str, rows| text.parse::<UnscreenedCeiling>().unwrap().allowed(rows);
        assert_eq!(allowed("0", 1_000), 0);
        assert_eq!(allowed("25", 10), 25);
        assert_eq!(allowed("2%", 1_000), 20);
        assert_eq!(allowed("0.5 %", 1_000), 5);
        assert_eq!(allowed("0.05%", 1_999), 0);
        assert_eq!(allowed("100%", u64::MAX), u64::MAX);
        for text in ["", "%", "-1", "1.234%", "101%", "few", ".5%", "1e3"] {
            assert!(text.parse::<UnscreenedCeiling>().is_err(), "{text}");
        }
    }

    #[test]
    fn by_default_one_row_in_a_hundred_or_ten_may_stay_unscreened() {
        let allowed = |rows| UnscreenedCeiling::default().allowed(rows);
        assert_eq!(
            [allowed(5), allowed(1_099), allowed(1_100), allowed(100_000)],
            [10, 10, 11, 1_000]
        );
    }
}
