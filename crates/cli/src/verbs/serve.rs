//! `interdict serve`

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use interdict_server::{KEEP_DAYS, ServerConfig, StoreConfig, serve};

use crate::data::Data;
use crate::output::{ExitStatus, print_note};
use crate::store_args::StoreArgs;

/// Answer over HTTP, as clients of OpenSanctions' yente expect.
///
/// The server answers from the lists in use, and opens newer ones without losing a request. A dataset in an
/// address is one of `interdict lists status`, or `default` for all of them.
///
/// Each screening is recorded in the store before it is answered; an answer whose record cannot be written is a 503.
/// As long as there is no key (`interdict keys add`), the server listens at addresses of this machine alone and asks
/// nobody who they are; from the first key on, everybody needs one.
///
/// A list that is missing is an error (503). One that is stale, and a value that could not be read, are named in
/// the answer and in the header x-interdict-complete: a program that reads "no match" as "clear" has to look at it.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict serve
  interdict serve --listen 127.0.0.1:9000 --origin http://127.0.0.1:3333
  curl -s -H Content-Type:application/json 127.0.0.1:8080/match/default -d '{\"queries\": {\"q\": {\"schema\": \"Person\", \"properties\": {\"name\": [\"Kim Sang-man\"]}}}}'

Exit codes: 0 the server was asked to end and did; 2 wrong usage or failure.")]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "INTERDICT_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    listen: SocketAddr,
    /// The address under which clients reach the server, for addresses in answers. [default: where it listens]
    #[arg(long, value_name = "URL", env = "INTERDICT_PUBLIC_URL")]
    public_url: Option<String>,
    /// The token that `POST /updatez` requires. Without one, the endpoint answers 403.
    #[arg(long, value_name = "TOKEN", env = "INTERDICT_UPDATE_TOKEN", hide_env_values = true)]
    update_token: Option<String>,
    /// An origin whose pages may call /reconcile, such as that of OpenRefine; can be given several times.
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// The largest body of a request, in megabytes.
    #[arg(long, value_name = "MB", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    max_body: u16,
    /// Record nothing, and ask nobody for a key. Without a record no answer can be justified later.
    #[arg(long, conflicts_with_all = ["store", "store_secrets", "checkpoints"])]
    no_store: bool,
    /// The folder into which signed checkpoints of the audit log are written. Best is one that the administrators of
    /// the store cannot write to. [default: checkpoints beside the store's secrets]
    #[arg(long, value_name = "DIR", env = "INTERDICT_CHECKPOINTS")]
    checkpoints: Option<PathBuf>,
    /// For how many days personal data of screenings is kept: ten years, as 31 CFR 501.601 asks.
    #[arg(long, value_name = "DAYS", default_value_t = KEEP_DAYS)]
    keep_days: u32,
    #[command(flatten)]
    store: StoreArgs,
    /// Answer 503 when a list is stale, instead of saying so beside each answer.
    #[arg(long)]
    refuse_stale: bool,
}

impl Serve {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<ExitStatus> {
        let config = ServerConfig {
            public_url: self.public_url.clone(),
            update_token: self.update_token.clone(),
            origins: self.origin.clone(),
            body_bytes: usize::from(self.max_body) << 20,
            refuse_stale: self.refuse_stale,
            store: self.store_config(data)?,
            ..ServerConfig::at(self.listen)
        };
        if self.no_store {
            print_note("nothing is recorded (--no-store): no answer can be justified later");
        }
        serve(data.engine()?, config, |address, has_keys| {
            if !has_keys {
                print_note(
                    "NOBODY IS ASKED FOR A KEY: everybody on this machine can ask. Make one with `interdict keys add`",
                );
            }
            print_note(&format!("listening at http://{address}"));
        })?;
        Ok(ExitStatus::Done)
    }

    fn store_config(&self, data: &Data) -> anyhow::Result<Option<StoreConfig>> {
        if self.no_store {
            return Ok(None);
        }
        let config = StoreConfig::at(self.store.place(&data.session()?));
        Ok(Some(StoreConfig {
            checkpoints: self.checkpoints.clone().unwrap_or(config.checkpoints),
            keep_days: self.keep_days,
            ..config
        }))
    }
}
