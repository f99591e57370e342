//! Reports as CSV.

use crate::{
    ConversionUsed,
    cluster::ClusterReport,
    exposure::ExposureReport,
    trace::{Terminal, TraceReport},
};

/// Writes rows with the quoting that spreadsheets expect. A field that a spreadsheet would run as a
/// formula is given a leading apostrophe.
fn table(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    for row in rows {
        let safe = row.iter().map(|field| {
            if field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.len() > 1 {
                format!("'{field}")
            } else {
                field.clone()
            }
        });
        writer.write_record(safe).expect("writing to memory, rows of one length");
    }
    String::from_utf8(writer.into_inner().expect("writing to memory")).expect("built from text")
}

fn words(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

/// A trace as one table: terminals, then hops, then flows. The first column states the kind of row.
pub fn render_trace_csv(report: &TraceReport) -> String {
    let header = words(&[
        "record",
        "asset",
        "from",
        "to",
        "entity",
        "category",
        "outcome",
        "hop",
        "amount",
        "units",
        "percentage",
        "first_time",
        "last_time",
        "transaction",
        "known_by",
        "confidence",
    ]);
    let mut rows = vec![header];
    let none = || String::new();
    rows.extend(report.terminals.iter().map(terminal_row));
    for h in &report.hops {
        let mut row = vec![none(); 16];
        (row[0], row[1], row[7]) = ("ended-at-hop".to_owned(), h.asset.clone(), h.hop.to_string());
        (row[8], row[9]) = (h.ended.amount.clone(), h.ended.units.clone());
        rows.push(row);
    }
    for f in &report.flows {
        rows.push(vec![
            "flow".to_owned(),
            f.asset.clone(),
            f.from.clone(),
            f.to.clone(),
            none(),
            none(),
            none(),
            f.hop.to_string(),
            f.value.amount.clone(),
            f.value.units.clone(),
            none(),
            f.first_time.clone(),
            f.last_time.clone(),
            f.transaction.clone(),
            none(),
            none(),
        ]);
    }
    rows.extend(report.conversions.iter().map(conversion_row));
    table(rows)
}

fn terminal_row(t: &Terminal) -> Vec<String> {
    let none = String::new;
    vec![
        "terminal".to_owned(),
        t.asset.clone(),
        none(),
        t.address.clone(),
        t.entity.clone().unwrap_or_default(),
        t.category.clone().unwrap_or_default(),
        t.outcome.clone(),
        t.min_hops.to_string(),
        t.value.amount.clone(),
        t.value.units.clone(),
        t.percentage.clone(),
        t.first_time.clone().unwrap_or_default(),
        t.last_time.clone().unwrap_or_default(),
        none(),
        t.label_source.clone().unwrap_or_default(),
        none(),
    ]
}

/// What was carried over into another asset: given in `outcome`, received in `asset`.
fn conversion_row(c: &ConversionUsed) -> Vec<String> {
    let mut row = vec![String::new(); 16];
    let record = if c.bridge_method.is_some() { "bridge" } else { "swap" };
    (row[0], row[1]) = (record.to_owned(), c.received_asset.clone());
    (row[2], row[3]) = (c.gave_to.clone(), c.address.clone());
    row[6] = format!("for {} {}", c.gave.amount, c.gave_asset);
    (row[8], row[9]) = (c.received.amount.clone(), c.received.units.clone());
    row[13] = c.transaction.clone();
    row[14] = c.bridge_method.clone().unwrap_or_default();
    row[15] = c.bridge_confidence.map_or_else(String::new, |sure| sure.to_string());
    row
}

/// Clusters as a table: one row for each member, with the transaction that joined it.
pub fn render_clusters_csv(clusters: &[ClusterReport]) -> String {
    let header = ["record", "asset", "address", "joined_with", "transaction", "time"];
    let mut rows = vec![words(&header)];
    for cluster in clusters {
        rows.extend(cluster.members.iter().map(|m| {
            let field = |text: &Option<String>| text.clone().unwrap_or_default();
            vec![
                "member".to_owned(),
                cluster.asset.clone(),
                m.address.clone(),
                field(&m.joined_with),
                field(&m.transaction),
                field(&m.time),
            ]
        }));
        rows.extend(cluster.coinjoin_transactions.iter().map(|hash| {
            let mut row = vec![String::new(); 6];
            (row[0], row[1], row[4]) =
                ("coinjoin-left-out".to_owned(), cluster.asset.clone(), hash.clone());
            row
        }));
    }
    table(rows)
}

/// An exposure as a table: one row for each party, and one for each kind that is no party.
pub fn render_exposure_csv(report: &ExposureReport) -> String {
    let header = words(&[
        "entity",
        "category",
        "authority",
        "contribution_value",
        "contribution_percentage",
        "counterparty_value",
        "counterparty_percentage",
        "indirect_value",
        "indirect_percentage",
        "min_number_of_hops",
        "pre_designation_value",
        "post_designation_value",
        "after_removal_value",
    ]);
    let mut rows = vec![header];
    for e in &report.entities {
        rows.push(vec![
            e.entity.clone(),
            e.category.clone(),
            e.authority.clone().unwrap_or_default(),
            e.contribution_value.amount.clone(),
            e.contribution_percentage.clone(),
            e.counterparty_value.amount.clone(),
            e.counterparty_percentage.clone(),
            e.indirect_value.amount.clone(),
            e.indirect_percentage.clone(),
            e.min_number_of_hops.to_string(),
            e.pre_designation_value.amount.clone(),
            e.post_designation_value.amount.clone(),
            e.after_removal_value.amount.clone(),
        ]);
    }
    let labelled = |category: &str| report.entities.iter().any(|e| e.category == category);
    for c in report.categories.iter().filter(|c| !labelled(&c.category)) {
        let mut row = vec![String::new(); 13];
        (row[1], row[3]) = (c.category.clone(), c.contribution_value.amount.clone());
        (row[4], row[5]) = (c.contribution_percentage.clone(), c.counterparty_value.amount.clone());
        (row[7], row[9]) = (c.indirect_value.amount.clone(), c.min_number_of_hops.to_string());
        rows.push(row);
    }
    table(rows)
}
