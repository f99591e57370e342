//! The configuration file.

use interdict_engine::Config;

use crate::temporary;

/// Reads the bytes as a configuration and asks it for every list that it names.
pub fn toml(bytes: &[u8]) {
    let Ok(config) = Config::read(&temporary::file("interdict.toml", bytes)) else { return };
    for list in config.updated_lists() {
        assert!(config.is_updated(&list));
        assert!(!config.title(&list).is_empty() || config.list(&list).is_some());
        let _ = (config.addresses(&list), config.stale_after_days(&list));
    }
    let _ = config.required_lists().count();
}
