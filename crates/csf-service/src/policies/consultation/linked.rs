//! A consultation as it is now: whether it is enabled, and which server it names.

use csf_api::{Address, ResourceId, Value};
use csf_store::Version;
use csf_tree::schema::DYNAMIC_AUTHORIZATION_CONSULTATION;

use super::failure::Failure;
use crate::hop::Hop;
use crate::outside::Outside;
use crate::policies::decision::Decision;
use crate::settings::Settings;
use crate::target;

/// An enabled `<dynamicAuthorizationConsultation>`.
pub(crate) struct Consultation {
    pub(super) id: ResourceId,
    /// Of its record: any change of it makes another.
    pub(super) version: Version,
    /// `dap`.
    points: Vec<Box<str>>,
    /// `dal`, as it was written.
    pub(super) lifetime: Option<Box<str>>,
}

/// Where a question goes.
pub(super) struct Server {
    pub(super) hop: Hop,
    pub(super) to: Address,
}

impl Consultation {
    /// The first of its points of access that is a configured server's. None of the others is ever contacted.
    pub(super) fn server(&self, settings: &Settings) -> Result<Server, Failure> {
        let servers = &settings.consultation.servers;
        let server = self.points.iter().find_map(|point| servers.iter().find(|known| known.point == *point));
        let server = server.ok_or(Failure::NoServer)?;
        Ok(Server { hop: Hop::to_server(server, settings.consultation.time), to: server.to.clone() })
    }
}

impl<O: Outside> Decision<'_, O> {
    /// The consultation of this identifier; `None` where it is not here, or is not enabled.
    pub(super) async fn consultation(&self, id: &ResourceId) -> Option<Consultation> {
        let found = target::load(self.gate.asking, self.gate.settings, id).await.ok();
        let found = found.filter(|found| *found.resource.schema == DYNAMIC_AUTHORIZATION_CONSULTATION);
        let Some(found) = found else {
            self.tell(id, Failure::Absent.to_string());
            return None;
        };
        let attributes = &found.resource.attributes;
        if attributes.get("dae").and_then(Value::as_bool) != Some(true) {
            self.tell(id, Failure::Disabled.to_string());
            return None;
        }
        let points = attributes.get("dap").and_then(Value::as_list).unwrap_or_default();
        Some(Consultation {
            id: found.resource.id.clone(),
            version: found.version,
            points: points.iter().filter_map(|point| Some(point.as_text()?.into())).collect(),
            lifetime: attributes.get("dal").and_then(Value::as_text).map(Into::into),
        })
    }
}
