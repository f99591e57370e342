//! Whether the tables of keys, people, settings, webhooks and the allow-list are what the events led to.
//!
//! Each event that creates or changes such a row names it and says what became of it. A column that no event speaks of,
//! because an earlier version recorded it, is not compared.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::check::{LogFault, LogReport};
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::Event;
use crate::hex::hex;
use crate::people::credential_hash;
use crate::vault::Vault;
use crate::webhooks::host_of;

/// Rows that are read together.
const PAGE: u64 = 1_024;
/// Maximum number of rows of personal data that are listed because something else is missing.
const MOST_ORPHANS: u64 = 100;
/// Reads the columns of a row that events speak of.
type Columns = fn(&Row, &Vault) -> Result<Json, StoreError>;

/// A table whose rows follow from events. The first two columns of its statement are the id and the tenant.
struct Table {
    name: &'static str,
    select: &'static str,
    columns: Columns,
}

const TABLES: [Table; 5] = [
    Table {
        name: "keys",
        select: "SELECT id, tenant, name, role, expires_at, revoked_at, digest FROM keys",
        columns: |row, _| {
            Ok(json!({
                "name": row.text(2)?, "role": row.text(3)?, "expires_at": row.optional(4, Row::integer)?,
                "is_revoked": row.optional(5, Row::integer)?.is_some(), "digest": hex(&row.bytes(6)?),
            }))
        },
    },
    Table {
        name: "people",
        select: "SELECT id, tenant, name, roles, issuer, disabled_at, subject, password FROM people",
        columns: |row, vault| {
            let text = |column| row.optional(column, Row::text);
            let roles = row.text(3)?;
            let (issuer, subject, password) = (text(4)?, text(6)?, text(7)?);
            let proven = [issuer.as_deref(), subject.as_deref(), password.as_deref()];
            let credential = credential_hash(vault.keys(), proven);
            Ok(json!({
                "name": row.text(2)?, "roles": roles.split(',').collect::<Vec<_>>(), "issuer": issuer,
                "is_disabled": row.optional(5, Row::integer)?.is_some(), "credential": credential,
            }))
        },
    },
    Table {
        name: "settings",
        select: "SELECT tenant || '/' || name AS id, tenant, value FROM settings",
        columns: |row, _| {
            let value: Json = serde_json::from_str(&row.text(2)?).unwrap_or_default();
            Ok(json!({ "value": value }))
        },
    },
    Table {
        name: "webhooks",
        select: "SELECT id, tenant, kinds, url FROM webhooks",
        columns: |row, _| {
            let kinds: Json = serde_json::from_str(&row.text(2)?).unwrap_or_default();
            Ok(json!({ "kinds": kinds, "host": host_of(&row.text(3)?) }))
        },
    },
    Table {
        name: "allow_list",
        select: "SELECT id, tenant, case_id, hit, by_two, ends_at, ended_at FROM allow_list",
        columns: |row, _| {
            Ok(json!({
                "case": row.text(2)?, "hit": row.count(3)?, "by_two": row.integer(4)? != 0,
                "ends_at": row.integer(5)?, "has_ended": row.optional(6, Row::integer)?.is_some(),
            }))
        },
    },
];

