//! `interdict audit erase`, `hold` and `release`

use std::fmt::Write;

use clap::Args;
use interdict_engine::Session;
use interdict_engine::audit::{Caller, ErasureReport, HoldList, Origin, Store, StoreError, Tenant};

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// Erase personal data whose retention period has ended: of one customer, or of all.
///
/// Events stay in the log, and their proofs stay valid: they hold a salted hash of the data, and the salt is erased
/// with it. Data on hold is never erased. Backups still contain erased data until you delete them.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict audit erase
  interdict audit erase --customer c-1042
  interdict audit erase --customer c-1042 --before-its-end 'the contract never came about'

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Erase {
    /// Only the data of this customer, given by the reference that callers used.
    #[arg(long, value_name = "REFERENCE")]
    customer: Option<String>,
    /// Also erase data whose retention period has not ended; the reason is recorded.
    #[arg(long, value_name = "REASON", requires = "customer")]
    before_its_end: Option<String>,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// Keep the data of a customer, whatever its age. Without a customer, list the customers whose data is on hold.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict audit hold
  interdict audit hold c-1042 --reason 'court order 7 K 12/26'

Exit codes: 0 done; 2 wrong usage or failure, or nothing is known of the customer.")]
pub(crate) struct HoldVerb {
    /// The customer, by the reference that callers gave.
    #[arg(value_name = "REFERENCE", requires = "reason")]
    customer: Option<String>,
    /// Why. It is recorded.
    #[arg(long, value_name = "REASON", requires = "customer")]
    reason: Option<String>,
    /// Also if nothing is known of the customer yet: what comes is kept.
    #[arg(long, requires = "customer")]
    in_advance: bool,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// End a hold on the data of a customer.
#[derive(Debug, Args)]
pub(crate) struct Release {
    /// The customer, by the reference that callers gave.
    #[arg(value_name = "REFERENCE")]
    customer: String,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

fn origin(session: &Session, tenant: &TenantArgs) -> Origin {
    session.origin(&Caller { tenant: tenant.tenant.clone(), ..Caller::local() })
}

impl Erase {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open_of(&session, &self.tenant)?;
        let (now, origin) = (session.now(), origin(&session, &self.tenant));
        let (tenant, why) = (self.tenant.tenant.clone(), self.before_its_end.clone());
        let named = tenant.clone();
        let report = match self.customer.clone() {
            Some(customer) => {
                let erasure = store.change_now(move |change| {
                    change.erase(&tenant, &customer, why.as_deref(), origin, now)
                })?;
                ErasureReport {
                    erased: erasure.erased,
                    kept: Some(erasure.kept),
                    cases: Some(erasure.cases),
                    job_rows: Some(erasure.job_rows),
                    open_jobs: Some(erasure.open_jobs),
                    nothing: Some(erasure.nothing),
                }
            }
            None => {
                let erased =
                    store.change_now(move |change| change.erase_expired(&tenant, origin, now))?;
                ErasureReport { erased, ..ErasureReport::default() }
            }
        };
        store.settle()?;
        output.print(&session, &report, |report| render(report, &named))?;
        Ok(ExitStatus::Done)
    }
}

fn render(report: &ErasureReport, tenant: &Tenant) -> String {
    let some = |count: Option<u64>| count.filter(|count| *count > 0);
    let mut text = match report.nothing {
        Some(true) => format!(
            "nothing is known of this customer in the tenant {tenant}: nothing was erased; check the reference\n"
        ),
        _ => format!("the personal data of {} events is erased\n", report.erased),
    };
    if let Some(cases) = some(report.cases) {
        let _ = writeln!(text, "{cases} cases have no customer any more");
    }
    if let Some(rows) = some(report.job_rows) {
        let _ = writeln!(text, "{rows} lines of results of jobs are erased");
    }
    if let Some(kept) = some(report.kept) {
        let _ = writeln!(text, "that of {kept} has to be kept for longer (--before-its-end)");
    }
    if let Some(jobs) = some(report.open_jobs) {
        let _ = writeln!(
            text,
            "{jobs} jobs have not ended: rows of this customer in their files will not be screened"
        );
    }
    text
}

impl HoldVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open_of(&session, &self.tenant)?;
        if let (Some(customer), Some(reason)) = (self.customer.clone(), self.reason.clone()) {
            let (now, origin) = (session.now(), origin(&session, &self.tenant));
            let (tenant, in_advance) = (self.tenant.tenant.clone(), self.in_advance);
            store.change_now(move |change| {
                // A misspelt reference would leave the customer meant without a hold.
                if !in_advance && !change.knows_customer(&tenant, &customer)? {
                    return Err(StoreError::Refused(unknown(&tenant)));
                }
                change.hold(&tenant, &customer, &reason, origin, now)
            })?;
        }
        print_holds(&session, &store, &self.tenant, output)
    }
}

impl Release {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open_of(&session, &self.tenant)?;
        let (now, origin) = (session.now(), origin(&session, &self.tenant));
        let (tenant, customer) = (self.tenant.tenant.clone(), self.customer.clone());
        store.change_now(move |change| change.release(&tenant, &customer, origin, now))?;
        print_holds(&session, &store, &self.tenant, output)
    }
}

/// What is said of a customer of whom there is nothing. The reference itself is not repeated.
fn unknown(tenant: &Tenant) -> String {
    format!(
        "nothing is known of this customer in the tenant {tenant}, and nothing is on hold: check the reference, or hold in \
         advance (--in-advance)"
    )
}

fn print_holds(
    session: &Session,
    store: &Store,
    tenant: &TenantArgs,
    output: &mut Output,
) -> anyhow::Result<ExitStatus> {
    let holds = HoldList { holds: store.holds(&tenant.tenant)? };
    output.print(session, &holds, |list| {
        let mut text = format!("{} on hold\n", list.holds.len());
        for hold in &list.holds {
            let since = hold.at.strftime("%Y-%m-%d");
            let _ = writeln!(text, "  {}  since {since}: {}", hold.subject, hold.reason);
        }
        text
    })?;
    Ok(ExitStatus::Done)
}
