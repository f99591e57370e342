//! `interdict completions` and `interdict man`: shell completion scripts and manual pages.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Arguments;
use crate::output::{ExitStatus, Output};

/// The name under which the program is called.
const NAME: &str = "interdict";

/// Print a script that completes verbs and options in a shell.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict completions bash > /etc/bash_completion.d/interdict
  interdict completions zsh > ~/.zfunc/_interdict
  interdict completions fish > ~/.config/fish/completions/interdict.fish

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), NAME, &mut script);
        output.write_to(None, &String::from_utf8(script).context("the script is no text")?)?;
        Ok(ExitStatus::Done)
    }
}

/// Write a manual page for each verb.
///
/// The pages are called interdict.1, interdict-screen.1, and so on. Files of these names are replaced.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict man /usr/local/share/man/man1
  interdict man . && man ./interdict-screen.1

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Man {
    /// The folder. It is created if it does not exist.
    folder: PathBuf,
}

impl Man {
    pub(crate) fn run(&self) -> anyhow::Result<ExitStatus> {
        let named = || format!("cannot write manual pages to {}", self.folder.display());
        std::fs::create_dir_all(&self.folder).with_context(named)?;
        clap_mangen::generate_to(Arguments::command(), &self.folder).with_context(named)?;
        Ok(ExitStatus::Done)
    }
}
