//! `interdict serve`

use clap::Args;
use interdict_server::{ServerConfig, serve};

use crate::data::Data;
use crate::output::{ExitStatus, print_note};
use crate::server_args::ServerArgs;

/// Answer over HTTP, as clients of OpenSanctions' yente expect.
///
/// The server answers from the lists in use, and opens newer ones without losing a request. A dataset in an
/// address is one of `interdict lists status`, or `default` for all of them.
///
/// Each screening is recorded in the store before it is answered; if the record cannot be written, the answer is a 503.
/// As long as there is neither a key (`interdict keys add`) nor a person (`interdict users add`), the server listens at
/// loopback addresses alone and answers without authentication; from the first one on, every request has to
/// authenticate. Other machines are answered over TLS (`--tls-cert`, `--tls-key`).
///
/// A missing list is an error (503). Stale lists and values that could not be read are named in the answer and in the
/// header x-interdict-complete. A program must check this header before it takes "no match" for "clear".
///
/// Each setting can also be set in the table `[server]` of interdict.toml; `interdict config show` prints the settings
/// in force. SIGTERM ends the server after open requests; SIGHUP makes it read lists and certificate again.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict serve
  interdict serve --listen 127.0.0.1:9000 --origin http://127.0.0.1:3333
  interdict serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem \\
      --store postgresql://interdict@db/interdict
  interdict serve --listen 0.0.0.0:8080 --insecure-http --trusted-proxy 10.0.0.5 \\
      --metrics-listen 0.0.0.0:9090
  curl -s -H Content-Type:application/json 127.0.0.1:8080/match/default -d '{\"queries\": {\"q\": {\"schema\": \"Person\", \"properties\": {\"name\": [\"Kim Sang-man\"]}}}}'

Exit codes: 0 the server was asked to end and did; 2 wrong usage or failure.")]
pub(crate) struct Serve {
    #[command(flatten)]
    server: ServerArgs,
}

impl Serve {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<ExitStatus> {
        let config = self.server.choose(&data.session()?, None)?.config;
        if config.store.is_none() {
            print_note("nothing is recorded (--no-store): no answer can be justified later");
        }
        if is_in_the_clear(&config) {
            print_note(
                "KEYS AND NAMES TRAVEL IN THE CLEAR: plain HTTP is spoken with other machines (--insecure-http). \
                 Do so only behind a proxy that ends TLS, on a network of your own",
            );
        }
        hide_panics();
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        serve(data.engine()?, config, |address, has_callers| {
            if !has_callers {
                print_note(
                    "NOBODY IS ASKED FOR A KEY: everybody on this machine can ask. Make one with `interdict keys add`, or a \
                     person with `interdict users add`",
                );
            }
            print_note(&format!("listening at {scheme}://{address}"));
        })?;
        Ok(ExitStatus::Done)
    }
}

fn is_in_the_clear(config: &ServerConfig) -> bool {
    !config.listen.ip().is_loopback() && config.tls.is_none() && config.insecure_http
}

/// A panic message may contain a name, so only its source position is printed.
fn hide_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        print_note(&format!("a part of the server failed at {place}"));
    }));
}
