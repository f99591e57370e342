//! `interdict audit export`

use clap::Args;
use interdict_engine::audit::EventFilter;

use crate::data::Data;
use crate::output::{ExitStatus, Output, print_note};
use crate::store_args::{StoreArgs, TenantArgs};

/// Write events as lines of JSON, the oldest first.
///
/// Each line is an event exactly as it was hashed: a line that is stored elsewhere can be proven later. Personal data
/// is not part of events. The last line on stderr states the number from which to continue.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict audit export > events.ndjson
  interdict audit export --since 1200 --kind screening

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Export {
    /// The number of the first event.
    #[arg(long, value_name = "EVENT", default_value_t = 0)]
    since: u64,
    /// Only events of this kind, such as screening or key.made.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// Events that are read at a time.
const PAGE: u32 = 1_000;

impl Export {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open(&session)?;
        let mut from = self.since;
        loop {
            let filter = EventFilter { from, kind: self.kind.clone(), limit: PAGE };
            let events = store.event_texts(&self.tenant.tenant, &filter)?;
            for (_, text) in &events {
                output.write(text)?;
                output.write("\n")?;
            }
            match events.last() {
                Some((seq, _)) => from = seq + 1,
                None => break,
            }
        }
        output.flush()?;
        print_note(&format!("the next export goes on with --since {from}"));
        Ok(ExitStatus::Done)
    }
}
