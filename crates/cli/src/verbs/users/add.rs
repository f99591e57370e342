//! `interdict users add`

use clap::Args;
use interdict_engine::audit::{
    Caller, ChangedUser, PasswordHash, PersonRequest, Role, parse_person_name,
};

use super::typed::new_password;
use super::{parse_role, render};
use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs, random};

/// Make an account. The password is asked for, or read from stdin.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict users add jane --role analyst --display-name 'Jane Doe'
  pass show interdict/joe | interdict users add joe --role approver --role auditor

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Add {
    /// The name by which they sign in: a-z, 0-9 and . _ @ + -
    #[arg(value_name = "NAME", value_parser = parse_name)]
    name: String,
    /// What they may do: screen, analyst, approver, admin or auditor; can be given several times.
    #[arg(long = "role", value_name = "ROLE", value_parser = parse_role, required = true)]
    roles: Vec<Role>,
    /// The name to show. [default: the sign-in name]
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

fn parse_name(text: &str) -> Result<String, String> {
    parse_person_name(text).map_err(|error| error.to_string())
}

impl Add {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open_or_make(&session)?;
        let password = PasswordHash::make(&new_password(&self.name)?, random)?;
        let caller = Caller { tenant: self.tenant.tenant.clone(), ..Caller::local() };
        let (now, origin) = (session.now(), session.origin(&caller));
        let request = PersonRequest {
            tenant: caller.tenant,
            name: self.name.clone(),
            display_name: self.display_name.clone().unwrap_or_else(|| self.name.clone()),
            roles: self.roles.clone(),
            password,
        };
        let person = store.change_now(move |change| change.make_person(request, origin, now))?;
        output.print(&session, &ChangedUser { person }, render)?;
        Ok(ExitStatus::Done)
    }
}
