//! `interdict keys add`

use clap::Args;
use interdict_engine::audit::{Caller, KeyRequest, Role, ShownKey};
use jiff::Timestamp;

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// Make a key. It is shown once.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict keys add onboarding --role screen
  interdict keys add examiner --role auditor --expires 2027-01-31T00:00:00Z

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Add {
    /// What the key is for, in a few words.
    #[arg(value_name = "NAME", value_parser = parse_name)]
    name: String,
    /// What its holder may do: screen, analyst, approver, admin or auditor.
    #[arg(long, value_name = "ROLE", value_parser = parse_role)]
    role: Role,
    /// When it ends. [default: when it is revoked]
    #[arg(long, value_name = "MOMENT")]
    expires: Option<Timestamp>,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

fn parse_name(text: &str) -> Result<String, String> {
    let is_plain =
        !text.trim().is_empty() && text.len() <= 100 && !text.chars().any(char::is_control);
    if is_plain { Ok(text.to_owned()) } else { Err("1 to 100 bytes of plain text".to_owned()) }
}

fn parse_role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|error: interdict_engine::audit::RoleError| error.to_string())
}

impl Add {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let now = session.now();
        anyhow::ensure!(self.expires.is_none_or(|end| end > now), "--expires has passed");
        let store = self.store.open_or_make(&session)?;
        let caller = Caller { tenant: self.tenant.tenant.clone(), ..Caller::local() };
        let origin = session.origin(&caller);
        let request = KeyRequest {
            tenant: caller.tenant,
            name: self.name.clone(),
            role: self.role,
            expires_at: self.expires,
        };
        let made = store.change_now(move |change| change.make_key(request, origin, now))?;
        output.print(&session, &ShownKey::from(made), render)?;
        Ok(ExitStatus::Done)
    }
}

/// The key, and that it is not shown again.
pub(super) fn render(shown: &ShownKey) -> String {
    let ShownKey { key, record } = shown;
    let end =
        record.expires_at.map_or("until it is revoked".to_owned(), |end| format!("until {end}"));
    format!(
        "{key}\n\nkey {} ({}, {}) is valid {end}. It is not shown again: keep it where secrets are kept.\n",
        record.id, record.name, record.role
    )
}
