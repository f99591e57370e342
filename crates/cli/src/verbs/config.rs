//! `interdict config`

use clap::{ArgMatches, Args, Subcommand};
use interdict_engine::{ConfigReport, SettingOrigin, ShownSetting};

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::server_args::ServerArgs;

/// Show the configuration in force.
#[derive(Debug, Args)]
pub(crate) struct ConfigVerb {
    #[command(subcommand)]
    verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
enum Verb {
    Show(Show),
}

/// Show each setting of `interdict serve` with its value and the origin of the value.
///
/// An argument overrides the environment, the environment overrides the configuration file, and the file overrides the
/// built-in default. The arguments of `interdict serve` can be given here to see their effect. Of secrets, only the
/// fact that they are set is shown.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict config show
  interdict config show --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem
  interdict --format json config show

Exit codes: 0 done; 2 wrong usage, or a configuration that cannot be used.")]
struct Show {
    #[command(flatten)]
    server: ServerArgs,
}

impl ConfigVerb {
    pub(crate) fn run(
        &self,
        data: &Data,
        matches: &ArgMatches,
        output: &mut Output,
    ) -> anyhow::Result<ExitStatus> {
        let Verb::Show(show) = &self.verb;
        let matches = matches.subcommand().and_then(|(_, config)| config.subcommand());
        let session = data.session()?;
        let chosen = show.server.choose(&session, matches.map(|(_, show)| show))?;
        let report = ConfigReport { server: chosen.shown };
        output.print(&session, &report, |report| report.server.iter().map(line).collect())?;
        Ok(ExitStatus::Done)
    }
}

fn line(setting: &ShownSetting) -> String {
    let origin = match setting.origin {
        SettingOrigin::Default => "default",
        SettingOrigin::File => "file",
        SettingOrigin::Environment => "environment",
        SettingOrigin::Flag => "flag",
    };
    let value = setting.value.as_deref().unwrap_or("-");
    format!("{:<19} {value}  ({origin})\n", setting.name)
}
