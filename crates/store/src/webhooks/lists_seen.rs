//! Events about changed, failing and stale lists, each recorded once, however many servers notice it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::database::Value;
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::writer::Change;

const FACT: &str = "lists-seen";

/// The lists as a server sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListsSeen {
    /// The number of the generation.
    pub generation: u64,
    /// The checksum of each list.
    pub lists: BTreeMap<String, String>,
    /// The lists whose updates fail.
    pub failing: BTreeSet<String>,
    /// The lists that are stale, each with its version.
    #[serde(default)]
    pub stale: BTreeMap<String, String>,
    /// The day of this state, as `2026-12-01`.
    #[serde(default)]
    pub day: String,
}

impl Change<'_> {
    /// Records which lists changed since the last record of any server, and which began to fail or became stale, for
    /// each tenant with a key or a webhook. A server with an older generation records nothing, and one with an earlier
    /// day records nothing about the age of lists. A list that is already stale when it is seen first is recorded, too.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_lists(
        &mut self,
        seen: &ListsSeen,
        (by, now): (&Origin, Timestamp),
    ) -> Result<(), StoreError> {
        let row = self
            .sql()?
            .query_one("SELECT value FROM facts WHERE name = ?1", &[Value::Text(FACT)])?;
        let damaged = |_| StoreError::Damaged("the lists that were seen last".to_owned());
        let known =
            row.map(|row| serde_json::from_str::<ListsSeen>(&row.text(0)?).map_err(damaged));
        let known = known.transpose()?;
        if known.as_ref().is_some_and(|known| known == seen || known.generation > seen.generation) {
            return Ok(());
        }
        let mut seen = seen.clone();
        let told = known.as_ref().map_or_else(BTreeMap::new, |known| known.stale.clone());
        if let Some(known) = known.as_ref().filter(|known| known.day > seen.day) {
            (seen.stale, seen.day) = (known.stale.clone(), known.day.clone());
        }
        self.sql()?.execute(
            "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            &[
                Value::Text(FACT),
                Value::Text(&serde_json::to_string(&seen).expect("keys of lists are texts")),
            ],
        )?;
        let stale: Vec<(&String, &String)> =
            seen.stale.iter().filter(|(list, version)| told.get(*list) != Some(*version)).collect();
        for tenant in self.callers()? {
            for (dataset, version) in &stale {
                let detail = json!({
                    "dataset": dataset, "version": version, "generation": seen.generation,
                });
                self.record(EventDraft::new("list.stale", &tenant, by.clone(), now, detail))?;
            }
        }
        // The first time, the previous state is unknown.
        let Some(known) = known else { return Ok(()) };
        let names: BTreeSet<&String> = known.lists.keys().chain(seen.lists.keys()).collect();
        let differs = |name: &&&String| known.lists.get(**name) != seen.lists.get(**name);
        let changed: Vec<&&String> = names.iter().filter(differs).collect();
        let failing: Vec<&String> = seen.failing.difference(&known.failing).collect();
        for tenant in self.callers()? {
            if !changed.is_empty() {
                let detail = json!({
                    "from": known.generation, "generation": seen.generation, "datasets": changed,
                });
                self.record(EventDraft::new("list.updated", &tenant, by.clone(), now, detail))?;
            }
            for dataset in &failing {
                let detail = json!({ "dataset": dataset, "generation": seen.generation });
                self.record(EventDraft::new("list.failed", &tenant, by.clone(), now, detail))?;
            }
        }
        Ok(())
    }

    /// The tenants with a key or a webhook; the default tenant if there are none.
    fn callers(&mut self) -> Result<Vec<Tenant>, StoreError> {
        let rows = self.sql()?.query(
            "SELECT tenant FROM keys UNION SELECT tenant FROM webhooks ORDER BY tenant",
            &[],
        )?;
        let tenant = |row: &crate::database::Row| {
            let damaged = |_| StoreError::Damaged("the name of a tenant".to_owned());
            Tenant::parse(&row.text(0)?).map_err(damaged)
        };
        let mut tenants: Vec<Tenant> = rows.iter().map(tenant).collect::<Result<_, _>>()?;
        if tenants.is_empty() {
            tenants.push(Tenant::only());
        }
        Ok(tenants)
    }
}
