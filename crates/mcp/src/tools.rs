//! The tools: description, arguments and answer of each one.

use interdict_engine::{
    EngineError, JoinRules, JsonDocument, LabelSources, Lists, PartyAnswer, Session, WalletQuery,
};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::calls::{EntityCall, NetworkCall, ScreenCall, WalletCall};

/// Why a tool fails. The caller sees the message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ToolFailure {
    /// An argument is invalid.
    #[error("{0}")]
    Argument(String),
    /// The lists or ledgers cannot be read, or do not contain the named object.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The answer cannot be serialised.
    #[error("the answer cannot be written: {0}")]
    Answer(#[from] serde_json::Error),
}

type Answer = fn(&Session, &Lists, JsonObject) -> Result<Value, ToolFailure>;

/// A tool.
pub(crate) struct ToolKind {
    pub(crate) name: &'static str,
    title: &'static str,
    text: &'static str,
    arguments: fn() -> JsonObject,
    pub(crate) answer: Answer,
}

/// All tools, in the order of the listing.
pub(crate) const TOOLS: &[ToolKind] = &[
    ToolKind {
        name: "screen",
        title: "Screen a party against sanctions lists",
        text: "Compares a person, company, vessel or wallet with the sanctions lists in use. `verdict` is \"match\" \
               (a candidate reached the threshold), \"clear\", or \"incomplete\": nothing was found, and `gaps` says why \
               that does not mean clear. Never report \"incomplete\" as clear. Each candidate has a score and the \
               evidence for it. Not recorded: no decision can rest on it alone.",
        arguments: arguments::<ScreenCall>,
        answer: screen,
    },
    ToolKind {
        name: "entity",
        title: "Show a listed entity",
        text: "All records of one entity on the lists: names, identifiers, designations, and what points to it.",
        arguments: arguments::<EntityCall>,
        answer: entity,
    },
    ToolKind {
        name: "network",
        title: "Show who stands around an entity",
        text: "Owners, directors, fronts, family and other relations of a listed entity, step by step.",
        arguments: arguments::<NetworkCall>,
        answer: network,
    },
    ToolKind {
        name: "wallet",
        title: "Look up a wallet",
        text: "Whether an address of virtual currency is listed, by whom and since when, and what the ledgers at hand \
               say of the origin of its money. `verdict` as of `screen`.",
        arguments: arguments::<WalletCall>,
        answer: wallet,
    },
];

impl ToolKind {
    pub(crate) fn describe(&self) -> Tool {
        let annotations = ToolAnnotations::with_title(self.title)
            .read_only(true)
            .destructive(false)
            .idempotent(true)
            .open_world(false);
        Tool::new(self.name, self.text, (self.arguments)()).annotate(annotations)
    }
}

/// The JSON Schema of arguments.
fn arguments<T: JsonSchema>() -> JsonObject {
    match schemars::schema_for!(T).to_value() {
        Value::Object(schema) => schema,
        _ => JsonObject::default(),
    }
}

fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, ToolFailure> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| ToolFailure::Argument(error.to_string()))
}

fn document<T: JsonDocument>(session: &Session, answer: &T) -> Result<Value, ToolFailure> {
    Ok(serde_json::to_value(session.document(answer))?)
}

fn screen(session: &Session, lists: &Lists, arguments: JsonObject) -> Result<Value, ToolFailure> {
    let configured = session.config().policy.policy();
    let (party, policy) = read::<ScreenCall>(arguments)?.read(configured)?;
    let PartyAnswer { verdict, answer, gaps } = session.screen_party(lists, &party, &policy)?;
    let screen = answer.map(|answer| document(session, &answer)).transpose()?;
    Ok(json!({ "verdict": verdict, "gaps": gaps, "screen": screen }))
}

fn entity(session: &Session, lists: &Lists, arguments: JsonObject) -> Result<Value, ToolFailure> {
    let id = read::<EntityCall>(arguments)?.id()?;
    document(session, &session.entity(lists, &id)?)
}

fn network(session: &Session, lists: &Lists, arguments: JsonObject) -> Result<Value, ToolFailure> {
    let call: NetworkCall = read(arguments)?;
    let (id, depth) = call.read()?;
    document(session, &session.network(lists, id, depth)?)
}

fn wallet(session: &Session, lists: &Lists, arguments: JsonObject) -> Result<Value, ToolFailure> {
    let call: WalletCall = read(arguments)?;
    let query = WalletQuery {
        address: call.address,
        labels: LabelSources::default(),
        join: JoinRules::default(),
    };
    document(session, &session.wallet(lists, &query)?)
}
