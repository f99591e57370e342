//! `interdict keys rotate`

use clap::Args;
use interdict_engine::audit::{Caller, ShownKey};
use jiff::SignedDuration;

use super::add::render;
use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// Make a successor of a key. The old key stays valid for some hours.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict keys rotate 0w3ge1r70w3ge1r7
  interdict keys rotate 0w3ge1r70w3ge1r7 --overlap-hours 1

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Rotate {
    /// The public part of the key, as `interdict keys list` shows it.
    #[arg(value_name = "ID")]
    id: String,
    /// For how many hours the old key stays valid.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(0..=720))]
    overlap_hours: u16,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl Rotate {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open(&session)?;
        let now = session.now();
        let ends = now.checked_add(SignedDuration::from_hours(self.overlap_hours.into()))?;
        let tenant = self.tenant.tenant.clone();
        let origin = session.origin(&Caller { tenant: tenant.clone(), ..Caller::local() });
        let id = self.id.clone();
        let made =
            store.change_now(move |change| change.rotate_key(&tenant, &id, ends, origin, now))?;
        output.print(&session, &ShownKey::from(made), render)?;
        Ok(ExitStatus::Done)
    }
}
