//! Where the store of a verb lies.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_engine::Session;
use interdict_engine::audit::{Store, StoreAddress, StoreKey, StorePlace, Tenant};

/// The store.
#[derive(Debug, Clone, Args)]
pub(crate) struct StoreArgs {
    /// The store: sqlite:PATH, or postgresql://USER@HOST/DATABASE. [default: a file in the data directory]
    #[arg(long, value_name = "URL", env = "INTERDICT_STORE", hide_env_values = true)]
    pub(crate) store: Option<StoreAddress>,
    /// The folder of the store's secrets: the key that signs the audit log, and the secret with which keys are hashed.
    /// [default: store in the data directory]
    #[arg(long, value_name = "DIR", env = "INTERDICT_STORE_SECRETS")]
    pub(crate) store_secrets: Option<PathBuf>,
    /// The file of the master key with which personal data in the store is encrypted, made by `interdict encryption key`.
    /// [default: it is not encrypted]
    #[arg(long, value_name = "FILE", env = "INTERDICT_STORE_KEY_FILE")]
    pub(crate) store_key_file: Option<PathBuf>,
}

/// Whose data.
#[derive(Debug, Clone, Args)]
pub(crate) struct TenantArgs {
    /// The tenant whose data is used, if several units share a store.
    #[arg(long, value_name = "NAME", default_value_t = Tenant::only(), value_parser = parse_tenant)]
    pub(crate) tenant: Tenant,
}

fn parse_tenant(text: &str) -> Result<Tenant, String> {
    Tenant::parse(text).map_err(|error| error.to_string())
}

impl StoreArgs {
    /// The place of the store, from the arguments or from the table `[server]` of the configuration.
    pub(crate) fn place(&self, session: &Session) -> anyhow::Result<StorePlace> {
        let file = &session.config().server;
        let secrets = self.store_secrets.clone().or_else(|| file.store_secrets.clone());
        let folder = secrets.unwrap_or_else(|| session.data_dir().join("store"));
        // The address is not repeated: it may hold a password.
        let parse = |text: &String| text.parse().context("server.store in the configuration");
        let in_file = || file.store.as_ref().map(parse).transpose();
        let address = self.store.clone().map_or_else(in_file, |address| Ok(Some(address)))?;
        let key = self.key_file(session).map(|path| StoreKey::read(&path)).transpose()?;
        Ok(match address {
            Some(address) => StorePlace { address, folder, key },
            None => StorePlace::in_folder(folder).with_key(key),
        })
    }

    /// The file of the master key, if there is one.
    pub(crate) fn key_file(&self, session: &Session) -> Option<PathBuf> {
        let file = &session.config().server;
        self.store_key_file.clone().or_else(|| file.store_key_file.clone())
    }

    /// Opens a store that is there already.
    pub(crate) fn open(&self, session: &Session) -> anyhow::Result<Store> {
        open_known(self.place(session)?, session)
    }

    /// The same, for a tenant that is there. A misspelt one would look like one of whom nothing is kept.
    pub(crate) fn open_of(&self, session: &Session, tenant: &TenantArgs) -> anyhow::Result<Store> {
        let store = self.open(session)?;
        let tenant = &tenant.tenant;
        anyhow::ensure!(
            store.knows_tenant(tenant)?,
            "nothing is known of a tenant {tenant} in this store: check --tenant"
        );
        Ok(store)
    }

    /// The same, with a master key that was read already.
    pub(crate) fn open_with(&self, session: &Session, key: StoreKey) -> anyhow::Result<Store> {
        open_known(self.place(session)?.with_key(Some(key)), session)
    }

    /// Opens the store, and creates it if it does not exist.
    pub(crate) fn open_or_make(&self, session: &Session) -> anyhow::Result<Store> {
        open(self.place(session)?, session)
    }
}

fn open_known(place: StorePlace, session: &Session) -> anyhow::Result<Store> {
    // Opening a store that does not exist would create an empty one, whose check finds no fault.
    if !place.folder.join("audit.key").exists() {
        let folder = place.folder.display();
        anyhow::bail!(
            "there is no store in {folder}: `interdict serve` or `interdict keys add` makes one"
        );
    }
    open(place, session)
}

fn open(place: StorePlace, session: &Session) -> anyhow::Result<Store> {
    let address = place.address.clone();
    Store::open(place, random, session.now()).with_context(|| format!("cannot open {address}"))
}

/// Fills bytes from the system's source of random numbers.
pub(crate) fn random(bytes: &mut [u8]) -> bool {
    getrandom::fill(bytes).is_ok()
}