/// The rows that the events led to, by table and id: the tenant, and the columns that are known.
#[derive(Default)]
pub(super) struct State(BTreeMap<(&'static str, String), (String, Json)>);

impl State {
    /// Notes what an event made of a row.
    pub(super) fn follow(&mut self, event: &Event) {
        let of = |name: &str| event.detail.get(name).cloned().unwrap_or_default();
        let (table, id, is_new, columns) = match event.kind.as_str() {
            "key.made" => {
                let names = ["name", "role", "expires_at", "digest"];
                ("keys", of("key"), true, picked_with(&event.detail, &names, "is_revoked"))
            }
            "key.rotated" => {
                let ends = json!({ "expires_at": of("ends_at") });
                ("keys", of("key"), false, picked(&ends, &["expires_at"]))
            }
            "key.revoked" => ("keys", of("key"), false, flag("is_revoked", true)),
            "user.made" => {
                let names = ["name", "roles", "issuer", "credential"];
                ("people", of("person"), true, picked_with(&event.detail, &names, "is_disabled"))
            }
            "user.roles-changed" => {
                let roles = json!({ "roles": of("new") });
                ("people", of("person"), false, picked(&roles, &["roles"]))
            }
            "user.disabled" => ("people", of("person"), false, flag("is_disabled", true)),
            "user.enabled" => ("people", of("person"), false, flag("is_disabled", false)),
            "user.password-changed" => {
                ("people", of("person"), false, picked(&event.detail, &["credential"]))
            }
            "setting.changed" => {
                let name = of("setting").as_str().unwrap_or_default().to_owned();
                let id = json!(format!("{}/{name}", event.tenant));
                let value = json!({ "value": of("new") });
                ("settings", id, true, picked(&value, &["value"]))
            }
            "webhook.made" => {
                let columns = json!({ "kinds": of("events"), "host": of("host") });
                ("webhooks", of("webhook"), true, picked(&columns, &["kinds", "host"]))
            }
            "webhook.deleted" => {
                let id = of("webhook").as_str().unwrap_or_default().to_owned();
                self.0.remove(&("webhooks", id));
                return;
            }
            "allow.made" => {
                let names = ["case", "by_two", "ends_at"];
                let mut columns = picked_with(&event.detail, &names, "has_ended");
                columns.insert("hit".to_owned(), of("judged"));
                ("allow_list", of("entry"), true, columns)
            }
            "allow.ended" => ("allow_list", of("entry"), false, flag("has_ended", true)),
            _ => return,
        };
        let key = (table, id.as_str().unwrap_or_default().to_owned());
        if is_new {
            self.0.insert(key, (event.tenant.to_string(), Json::Object(columns)));
        } else if let Some((_, Json::Object(known))) = self.0.get_mut(&key) {
            if event.kind == "user.password-changed" {
                // An earlier version did not record what the password became.
                known.remove("credential");
            }
            known.extend(columns);
        }
    }

    /// Compares the tables with it.
    pub(super) fn check(
        mut self,
        sql: &mut dyn Sql,
        vault: &Vault,
        report: &mut LogReport,
    ) -> Result<(), StoreError> {
        for table in &TABLES {
            let select =
                format!("SELECT * FROM ({}) t WHERE id > ?1 ORDER BY id LIMIT ?2", table.select);
            for_each_row(sql, &select, 1, |row| {
                let id = row.text(0)?;
                let expected = self.0.remove(&(table.name, id.clone()));
                let what = match (expected, (table.columns)(row, vault)) {
                    (None, _) => Some("no event explains it".to_owned()),
                    (Some(_), Err(_)) => Some("it cannot be read".to_owned()),
                    (Some((tenant, expected)), Ok(found)) => {
                        difference(&expected, &found, tenant == row.text(1)?)
                    }
                };
                if let Some(what) = what {
                    report.add(LogFault::Row { table: table.name.to_owned(), id, what });
                }
                Ok(())
            })?;
        }
        for (name, id) in self.0.into_keys() {
            let (table, what) = (name.to_owned(), "it is missing".to_owned());
            report.add(LogFault::Row { table, id, what });
        }
        check_subjects(sql, vault, report)?;
        check_orphans(sql, report)
    }
}

/// A subject has the tag of its reference.
fn check_subjects(
    sql: &mut dyn Sql,
    vault: &Vault,
    report: &mut LogReport,
) -> Result<(), StoreError> {
    let select = "SELECT tenant, tag, reference, key, key_id FROM subjects WHERE (tenant, tag) > (?1, ?2) \
                  ORDER BY tenant, tag LIMIT ?3";
    for_each_row(sql, select, 2, |row| {
        let (tenant, tag) = (row.text(0)?, row.text(1)?);
        let is_same = match vault.read_at(&tenant, &tag, row, 2) {
            Ok(subject) => {
                tag == vault.tag(&tenant, &subject.reference)
                    || subject.reference.is_empty() && tag == vault.tag_of_nobody(&tenant)
            }
            Err(StoreError::Damaged(_)) => false,
            Err(error) => return Err(error),
        };
        if !is_same {
            let (table, what) = ("subjects".to_owned(), "its reference was changed".to_owned());
            report.add(LogFault::Row { table, id: tag, what });
        }
        Ok(())
    })
}

/// Personal data without its event, or of a subject that is not there.
fn check_orphans(sql: &mut dyn Sql, report: &mut LogReport) -> Result<(), StoreError> {
    let without = [
        ("NOT EXISTS (SELECT 1 FROM events e WHERE e.seq = s.seq)", "no event explains it"),
        (
            "s.subject IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM subjects u WHERE u.tenant = s.tenant AND u.tag = s.subject)",
            "the customer is missing",
        ),
    ];
    for (is_orphan, what) in without {
        let select = format!(
            "SELECT s.seq FROM sealed s WHERE {is_orphan} ORDER BY s.seq LIMIT {MOST_ORPHANS}"
        );
        for row in sql.query(&select, &[])? {
            let (table, id) = ("sealed".to_owned(), row.count(0)?.to_string());
            report.add(LogFault::Row { table, id, what: what.to_owned() });
        }
    }
    Ok(())
}

/// Reads a table page by page, by the texts in its first columns.
fn for_each_row(
    sql: &mut dyn Sql,
    select: &str,
    ordered_by: usize,
    mut each: impl FnMut(&Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut last = vec![String::new(); ordered_by];
    loop {
        let after = last.iter().map(|text| Value::Text(text));
        let values: Vec<Value<'_>> = after.chain([Value::count(PAGE)]).collect();
        let rows = sql.query(select, &values)?;
        rows.iter().try_for_each(&mut each)?;
        match rows.last() {
            Some(row) => last = (0..ordered_by).map(|at| row.text(at)).collect::<Result<_, _>>()?,
            None => return Ok(()),
        }
    }
}

/// The members of an object that are there. Moments become microseconds, as columns hold them.
fn picked(detail: &Json, names: &[&str]) -> serde_json::Map<String, Json> {
    let moment = |name: &str, value: &Json| match value.as_str() {
        Some(text) if name.ends_with("_at") => {
            text.parse().map_or(Json::Null, |at: Timestamp| json!(at.as_microsecond()))
        }
        _ => value.clone(),
    };
    let one = |name: &&str| Some(((*name).to_owned(), moment(name, detail.get(*name)?)));
    names.iter().filter_map(one).collect()
}

/// The same of a new row, with a flag that is not set.
fn picked_with(detail: &Json, names: &[&str], unset: &str) -> serde_json::Map<String, Json> {
    let mut columns = picked(detail, names);
    columns.extend(flag(unset, false));
    columns
}

fn flag(name: &str, value: bool) -> serde_json::Map<String, Json> {
    [(name.to_owned(), json!(value))].into_iter().collect()
}

/// What differs, if anything does.
fn difference(expected: &Json, found: &Json, is_tenant_same: bool) -> Option<String> {
    if !is_tenant_same {
        return Some("its tenant is not what events say".to_owned());
    }
    let expected = expected.as_object()?;
    let differs = |(name, value): &(&String, &Json)| found.get(name.as_str()) != Some(*value);
    let (name, _) = expected.iter().find(differs)?;
    Some(format!("{name} is not what events say"))
}
