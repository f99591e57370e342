//! `interdict users list`

use std::fmt::Write;

use clap::Args;
use interdict_engine::audit::UserList;

use super::roles;
use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// List people, with their roles.
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
        let list = UserList { users: store.people(&self.tenant.tenant)? };
        output.print(&session, &list, render)?;
        Ok(ExitStatus::Done)
    }
}

fn render(list: &UserList) -> String {
    let mut out = format!(
        "{:<24}  {:<8}  {:<20}  {:<24}  called\n",
        "name", "state", "signed in last", "roles"
    );
    for person in &list.users {
        let state = if person.disabled_at.is_some() { "disabled" } else { "enabled" };
        let seconds = |moment: jiff::Timestamp| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let last = person.signed_in_at.map_or("never".to_owned(), seconds);
        let _ = writeln!(
            out,
            "{:<24}  {state:<8}  {last:<20}  {:<24}  {}",
            person.name,
            roles(person),
            person.display_name
        );
    }
    out
}
