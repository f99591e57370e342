//! The algorithm names that clients send, and the matcher that each of them selects.

use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::screening::Algorithm;
use serde_json::{Map, Value, json};

use crate::error::{ApiError, json_response};

/// A name that clients send.
struct AlgorithmName {
    name: &'static str,
    algorithm: Algorithm,
    description: &'static str,
}

const INTERDICT: &str = "Interdict's own comparison: names across scripts, spellings and word orders, with birth \
    dates, countries, numbers and wallets as evidence. It answers under every name that clients send but ofac.";

/// In the order in which `GET /algorithms` lists them.
const NAMES: [AlgorithmName; 8] = [
    AlgorithmName { name: "logic-v2", algorithm: Algorithm::Interdict, description: INTERDICT },
    AlgorithmName {
        name: "ofac",
        algorithm: Algorithm::Ofac,
        description: "An emulation of the score of OFAC's search page, to explain differences from it.",
    },
    AlgorithmName { name: "name-based", algorithm: Algorithm::Interdict, description: INTERDICT },
    AlgorithmName {
        name: "name-qualified",
        algorithm: Algorithm::Interdict,
        description: INTERDICT,
    },
    AlgorithmName { name: "logic-v1", algorithm: Algorithm::Interdict, description: INTERDICT },
    AlgorithmName {
        name: "regression-v1",
        algorithm: Algorithm::Interdict,
        description: INTERDICT,
    },
    AlgorithmName { name: "interdict", algorithm: Algorithm::Interdict, description: INTERDICT },
    AlgorithmName {
        name: "exact",
        algorithm: Algorithm::Exact,
        description: "Equality of names after normalisation, nothing else.",
    },
];

/// Settings that clients of yente's logic-v2 send: type, description and default. They are accepted and have no
/// effect, because the comparison has no such weights.
pub(crate) const CONFIG: [(&str, &str, &str); 6] = [
    ("nm_name_property", "string", "Only names of this property. Accepted, without effect."),
    ("nm_number_mismatch", "float", "Cost of numbers that differ. Accepted, without effect."),
    (
        "nm_extra_query_name",
        "float",
        "Cost of a part only the query has. Accepted, without effect.",
    ),
    (
        "nm_extra_result_name",
        "float",
        "Cost of a part only the entity has. Accepted, without effect.",
    ),
    ("nm_family_name_weight", "float", "Weight of family names. Accepted, without effect."),
    ("nm_fuzzy_cutoff_factor", "float", "Strictness of spelling. Accepted, without effect."),
];

/// The best name, which is also the default.
const BEST: &str = "logic-v2";

/// Whether the server chooses the algorithm.
pub(crate) fn is_best(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("best")
}

/// The algorithm for a name, and whether its settings are supported.
pub(crate) fn algorithm(name: &str, config: &Map<String, Value>) -> Result<Algorithm, ApiError> {
    let wanted = name.trim().to_lowercase();
    let wanted = if is_best(name) { BEST } else { wanted.as_str() };
    let Some(found) = NAMES.iter().find(|known| known.name == wanted) else {
        return Err(ApiError::BadRequest(format!("Invalid algorithm: {name}")));
    };
    let known = |key: &str| found.name == BEST && CONFIG.iter().any(|(name, ..)| *name == key);
    match config.keys().find(|key| !known(key)) {
        None => Ok(found.algorithm),
        Some(key) => {
            let name = found.name;
            let text = format!("Invalid configuration parameter: {key} for algorithm {name}");
            Err(ApiError::BadRequest(text))
        }
    }
}

/// `GET /algorithms`.
pub(crate) async fn list() -> Response {
    let features = json!({
        "name_match": {
            "description": "The names, compared with each other.", "coefficient": 1.0, "url": null,
        },
        "evidence": {
            "description": "Birth dates, countries, genders, numbers, wallets and addresses, each under \
                its own code.",
            "coefficient": 1.0, "url": null,
        },
    });
    let algorithms: Vec<Value> = NAMES
        .iter()
        .map(|known| {
            let config: Map<String, Value> = match known.name == BEST {
                true => CONFIG.iter().map(|(name, kind, text)| setting(name, kind, text)).collect(),
                false => Map::new(),
            };
            json!({
                "name": known.name,
                "description": known.description,
                "features": features,
                "docs": {
                    "name": known.name, "description": known.description, "config": config,
                    "features": features,
                },
            })
        })
        .collect();
    let body = json!({ "algorithms": algorithms, "default": "best", "best": BEST });
    json_response(StatusCode::OK, &body)
}

fn setting(name: &str, kind: &str, description: &str) -> (String, Value) {
    (name.to_owned(), json!({ "type": kind, "description": description, "default": null }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_clients_send_is_answered_and_others_are_refused() {
        let none = Map::new();
        for name in ["best", "logic-v2", " LOGIC-V1 ", "name-based", "regression-v1"] {
            assert_eq!(algorithm(name, &none).unwrap(), Algorithm::Interdict, "{name}");
        }
        assert_eq!(algorithm("ofac", &none).unwrap(), Algorithm::Ofac);
        let refused = algorithm("neural-net", &none).unwrap_err().to_string();
        assert_eq!(refused, "Invalid algorithm: neural-net");
    }

    #[test]
    fn settings_of_logic_v2_are_known_and_others_are_refused() {
        let config = |name: &str| Map::from_iter([(name.to_owned(), json!(0.3))]);
        assert!(algorithm("best", &config("nm_number_mismatch")).is_ok());
        let refused = algorithm("best", &config("invalid_option")).unwrap_err().to_string();
        assert_eq!(
            refused,
            "Invalid configuration parameter: invalid_option for algorithm logic-v2"
        );
        assert!(algorithm("logic-v1", &config("nm_number_mismatch")).is_err());
    }
}
