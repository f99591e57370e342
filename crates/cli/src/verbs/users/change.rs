//! `interdict users roles`, `interdict users disable` and `interdict users enable`

use clap::Args;
use interdict_engine::audit::{
    Caller, Change, ChangedUser, Origin, Person, Role, StoreError, Tenant,
};
use jiff::Timestamp;

use super::{parse_role, render};
use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// Change the roles of a person. Open sessions get them at once.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict users roles jane --role analyst --role approver

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Roles {
    #[command(flatten)]
    who: Who,
    /// The new roles: screen, analyst, approver, admin or auditor; can be given several times.
    #[arg(long = "role", value_name = "ROLE", value_parser = parse_role, required = true)]
    roles: Vec<Role>,
}

/// Disable an account, and end its sessions at once on every server.
#[derive(Debug, Args)]
pub(crate) struct Disable {
    #[command(flatten)]
    who: Who,
}

/// Enable an account again.
#[derive(Debug, Args)]
pub(crate) struct Enable {
    #[command(flatten)]
    who: Who,
}

/// Whose account.
#[derive(Debug, Args)]
struct Who {
    /// The name, as `interdict users list` shows it.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl Roles {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let roles = self.roles.clone();
        self.who.change(data, output, move |change, tenant, id, origin, now| {
            change.change_roles(tenant, id, roles, origin, now)
        })
    }
}

impl Disable {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        self.who.change(data, output, |change, tenant, id, origin, now| {
            change.set_disabled(tenant, id, true, origin, now)
        })
    }
}

impl Enable {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        self.who.change(data, output, |change, tenant, id, origin, now| {
            change.set_disabled(tenant, id, false, origin, now)
        })
    }
}

impl Who {
    fn change(
        &self,
        data: &Data,
        output: &mut Output,
        work: impl FnOnce(
            &mut Change<'_>,
            &Tenant,
            &str,
            Origin,
            Timestamp,
        ) -> Result<Person, StoreError>
        + Send
        + 'static,
    ) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open_of(&session, &self.tenant)?;
        let tenant = self.tenant.tenant.clone();
        let id = store.person_named(&tenant, &self.name)?.id;
        let origin = session.origin(&Caller { tenant: tenant.clone(), ..Caller::local() });
        let now = session.now();
        let person = store.change_now(move |change| work(change, &tenant, &id, origin, now))?;
        output.print(&session, &ChangedUser { person }, render)?;
        Ok(ExitStatus::Done)
    }
}
