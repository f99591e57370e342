//! Where labels of addresses come from, shared by the verbs that need them.

use std::path::PathBuf;

use clap::Args;
use interdict_engine::{JoinRules, LabelSources};

#[derive(Debug, Args)]
pub(crate) struct LabelArgs {
    /// A label pack: a GraphSense TagPack (.yaml), or a CSV file with the columns address, entity,
    /// category, valid_from, valid_to, authority. Can be given several times.
    #[arg(long, value_name = "FILE")]
    labels: Vec<PathBuf>,
    /// Use these packs only, and no labels from the sanctions lists.
    #[arg(long)]
    packs_only: bool,
}

/// Which rules may join addresses that no label joins, shared by the same verbs.
#[derive(Debug, Args)]
pub(crate) struct JoinArgs {
    /// On UTXO chains: treat all addresses spent together with it in one transaction as one wallet,
    /// and show that transaction for each. Transactions that look like CoinJoins are ignored.
    #[arg(long)]
    cluster: bool,
    /// On account chains: treat an unlabelled address as a deposit address of an exchange if it
    /// soon forwards nearly everything it receives to that one labelled exchange. The answer shows
    /// the rule and its figures.
    #[arg(long)]
    deposit_addresses: bool,
}

impl JoinArgs {
    pub(crate) fn rules(&self) -> JoinRules {
        JoinRules { clusters: self.cluster, deposit_addresses: self.deposit_addresses }
    }
}

impl LabelArgs {
    pub(crate) fn sources(&self) -> LabelSources {
        LabelSources { packs: self.labels.clone(), packs_only: self.packs_only }
    }
}
