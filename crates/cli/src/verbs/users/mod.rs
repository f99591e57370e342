//! `interdict users`

mod add;
mod change;
mod list;
mod password;
mod typed;

use std::fmt::Write;

use clap::{Args, Subcommand};
use interdict_engine::audit::{ChangedUser, Person, Role};

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Manage the accounts of people who sign in to `interdict serve`.
///
/// Decisions under the four-eyes rule need two persons; a key does not count as one. From the first account or key on,
/// every request has to authenticate. People who are authenticated by an OpenID provider or a proxy get an account when
/// they first sign in; they are listed here as well and can be disabled.
#[derive(Debug, Args)]
pub(crate) struct UsersVerb {
    #[command(subcommand)]
    verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
enum Verb {
    Add(add::Add),
    List(list::List),
    Roles(change::Roles),
    Password(password::Password),
    Disable(change::Disable),
    Enable(change::Enable),
}

impl UsersVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        match &self.verb {
            Verb::Add(verb) => verb.run(data, output),
            Verb::List(verb) => verb.run(data, output),
            Verb::Roles(verb) => verb.run(data, output),
            Verb::Password(verb) => verb.run(data, output),
            Verb::Disable(verb) => verb.run(data, output),
            Verb::Enable(verb) => verb.run(data, output),
        }
    }
}

fn parse_role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|error: interdict_engine::audit::RoleError| error.to_string())
}

/// A person on one line.
fn render(changed: &ChangedUser) -> String {
    let mut line = String::new();
    let Person { name, display_name, disabled_at, .. } = &changed.person;
    let state = if disabled_at.is_some() { ", disabled" } else { "" };
    let _ = writeln!(line, "{name} ({display_name}): {}{state}", roles(&changed.person));
    line
}

fn roles(person: &Person) -> String {
    person.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}
