//! `interdict users password`

use clap::Args;
use interdict_engine::audit::{Caller, ChangedUser, PasswordHash};

use super::render;
use super::typed::new_password;
use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs, random};

/// Give a person another password, and end their sessions. It is asked for, or read from stdin.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict users password jane

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Password {
    /// The name by which they sign in.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl Password {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open_of(&session, &self.tenant)?;
        let tenant = self.tenant.tenant.clone();
        let id = store.person_named(&tenant, &self.name)?.id;
        let password = PasswordHash::make(&new_password(&self.name)?, random)?;
        let origin = session.origin(&Caller { tenant: tenant.clone(), ..Caller::local() });
        let now = session.now();
        let person = store
            .change_now(move |change| change.set_password(&tenant, &id, &password, origin, now))?;
        output.print(&session, &ChangedUser { person }, render)?;
        Ok(ExitStatus::Done)
    }
}
