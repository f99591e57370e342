//! The datasets that this program knows by name.

use interdict_model::DatasetName;

/// One dataset: its name and title, its publisher, its addresses, and when it counts as stale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dataset {
    /// The name, such as `us_ofac_sdn`.
    pub name: &'static str,
    /// The title to show.
    pub title: &'static str,
    /// Who designates.
    pub authority: &'static str,
    /// Who publishes the list.
    pub publisher: &'static str,
    /// The country or body behind the authority, as an ISO code; empty for the United Nations.
    pub country: &'static str,
    /// The formats that are read.
    pub formats: &'static [Format],
    /// Where the publisher puts the files.
    pub urls: &'static [&'static str],
    /// After how many days without a new version the list counts as stale.
    pub stale_after_days: u32,
    /// How many names an entity has on average, at least: below this, aliases are missing. Set well
    /// below the lowest value of the known versions (the test data's README names them).
    pub least_names: f64,
    /// How many listed entities a complete version has, at least: below this, the files are a part of the list. Set to
    /// about half of the smallest known version.
    pub least_entities: u64,
    /// The dataset that this list only supplements: without it, an answer lacks the main list of the publisher.
    pub supplements: Option<&'static str>,
    /// What the ids of its entities begin with.
    pub id_prefix: &'static str,
}

/// A file format, recognised by the content of the file and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// OFAC's legacy set of comma-separated files.
    OfacCsv,
    /// OFAC's `SDN.XML` and `CONSOLIDATED.XML`.
    OfacXml,
    /// OFAC's `SDN_ADVANCED.XML` and `CONS_ADVANCED.XML`.
    OfacAdvancedXml,
    /// The United Nations' consolidated XML.
    UnXml,
    /// The European Union's full list, XML 1.1.
    EuXml,
    /// The UK Sanctions List, XML.
    UkXml,
    /// FollowTheMoney entities, one JSON object on each line.
    FtmLines,
}

impl Format {
    /// The name of the format in messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::OfacCsv => "an OFAC list (comma-separated files)",
            Self::OfacXml => "an OFAC list (SDN.XML)",
            Self::OfacAdvancedXml => "an OFAC list (SDN_ADVANCED.XML)",
            Self::UnXml => "the UN consolidated list (XML)",
            Self::EuXml => "the EU full list (XML 1.1)",
            Self::UkXml => "the UK Sanctions List (XML)",
            Self::FtmLines => "FollowTheMoney entities (JSON lines)",
        }
    }
}

const OFAC: &[Format] = &[Format::OfacCsv, Format::OfacXml, Format::OfacAdvancedXml];

/// Every dataset with a name of its own. FollowTheMoney exports and lists of one's own bring theirs.
pub const DATASETS: &[Dataset] = &[
    Dataset {
        name: "us_ofac_sdn",
        title: "OFAC Specially Designated Nationals and Blocked Persons List",
        authority: "Office of Foreign Assets Control",
        publisher: "US Department of the Treasury",
        country: "us",
        formats: OFAC,
        urls: &[
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_ADVANCED.XML",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN.XML",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN.CSV",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ALT.CSV",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADD.CSV",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_COMMENTS.CSV",
        ],
        stale_after_days: 14,
        least_names: 1.8,
        least_entities: 3_000,
        supplements: None,
        id_prefix: "ofac-",
    },
    Dataset {
        name: "us_ofac_cons",
        title: "OFAC Consolidated (non-SDN) List",
        authority: "Office of Foreign Assets Control",
        publisher: "US Department of the Treasury",
        country: "us",
        formats: OFAC,
        urls: &[
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONS_ADVANCED.XML",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONSOLIDATED.XML",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONS_PRIM.CSV",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONS_ALT.CSV",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONS_ADD.CSV",
            "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONS_COMMENTS.CSV",
        ],
        stale_after_days: 60,
        least_names: 2.0,
        least_entities: 130,
        supplements: Some("us_ofac_sdn"),
        id_prefix: "ofac-",
    },
    Dataset {
        name: "un_sc_sanctions",
        title: "UN Security Council Consolidated List",
        authority: "United Nations Security Council",
        publisher: "United Nations Security Council",
        country: "",
        formats: &[Format::UnXml],
        urls: &["https://scsanctions.un.org/resources/xml/en/consolidated.xml"],
        stale_after_days: 60,
        least_names: 2.5,
        least_entities: 350,
        supplements: None,
        id_prefix: "unsc-",
    },
    Dataset {
        name: "eu_fsf",
        title: "EU Consolidated Financial Sanctions List",
        authority: "Council of the European Union",
        publisher: "European Commission",
        country: "eu",
        formats: &[Format::EuXml],
        urls: &[
            // The token is the same for everyone: it is part of the published address.
            "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
        ],
        stale_after_days: 30,
        least_names: 2.0,
        least_entities: 1_000,
        supplements: None,
        id_prefix: "eu-fsf-",
    },
    Dataset {
        name: "gb_fcdo_sanctions",
        title: "UK Sanctions List",
        authority: "Foreign, Commonwealth and Development Office",
        publisher: "Foreign, Commonwealth and Development Office",
        country: "gb",
        formats: &[Format::UkXml],
        urls: &["https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml"],
        stale_after_days: 30,
        least_names: 1.5,
        least_entities: 800,
        supplements: None,
        id_prefix: "gb-fcdo-",
    },
    Dataset {
        name: "dprk_cyber",
        title: "DPRK cyber revenue network (built in)",
        authority: "several authorities, named with each designation",
        publisher: "Interdict",
        country: "",
        formats: &[],
        urls: &[],
        stale_after_days: 365,
        least_names: 0.0,
        least_entities: 0,
        supplements: None,
        id_prefix: "dprk-",
    },
];

impl Dataset {
    /// The dataset of that name.
    pub fn find(name: &DatasetName) -> Option<&'static Dataset> {
        DATASETS.iter().find(|dataset| dataset.name == name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dataset_name_is_valid_and_found() {
        for dataset in DATASETS {
            let name: DatasetName = dataset.name.parse().unwrap();
            assert_eq!(Dataset::find(&name), Some(dataset));
        }
        assert!(Dataset::find(&"xx_none".parse().unwrap()).is_none());
    }

    #[test]
    fn a_supplement_names_a_main_list() {
        for main in DATASETS.iter().filter_map(|dataset| dataset.supplements) {
            let main = Dataset::find(&main.parse().unwrap()).unwrap();
            assert_eq!(main.supplements, None);
        }
    }
}
