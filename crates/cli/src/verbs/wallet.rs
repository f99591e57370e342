//! `interdict wallet`

use std::fmt::Write;

use clap::Args;
use interdict_engine::tracing::{Basis, ExposureReport};
use interdict_engine::tracing::{render_clusters_csv, render_clusters_text, render_deposits_text};
use interdict_engine::{ListedMember, ListingKind, WalletAnswer, WalletListing, WalletQuery};
use interdict_model::Verdict;
use interdict_model::wallet::{WalletAddress, written_wallets};

use super::labels::{JoinArgs, LabelArgs};
use super::render;
use crate::data::{Data, RequireArgs, StateArgs};
use crate::output::{ExitStatus, Format, Output, warn_gaps};

/// Show whether an address is listed, by whom, since when, and what it is exposed to.
///
/// A listing of an EVM address holds on every EVM chain, whatever asset the list names. An address
/// that forwards everything it receives to one labelled exchange is shown as a deposit address of
/// that exchange.
///
/// Exit code 1 means listed, attributed by an authority to somebody who is, that a sanctioned or
/// criminal party has a share of its money in an imported ledger, or, with --cluster, that another
/// address of its cluster is listed; 0 none of these; 3 none of these, but a list is missing or
/// stale, or a ledger gave no answer; 2 that the text is no address, for example because its
/// checksum is wrong.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96
  interdict wallet bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq --format json
  interdict wallet 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S --cluster --format csv")]
pub(crate) struct WalletVerb {
    /// The address, of any chain.
    address: String,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    join: JoinArgs,
    #[command(flatten)]
    require: RequireArgs,
    #[command(flatten)]
    state: StateArgs,
}

impl WalletVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let (session, mut lists) = data.open_lists(&self.state)?;
        lists.require(&self.require.require);
        let query = WalletQuery {
            address: the_address(&self.address),
            labels: self.labels.sources(),
            join: self.join.rules(),
        };
        let answer = session.wallet(&lists, &query)?;
        if output.format == Format::Csv && query.join.clusters {
            output.write_to(None, &render_clusters_csv(&answer.joined.clusters))?;
        } else {
            output.print(&session, &answer, render_wallet)?;
        }
        warn_gaps(&answer.searched.gaps);
        Ok(answer.verdict.into())
    }
}

/// The address in a text such as a link, if there is one and nothing else.
fn the_address(text: &str) -> String {
    let is_address = |address: &str| WalletAddress::parse(address).is_ok();
    match written_wallets(text).as_slice() {
        [only] if !is_address(text) && is_address(&only.address) => only.address.clone(),
        _ => text.to_owned(),
    }
}

fn render_wallet(answer: &WalletAnswer) -> String {
    let mut out = String::new();
    let state = match answer.verdict {
        Verdict::Match if answer.listed => "LISTED",
        Verdict::Match if answer.cluster_listed => {
            "ITS CLUSTER HAS A LISTED ADDRESS, it is not itself listed"
        }
        Verdict::Match if answer.attributed => {
            "ATTRIBUTED to a designated party, not itself listed"
        }
        Verdict::Match => "EXPOSED: holds or received money of an illicit party, not itself listed",
        Verdict::Clear { .. } => "clear: on no list",
        Verdict::Incomplete => "on no list, but incomplete",
    };
    let shown = answer.address.as_ref().map_or(&answer.query.address, |address| &address.display);
    let _ = writeln!(out, "{shown}  {state}  (as of {})", answer.day);
    match &answer.address {
        Some(address) => {
            let checksum = if address.checksummed {
                "its checksum holds"
            } else {
                "written without a checksum: a slip of the pen would go unseen"
            };
            let _ = writeln!(out, "  {} address; {checksum}", address.format);
            let _ = writeln!(out, "  chains       {}", address.chains.join(", "));
            if let Some(part) = &address.transparent_part {
                let _ = writeln!(out, "  holds        {part}, which is looked up, too");
            }
        }
        None => out.push_str("  decodes as no address; a list prints it so\n"),
    }
    for listing in &answer.listings {
        write_listing(&mut out, listing);
    }
    out.push_str(&render_clusters_text(&answer.joined.clusters));
    for member in &answer.listed_members {
        write_listed_member(&mut out, member);
    }
    out.push_str(&render_deposits_text(&answer.deposit_address_of));
    for report in &answer.exposure {
        write_exposure(&mut out, report);
    }
    for note in &answer.notes {
        let _ = writeln!(out, "\n{note}");
    }
    out.push('\n');
    out.push_str(&render::searched(&answer.searched));
    out
}

/// A listed address that was spent together with the one asked about.
fn write_listed_member(out: &mut String, member: &ListedMember) {
    let by = member.joined_by.as_deref().unwrap_or_default();
    let _ = writeln!(out, "\n  LISTED in its cluster: {}, joined by {by}", member.address);
    for listing in &member.listings {
        write_listing(out, listing);
    }
}

fn write_listing(out: &mut String, listing: &WalletListing) {
    let state = match (listing.kind, listing.in_force) {
        (ListingKind::Listed, true) => "listed",
        (ListingKind::Listed, false) => "not in force on that day",
        (ListingKind::Attributed, _) => "attributed",
        (ListingKind::Allowed, _) => "allowed",
    };
    let _ = writeln!(out, "\n  {state} in {} ({})", listing.dataset, listing.id);
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(out, "    {label:<12} {value}");
    };
    if let Some(holder) = &listing.holder {
        line("holder", &format!("{}  ({}, {})", holder.name, holder.schema, holder.id));
    }
    line("address", &listing.address);
    if let Some(asset) = &listing.asset {
        line("asset", asset);
    }
    if listing.kind == ListingKind::Attributed {
        line("published by", &listing.publishers.join(", "));
    }
    for designation in &listing.designations {
        let mut parts = vec![designation.authority.clone()];
        parts.extend(designation.listed_on.iter().map(|date| format!("listed on {date}")));
        parts.extend(designation.valid_to.iter().map(|date| format!("ended on {date}")));
        if designation.listed_on.is_none() {
            parts.push("the list gives no date".to_owned());
        }
        let whose = if listing.dated_by_wallet { "" } else { "  (of the holder)" };
        line("designated", &format!("{}{whose}", parts.join("; ")));
    }
    for note in &listing.notes {
        line("note", note);
    }
}

fn write_exposure(out: &mut String, report: &ExposureReport) {
    let basis = match report.basis {
        Basis::Balance => "balance",
        Basis::Received => "received",
        Basis::Sent => "sent",
    };
    let whole = if report.wallet_addresses.len() > 1 { " of the whole cluster" } else { "" };
    let _ = writeln!(
        out,
        "\n  exposure in {}{whole}: {basis} {}, by {}; illicit {} %, unknown {} %",
        report.asset,
        report.total_value.amount,
        report.method.name(),
        report.illicit_percentage,
        report.unknown_percentage
    );
    for party in report.entities.iter().take(10) {
        let _ = writeln!(
            out,
            "    {:>9} %  {} ({}), fewest hops: {}",
            party.contribution_percentage, party.entity, party.category, party.min_number_of_hops
        );
    }
    if report.entities.len() > 10 {
        let _ =
            writeln!(out, "    {} more; `interdict exposure` has all", report.entities.len() - 10);
    }
}
