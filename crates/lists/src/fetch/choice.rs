//! Which of a list's published files are fetched.

use crate::{Dataset, Format};

/// Which of the forms that a list is published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileChoice {
    /// The one that is best for screening: for OFAC the advanced XML, for the others the only one.
    ///
    /// The advanced XML is one file with a publication date. It has names in their own script,
    /// dates with their precision, documents by kind and relations as data. The comma-separated set
    /// has none of this and no date. Its four files may be of two versions if OFAC publishes while
    /// they are fetched. At about 4 MB it is a thirtieth of the size.
    #[default]
    Best,
    /// OFAC's plain XML.
    Xml,
    /// OFAC's advanced XML.
    AdvancedXml,
    /// OFAC's set of comma-separated files.
    Csv,
}

impl FileChoice {
    /// The form of that name in a configuration file: `xml`, `advanced-xml` or `csv`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "xml" => Some(Self::Xml),
            "advanced-xml" => Some(Self::AdvancedXml),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    fn format(self) -> Option<Format> {
        match self {
            Self::Best => None,
            Self::Xml => Some(Format::OfacXml),
            Self::AdvancedXml => Some(Format::OfacAdvancedXml),
            Self::Csv => Some(Format::OfacCsv),
        }
    }
}

/// The published addresses of one form of a list; nothing if it is not published in that form.
pub fn published_files(dataset: &Dataset, choice: FileChoice) -> Vec<&'static str> {
    let is_ofac = dataset.formats.contains(&Format::OfacAdvancedXml);
    if !is_ofac {
        let all = if choice == FileChoice::Best { dataset.urls } else { &[] };
        return all.to_vec();
    }
    let format = choice.format().unwrap_or(Format::OfacAdvancedXml);
    dataset.urls.iter().copied().filter(|url| ofac_format(url) == format).collect()
}

/// OFAC names its files by their form.
fn ofac_format(url: &str) -> Format {
    match url {
        url if url.ends_with("_ADVANCED.XML") => Format::OfacAdvancedXml,
        url if url.ends_with(".XML") => Format::OfacXml,
        _ => Format::OfacCsv,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DATASETS;
    use crate::fetch::Address;

    #[test]
    fn every_published_list_has_one_best_file_with_an_address_that_is_secure() {
        for dataset in DATASETS.iter().filter(|dataset| !dataset.urls.is_empty()) {
            let files = published_files(dataset, FileChoice::Best);
            assert_eq!(files.len(), 1, "{}", dataset.name);
            for url in dataset.urls {
                assert!(url.parse::<Address>().unwrap().is_secure(), "{url}");
            }
        }
    }

    #[test]
    fn the_comma_separated_set_is_whole() {
        let sdn = &DATASETS[0];
        assert_eq!(published_files(sdn, FileChoice::Csv).len(), 4);
        assert_eq!(published_files(sdn, FileChoice::Xml).len(), 1);
        assert!(published_files(sdn, FileChoice::Best)[0].ends_with("SDN_ADVANCED.XML"));
    }
}
