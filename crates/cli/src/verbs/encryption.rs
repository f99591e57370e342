//! `interdict encryption`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use interdict_engine::audit::{KeyFile, StoreKey};

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, random};

/// Encrypt the personal data of the store: references of customers, screenings, comments and documents.
///
/// Each customer's data has a key of its own, which a master key wraps. The master key is a file that you keep outside of
/// the store. If it is lost, the encrypted data cannot be recovered by anyone. Keep a copy in a safe.
#[derive(Debug, Args)]
pub(crate) struct EncryptionVerb {
    #[command(subcommand)]
    verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
enum Verb {
    Key(Key),
    Apply(Apply),
}

/// Make a master key, or add a new one in front of those in a file.
///
/// Rotation: put a new key in front, give the file to all servers and start them again, then `encryption apply`, then
/// `encryption key FILE --drop-older`. All data stays readable during these steps. A server that does not have the key
/// in use refuses to write.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict encryption key /etc/interdict/store.key
  interdict encryption key /etc/interdict/store.key --drop-older

Exit codes: 0 done; 2 wrong usage or failure.")]
struct Key {
    /// The file. It is readable by its owner alone.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Leave only the key in use. Refused as long as the store needs an older one (`encryption apply`).
    #[arg(long)]
    drop_older: bool,
    #[command(flatten)]
    store: StoreArgs,
}

/// Encrypt all data that is not encrypted yet, and wrap all data keys by the current master key. Servers keep running.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict encryption apply --store-key-file /etc/interdict/store.key

Exit codes: 0 done; 2 wrong usage or failure.")]
struct Apply {
    #[command(flatten)]
    store: StoreArgs,
}

impl EncryptionVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        match &self.verb {
            Verb::Key(Key { file, drop_older, store }) => {
                let key = match drop_older {
                    true => {
                        let key = StoreKey::read(file)?;
                        store.open_with(&session, key.clone())?.check_newest_key()?;
                        key.drop_older(file)?
                    }
                    false => StoreKey::add_to(file, random)?,
                };
                let report = KeyFile { key: key.id(), keys: key.count() };
                output.print(&session, &report, |report| {
                    let older = report.keys.saturating_sub(1);
                    format!("key {} is in use; {older} older ones are in the file\n", report.key)
                })?;
            }
            Verb::Apply(Apply { store }) => {
                let done = store.open(&session)?.encrypt_all()?;
                output.print(&session, &done, |done| {
                    format!(
                        "key {}: {} customers' keys wrapped, the data of {} events encrypted\n",
                        done.key, done.subjects, done.events
                    )
                })?;
            }
        }
        Ok(ExitStatus::Done)
    }
}
