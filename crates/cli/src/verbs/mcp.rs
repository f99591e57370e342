//! `interdict mcp`

use std::net::SocketAddr;

use clap::Args;
use interdict_mcp::{serve_http, serve_stdio};

use crate::data::Data;
use crate::output::{ExitStatus, print_note};

/// Offer screening to a language model, as tools of the Model Context Protocol.
///
/// The tools `screen`, `entity`, `network` and `wallet` read the lists and ledgers on this machine and change nothing.
/// Without --http, the program serves the client that started it, over standard input and output.
///
/// All answers, including names of customers, are sent to the operator of the model. They are not recorded: a decision about
/// a customer needs a recorded screening (`interdict serve`).
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict mcp
  interdict mcp --http 127.0.0.1:8081       (at http://127.0.0.1:8081/mcp)
  {\"mcpServers\": {\"interdict\": {\"command\": \"interdict\", \"args\": [\"mcp\"]}}}       (in the configuration of a client)

Exit codes: 0 the client ended the conversation; 2 wrong usage or failure.")]
pub(crate) struct Mcp {
    /// Serve clients on this machine over streamable HTTP at this address of the loopback; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,
}

impl Mcp {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<ExitStatus> {
        let engine = data.engine()?;
        match self.http {
            None => serve_stdio(engine)?,
            Some(address) => serve_http(engine, address, |address| {
                print_note(&format!("listening at http://{address}/mcp"));
            })?,
        }
        Ok(ExitStatus::Done)
    }
}
