//! `interdict serve`

use std::net::SocketAddr;

use clap::Args;
use interdict_server::{ServerConfig, serve};

use crate::data::Data;
use crate::output::{ExitStatus, print_note};

/// Answer over HTTP, as clients of OpenSanctions' yente expect.
///
/// The server answers from the lists in use, and opens newer ones without losing a request. A dataset in an
/// address is one of `interdict lists status`, or `default` for all of them. It does not ask callers who they
/// are, so it listens at addresses of this machine alone: put a proxy that does in front of it.
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
            ..ServerConfig::at(self.listen)
        };
        serve(data.engine()?, config, |address| {
            print_note(&format!("listening at http://{address}"));
        })?;
        Ok(ExitStatus::Done)
    }
}
