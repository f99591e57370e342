//! The command line of Interdict.

mod data;
mod output;
#[cfg(feature = "serve")]
mod people_settings;
mod query;
#[cfg(feature = "serve")]
mod server_args;
#[cfg(feature = "serve")]
mod server_settings;
#[cfg(feature = "store")]
mod store_args;
mod verbs;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::output::{ExitStatus, Output, report_error};
use crate::verbs::{Arguments, Verb};

fn main() -> ExitCode {
    // As `Arguments::parse`, but keeps the origin of each argument (command line or environment).
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let mut output = Output::new(arguments.format);
    let result = run(&arguments, &matches, &mut output).and_then(|status| {
        output.flush()?;
        Ok(status)
    });
    match result {
        Ok(status) => status.into(),
        Err(error) if output.is_end_of_stream(&error) => ExitStatus::Done.into(),
        Err(error) => report_error(&error),
    }
}

fn run(
    arguments: &Arguments,
    #[cfg_attr(not(feature = "serve"), expect(unused_variables, reason = "nothing asks for it"))]
    matches: &ArgMatches,
    output: &mut Output,
) -> anyhow::Result<ExitStatus> {
    let data = data::Data::new(arguments.data_dir.clone(), arguments.config.clone());
    match &arguments.verb {
        Verb::Screen(verb) => verb.run(&data, output),
        Verb::Batch(verb) => verb.run(&data, output),
        Verb::Rescreen(verb) => verb.run(&data, output),
        Verb::Calibrate(verb) => verb.run(&data, output),
        Verb::Compare(verb) => verb.run(output),
        Verb::Explain(verb) => verb.run(&data, output),
        Verb::Entity(verb) => verb.run(&data, output),
        Verb::Network(verb) => verb.run(&data, output),
        Verb::Wallet(verb) => verb.run(&data, output),
        Verb::Trace(verb) => verb.run(&data, output),
        Verb::Exposure(verb) => verb.run(&data, output),
        Verb::Chain(verb) => verb.run(&data, output),
        Verb::Lists(verb) => verb.run(&data, output),
        #[cfg(feature = "store")]
        Verb::Audit(verb) => verb.run(&data, output),
        #[cfg(feature = "store")]
        Verb::Keys(verb) => verb.run(&data, output),
        #[cfg(feature = "store")]
        Verb::Users(verb) => verb.run(&data, output),
        #[cfg(feature = "store")]
        Verb::Encryption(verb) => verb.run(&data, output),
        #[cfg(feature = "store")]
        Verb::Backup(verb) => verb.run(&data, output),
        #[cfg(feature = "store")]
        Verb::Restore(verb) => verb.run(&data, output),
        #[cfg(feature = "serve")]
        Verb::Serve(verb) => verb.run(&data),
        #[cfg(feature = "mcp")]
        Verb::Mcp(verb) => verb.run(&data),
        #[cfg(feature = "serve")]
        Verb::Config(verb) => verb.run(&data, matches, output),
        Verb::Completions(verb) => verb.run(output),
        Verb::Man(verb) => verb.run(),
    }
}
