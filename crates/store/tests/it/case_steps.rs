//! Helpers for tests of cases.

use interdict_store::{
    Case, CaseCall, CaseMove, CaseStep, CustomerHit, CustomerScreening, Disposition, EventDraft,
    EventFilter, Fingerprint, JudgedField, Origin, RecordedScreening, SealedDraft, Setting, Store,
    StoreError, Tenant,
};
use serde_json::json;

use crate::stores::{Place, at};

/// A store with the cases of a tenant.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) tenant: Tenant,
}

impl Desk {
    pub(crate) fn open(place: &Place) -> Self {
        Self { store: place.open(), tenant: Tenant::only() }
    }

    /// A screening of a customer that matches one entity with these ids.
    pub(crate) fn screen(&self, customer: &str, ids: &[&str]) -> RecordedScreening {
        self.screen_with(customer, ids, |_| {})
    }

    /// The same, with something changed.
    pub(crate) fn screen_with(
        &self,
        customer: &str,
        ids: &[&str],
        change: impl FnOnce(&mut CustomerScreening),
    ) -> RecordedScreening {
        self.screen_at(customer, ids, 0, change)
    }

    /// The same, at a moment.
    pub(crate) fn screen_at(
        &self,
        customer: &str,
        ids: &[&str],
        second: i64,
        change: impl FnOnce(&mut CustomerScreening),
    ) -> RecordedScreening {
        let mut screening = screening(customer, ids);
        change(&mut screening);
        let draft = EventDraft {
            tenant: self.tenant.clone(),
            at: at(second),
            kind: "screening".to_owned(),
            origin: Origin::of("service:test"),
            detail: json!({ "matches": screening.hits.len() }),
            sealed: Some(SealedDraft {
                subject: Some(customer.to_owned()),
                keep_until: at(1_000_000),
                data: br#"{"party": "all that was asked"}"#.to_vec(),
            }),
        };
        self.store
            .change_now(move |store| store.record_customer_screening(draft, &screening))
            .unwrap()
    }

    pub(crate) fn call(&self, actor: &str, case: &str, second: i64) -> CaseCall {
        CaseCall {
            tenant: self.tenant.clone(),
            id: case.to_owned(),
            version: None,
            origin: Origin::of(actor),
            now: at(second),
            keep_until: at(1_000_000),
        }
    }

    /// A step of an actor, at second 9 and for any version.
    pub(crate) fn does(&self, actor: &str, case: &str, step: CaseStep) -> Result<Case, StoreError> {
        self.does_at(actor, case, step, None, 9)
    }

    pub(crate) fn does_at(
        &self,
        actor: &str,
        case: &str,
        step: CaseStep,
        version: Option<i64>,
        second: i64,
    ) -> Result<Case, StoreError> {
        let call = CaseCall { version, ..self.call(actor, case, second) };
        let wanted = CaseMove { step, text: Some(format!("because of {actor}")), file: None };
        self.store.change_now(move |change| change.move_case(&call, wanted))
    }

    pub(crate) fn proposes(&self, disposition: Disposition, reason: &str) -> CaseStep {
        CaseStep::Propose { disposition, reason: reason.to_owned(), allow_until: None }
    }

    /// A case that was closed as a false positive, proposed by ann.
    pub(crate) fn allowed(&self, case: &str, approvers: &[&str]) -> Case {
        let claim = CaseStep::Claim { until: at(500) };
        self.does("user:ann", case, claim).unwrap();
        let decision = self.proposes(Disposition::FalsePositive, "name_only");
        let mut last = self.does("user:ann", case, decision).unwrap();
        for approver in approvers {
            last = self.does(approver, case, CaseStep::Approve).unwrap();
        }
        last
    }

    pub(crate) fn case(&self, id: &str, second: i64) -> Case {
        self.store.case(&self.tenant, id, at(second)).unwrap()
    }

    pub(crate) fn set(&self, setting: Setting) {
        let tenant = self.tenant.clone();
        let origin = Origin::of("user:admin");
        self.store
            .change_now(move |change| change.change_setting(&tenant, setting, origin, at(9)))
            .unwrap();
    }
}

fn screening(customer: &str, ids: &[&str]) -> CustomerScreening {
    let mut record = Fingerprint::default();
    record.add(JudgedField::Names, "name of the entity");
    let mut data = Fingerprint::default();
    data.add(JudgedField::Names, format!("name of {customer}"));
    let hit = CustomerHit {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        caption: "name of the entity".to_owned(),
        score: 0.9,
        is_exact: false,
        record,
    };
    CustomerScreening {
        reference: customer.to_owned(),
        data,
        matcher: "1".to_owned(),
        hits: vec![hit],
        delisted: Vec::new(),
        keep_until: at(1_000_000),
    }
}

pub(crate) fn kinds(store: &Store) -> Vec<String> {
    let all = EventFilter { from: 0, kind: None, limit: 100 };
    store.events(&Tenant::only(), &all).unwrap().into_iter().map(|event| event.kind).collect()
}

/// The sealed data in plaintext, and whether it belongs to a customer.
pub(crate) fn sealed_texts(store: &Store) -> Vec<(bool, String)> {
    let rows = store.read(|sql| sql.query("SELECT seq, subject FROM sealed", &[])).unwrap();
    let read = |row: &interdict_store::Row| {
        let is_of_customer = row.optional(1, interdict_store::Row::text).unwrap().is_some();
        let recorded = store.recorded(&Tenant::only(), row.count(0).unwrap()).unwrap();
        (is_of_customer, String::from_utf8(recorded.sealed.unwrap().1).unwrap())
    };
    rows.iter().map(read).collect()
}
