//! The configuration of the running node: shown, and changed as a whole or not at all.
//!
//! A change is read and checked first, then recorded with what was before and what comes after, and only then put
//! in force. Whatever fails on the way leaves everything as it was.

use std::sync::Arc;

use csf_api::{Object, Operation, Value};
use csf_service::{AuditKind, AuditRecord, ConfigurationChange};
use tokio::sync::Mutex;

use super::change_record::grounds;
use super::clock;
use super::live::Live;
use crate::config::{Config, KEYS};
use crate::health::Vitals;
use crate::request;

/// What changes the configuration.
pub(super) struct Administration {
    live: Arc<Live>,
    /// Held while a change goes on, so that there is one at a time.
    config: Mutex<Config>,
    vitals: Arc<Vitals>,
}

impl Administration {
    pub(super) fn new(live: &Arc<Live>, config: &Config, vitals: &Arc<Vitals>) -> Self {
        Self { live: Arc::clone(live), config: Mutex::new(config.clone()), vitals: Arc::clone(vitals) }
    }

    /// The configuration in force: by key, its value as in a file, who set it, and when a change takes effect.
    /// A configuration holds no secrets, only where they are.
    pub(super) async fn shown(&self) -> Object {
        let config = self.config.lock().await;
        let mut shown = Object::new();
        for line in config.show(true) {
            let key = KEYS.iter().find(|key| line.key.starts_with(key.name));
            let change = key.map_or("restart", |key| key.change().name());
            let entry = Object::new()
                .with("val", Value::text(&line.value))
                .with("org", Value::text(&line.origin.to_string()))
                .with("chg", Value::text(change));
            shown.set(&line.key, Value::Object(entry));
        }
        shown
    }

    /// Changes the configuration; the keys that are different now, or what is wrong.
    ///
    /// It goes on to its end even where whoever asked does not wait for it.
    pub(super) async fn change(
        self: &Arc<Self>,
        change: ConfigurationChange,
    ) -> Result<Vec<&'static str>, String> {
        let this = Arc::clone(self);
        let number = request::current();
        let work = async move { this.carry_out(change).await };
        let changed = tokio::spawn(request::within(number, work)).await;
        let outcome = changed.unwrap_or_else(|_| Err("the change was interrupted".into()));
        match &outcome {
            Ok(keys) => {
                self.vitals.metrics.reloads.count();
                let keys = keys.join(" ");
                tracing::info!(keys, "the configuration was changed");
            }
            Err(why) => {
                self.vitals.metrics.reloads_refused.count();
                tracing::debug!(why, "a change of the configuration was refused");
            }
        }
        outcome
    }

    async fn carry_out(&self, change: ConfigurationChange) -> Result<Vec<&'static str>, String> {
        let mut config = self.config.lock().await;
        let ConfigurationChange { by, settings, read_again } = change;
        // Files and the users of the machine are looked at, which may take its time.
        let present = config.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let next = present.changed(settings, read_again)?;
            present.live_differences(&next).map(|differences| (next, differences))
        });
        let looked = looked.await.map_err(|_| "the configuration could not be looked at".to_owned())?;
        let (next, differences) = looked.map_err(|error| error.to_string())?;
        let grounds: Vec<String> =
            differences.iter().flat_map(|one| grounds(one, &next.home, &self.vitals.audit)).collect();
        for ground in grounds {
            let taken = self.vitals.audit.append(record(&by, &ground)).await;
            self.vitals.metrics.audit(taken.is_ok());
            taken.map_err(|_| "the audit log takes no records, so nothing is changed".to_owned())?;
        }
        self.live.change(&next);
        *config = next;
        Ok(differences.iter().map(|difference| difference.key).collect())
    }
}

fn record(by: &str, ground: &str) -> AuditRecord {
    AuditRecord {
        originator: (!by.is_empty()).then(|| by.into()),
        operation: (!by.is_empty()).then_some(Operation::Update),
        ..AuditRecord::of_node(clock::now(), AuditKind::Administration, ground)
    }
}
