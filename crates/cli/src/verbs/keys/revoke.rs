//! `interdict keys revoke`

use clap::Args;
use interdict_engine::audit::{Caller, RevokedKey};

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// End a key at once, on every server.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The public part of the key, as `interdict keys list` shows it.
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl Revoke {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open(&session)?;
        let (now, tenant, id) = (session.now(), self.tenant.tenant.clone(), self.id.clone());
        let origin = session.origin(&Caller { tenant: tenant.clone(), ..Caller::local() });
        let record =
            store.change_now(move |change| change.revoke_key(&tenant, &id, origin, now))?;
        output.print(&session, &RevokedKey { record }, |revoked| {
            format!("key {} ({}) is revoked\n", revoked.record.id, revoked.record.name)
        })?;
        Ok(ExitStatus::Done)
    }
}
