//! `interdict keys list`

use std::fmt::Write;

use clap::Args;
use interdict_engine::audit::{KeyList, KeyRecord};
use jiff::Timestamp;

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// List keys, without their secrets.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl List {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open_of(&session, &self.tenant)?;
        let list = KeyList { keys: store.list_keys(&self.tenant.tenant)? };
        let now = session.now();
        output.print(&session, &list, |list| render(list, now))?;
        Ok(ExitStatus::Done)
    }
}

fn render(list: &KeyList, now: Timestamp) -> String {
    let mut out = format!(
        "{:<16}  {:<8}  {:<9}  {:<20}  {:<20}  name\n",
        "id", "role", "state", "made", "used last"
    );
    for key in &list.keys {
        let used = key.used_at.map_or("never".to_owned(), seconds);
        let _ = writeln!(
            out,
            "{:<16}  {:<8}  {:<9}  {:<20}  {:<20}  {}",
            key.id,
            key.role.as_str(),
            state(key, now),
            seconds(key.made_at),
            used,
            key.name
        );
    }
    out
}

fn state(key: &KeyRecord, now: Timestamp) -> &'static str {
    match key {
        KeyRecord { revoked_at: Some(_), .. } => "revoked",
        _ if !key.is_valid(now) => "expired",
        _ => "valid",
    }
}

fn seconds(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
