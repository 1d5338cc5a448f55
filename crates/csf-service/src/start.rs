//! What the service does before it opens its door: the first resources, the security tree as the secure
//! environments allow it now, and the ends of what a crash interrupted.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Instant;

use csf_api::{Object, ResourceId, ResourceName, UtcTime, Value};
use csf_store::{Batch, Expect, StoreError};
use csf_tree::schema::{
    self, AUTHENTICATION_SERVICE, AUTHORIZATION_SERVICE, CONFIGURATION, CSE_BASE, ENVIRONMENT, FUNCTION,
    POLICIES, REGISTRY, SECURITY, SECURITY_ADMINISTRATION, SENSITIVE_DATA, STORAGE, Schema,
};
use csf_tree::{Child, Resource, child_key, child_range, name_key, resource_key};

use crate::door::Service;
use crate::gate::epoch_key;
use crate::keys::Compared;
use crate::layout::LAYOUT;
use crate::names::{
    ADMINISTRATION_ID, ADMINISTRATOR_POLICY, AUTHENTICATION_ID, AUTHORIZATION_ID, CONFIGURATION_ID, DATA_ID,
    ENVIRONMENT_PREFIX, FUNCTION_PREFIX, POLICIES_ID, REGISTRY_ID, RELEASE_1, SECURITY_ID, SERIALIZATIONS,
    STORAGE_PREFIX, USE_POLICY,
};
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::resources::place;
use crate::settings::DefaultAccess;
use crate::target::{base_id, is_left_out};
use crate::{functions, keys, layout, policies, restored};

/// What only administrators see, unless they say otherwise.
const ADMINISTRATORS: [&Schema; 4] =
    [&SECURITY_ADMINISTRATION, &CONFIGURATION, &REGISTRY, &AUTHORIZATION_SERVICE];
/// More children than the security tree can have.
const MAX_TREE_CHILDREN: usize = 1000;

/// What happened at start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// Whether the store was empty and the first resources were made.
    pub first: bool,
    /// How many interrupted key operations were brought to an end.
    pub settled: usize,
    /// How many had to be left, because their secure environment is absent.
    pub left: usize,
    /// What a comparison of keys with their objects found, at the first start after a restore and until everything
    /// could be compared.
    pub compared: Option<Compared>,
}

/// Why the service cannot start on this store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// The store failed, or what it holds is not authentic.
    Store(StoreError),
    /// The store holds another CSE: another CSE-ID, or a tree without its policy epoch.
    Foreign,
    /// The records have another layout than this software knows; where the number is missing, not even that was
    /// understood.
    Layout {
        /// The layout of the store.
        found: Option<u64>,
    },
    /// The tree could not be read or written.
    Tree(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => write!(f, "the store failed: {error}"),
            Self::Foreign => {
                f.write_str("the store belongs to another CSE; give each CSE a state directory of its own")
            }
            Self::Layout { found } => {
                let age = match found {
                    Some(found) if *found < LAYOUT => "an older",
                    _ => "a newer",
                };
                let found = found.map_or("unknown".to_owned(), |found| found.to_string());
                write!(
                    f,
                    "the records have layout {found}, and this software knows layout {LAYOUT}: run {age} version \
                     of the software on them, or start with an empty state directory (--state DIR)"
                )
            }
            Self::Tree(text) => write!(f, "the resource tree cannot be used: {text}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for StartError {
    fn from(refusal: Refusal) -> Self {
        Self::Tree(refusal.text.into_owned())
    }
}

impl Service {
    /// Makes the store ready. Must be called once, before the first request.
    ///
    /// # Errors
    ///
    /// Refuses a store that fails, that is damaged, that has another layout, or that belongs to another CSE.
    pub async fn start<O: Outside>(&self, outside: &O, by: Instant) -> Result<Started, StartError> {
        let asking = Asking { outside, by, names: &self.context.names };
        let base = base_id(&self.context.settings).ok_or(StartError::Foreign)?;
        let first = !layout::is_there(&asking, &base).await?;
        if first {
            self.make_base(&asking, &base).await?;
        }
        self.refresh_base(&asking, &base).await?;
        self.refresh_tree(&asking, &base).await?;
        self.resume_ordinals(&asking).await?;
        let (settled, left) = keys::reconcile(&asking, &self.context.settings).await?;
        let compared = keys::compare(&asking, &self.context).await?;
        self.note_next_end(&asking).await?;
        Ok(Started { first, settled, left, compared })
    }

    async fn make_base<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        base: &ResourceId,
    ) -> Result<(), StartError> {
        let (now, name) = (asking.now(), self.context.settings.base_name.as_str());
        let mut batch = Batch::new();
        batch.put(epoch_key(), Expect::Absent, Vec::new());
        layout::note(&mut batch);
        place(&mut batch, &fixed(base.as_str(), name, None, &CSE_BASE, self.base_attributes(), now)?);
        Ok(asking.commit(batch).await?)
    }

    fn base_attributes(&self) -> Object {
        let here = schema::ALL.iter().filter(|s| !is_left_out(&self.context.settings, s));
        let types: BTreeSet<u16> = here.map(|s| s.resource_type.number()).collect();
        let types = types.into_iter().map(|number| Value::Integer(i64::from(number))).collect();
        // Requests of release 1 are taken exactly where its default access is in force.
        let old = self.context.settings.default_access == DefaultAccess::InheritFromParent;
        let named = csf_api::Release::ALL.into_iter().filter_map(csf_api::Release::on_the_wire);
        let releases = old.then_some(RELEASE_1).into_iter().chain(named);
        Object::new()
            .with("cst", Value::Integer(i64::from(self.context.settings.cse_type)))
            .with("csi", Value::text(self.context.settings.home.cse()))
            .with("srt", Value::List(types))
            .with("srv", Value::texts(releases))
            .with("csz", Value::texts(SERIALIZATIONS))
    }

    /// Brings the CSEBase to what this start says: points of access, the first policies when access management
    /// is there for the first time, and the name, which must not change.
    async fn refresh_base<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        base: &ResourceId,
    ) -> Result<(), StartError> {
        let record = asking.load_one(resource_key(base)).await?.ok_or(StartError::Foreign)?;
        let mut root = Resource::decode(record.bytes()).map_err(Refusal::from)?;
        if root.name != self.context.settings.base_name || *root.schema != CSE_BASE {
            return Err(StartError::Foreign);
        }
        let before = root.clone();
        for (name, value) in self.base_attributes().iter() {
            root.attributes.set(name, value.clone());
        }
        let points = self.context.settings.points_of_access.iter().map(|point| &**point);
        root.attributes.set("poa", Value::texts(points));
        if self.context.settings.points_of_access.is_empty() {
            root.attributes.remove("poa");
        }
        let mut batch = Batch::new();
        if self.context.settings.components.access_management && root.linked_policies().next().is_none() {
            root.attributes.set("acpi", Value::texts([ADMINISTRATOR_POLICY]));
            for policy in policies::first(&self.context.settings, base, asking.now())? {
                place(&mut batch, &policy);
            }
        }
        if root == before {
            return Ok(());
        }
        batch.put(resource_key(base), Expect::Version(record.version()), root.encode());
        Ok(asking.commit(batch).await?)
    }

    /// Has new identifiers follow the greatest ones in the store, and those given after a backup of it, even where the clock was set back since: a
    /// container would take its newest instances for its oldest, and drop them.
    async fn resume_ordinals<O: Outside>(&self, asking: &Asking<'_, O>) -> Result<(), StartError> {
        for schema in restored::ORDERED {
            let newest = asking.scan(&restored::newest_range(schema)).await;
            if let Some(ordinal) = restored::newest_of(newest, schema)? {
                self.context.resume_after(ordinal);
            }
        }
        let floor = restored::floor_key();
        if let Some(record) = asking.load_one(floor.clone()).await? {
            let floor = restored::floor(record.bytes()).ok_or(StoreError::NotAuthentic(floor))?;
            self.context.resume_after_restore(floor);
        }
        Ok(())
    }

    /// What the security tree holds now: identifier, name, parent, schema.
    fn tree(&self) -> Vec<(String, String, Option<&'static str>, &'static Schema)> {
        let mut nodes = vec![
            (SECURITY_ID.into(), SECURITY_ID.into(), None, &SECURITY),
            (DATA_ID.into(), "data".into(), Some(SECURITY_ID), &SENSITIVE_DATA),
            (ADMINISTRATION_ID.into(), "administration".into(), Some(SECURITY_ID), &SECURITY_ADMINISTRATION),
            (CONFIGURATION_ID.into(), "configuration".into(), Some(ADMINISTRATION_ID), &CONFIGURATION),
            (REGISTRY_ID.into(), "registry".into(), Some(ADMINISTRATION_ID), &REGISTRY),
        ];
        if self.context.settings.components.access_management {
            nodes.push((POLICIES_ID.into(), "policies".into(), Some(SECURITY_ID), &POLICIES));
            let service = AUTHORIZATION_ID.into();
            nodes.push((service, "authorization".into(), Some(SECURITY_ID), &AUTHORIZATION_SERVICE));
            let service = AUTHENTICATION_ID.into();
            nodes.push((service, "authentication".into(), Some(SECURITY_ID), &AUTHENTICATION_SERVICE));
        }
        let carried = self.context.settings.components.sensitive_functions;
        for function in functions::offered(&self.context.environments).filter(|_| carried) {
            let name = format!("{FUNCTION_PREFIX}{function}");
            nodes.push((name.clone(), name, Some(DATA_ID), &FUNCTION));
        }
        for environment in &self.context.environments {
            let storage = format!("{STORAGE_PREFIX}{}", environment.id);
            nodes.push((storage.clone(), storage, Some(DATA_ID), &STORAGE));
            let name = format!("{ENVIRONMENT_PREFIX}{}", environment.id);
            nodes.push((name.clone(), name, Some(SECURITY_ID), &ENVIRONMENT));
        }
        nodes
    }

    /// Whether a node belongs to a component that is left out now. It cannot be reached, and it stays, so that
    /// what the administrator closed is still closed when the component is back.
    fn is_left_out(&self, id: &ResourceId) -> bool {
        let components = &self.context.settings.components;
        (!components.sensitive_functions && id.as_str().starts_with(FUNCTION_PREFIX))
            || (!components.access_management
                && [POLICIES_ID, AUTHORIZATION_ID, AUTHENTICATION_ID].contains(&id.as_str()))
    }

    /// The policies that govern a new node of the security tree.
    fn governing(&self, schema: &Schema) -> &'static [&'static str] {
        if !self.context.settings.components.access_management {
            &[]
        } else if ADMINISTRATORS.contains(&schema) {
            &[ADMINISTRATOR_POLICY]
        } else {
            &[ADMINISTRATOR_POLICY, USE_POLICY]
        }
    }

    /// Adds to the security tree what is new and removes what is gone. A storage whose environment is absent
    /// stays, with everything in it, and so does what belongs to a component that is left out.
    async fn refresh_tree<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        base: &ResourceId,
    ) -> Result<(), StartError> {
        let now = asking.now();
        let nodes = self.tree();
        let mut batch = Batch::new();
        for (id, name, parent, schema) in &nodes {
            let id = ResourceId::parse(id).map_err(|_| StartError::Foreign)?;
            let governing = self.governing(schema);
            if let Some(record) = asking.load_one(resource_key(&id)).await? {
                let mut node = Resource::decode(record.bytes()).map_err(Refusal::from)?;
                // It was made before there was access management.
                if !governing.is_empty() && node.linked_policies().next().is_none() {
                    node.attributes.set("acpi", Value::texts(governing.iter().copied()));
                    batch.put(resource_key(&id), Expect::Version(record.version()), node.encode());
                }
                continue;
            }
            let parent = match parent {
                Some(parent) => ResourceId::parse(parent).map_err(|_| StartError::Foreign)?,
                None => base.clone(),
            };
            let mut attributes = Object::new();
            if !governing.is_empty() {
                attributes.set("acpi", Value::texts(governing.iter().copied()));
            }
            place(&mut batch, &fixed(id.as_str(), name, Some(&parent), schema, attributes, now)?);
        }
        for parent in [SECURITY_ID, DATA_ID] {
            let parent = ResourceId::parse(parent).map_err(|_| StartError::Foreign)?;
            for (_, record) in asking.scan(&child_range(&parent, "", None, MAX_TREE_CHILDREN, false)).await? {
                let child = Child::decode(record.bytes()).map_err(Refusal::from)?;
                let stays = nodes.iter().any(|(id, ..)| *id == *child.id.as_str())
                    || child.id.as_str().starts_with(STORAGE_PREFIX)
                    || self.is_left_out(&child.id);
                if !stays {
                    batch.delete(resource_key(&child.id), Expect::Any);
                    batch.delete(child_key(&parent, &child.id), Expect::Any);
                    batch.delete(name_key(&parent, child.name.as_str()), Expect::Any);
                }
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        Ok(asking.commit(batch).await?)
    }
}

/// A resource that the node itself makes.
pub(crate) fn fixed(
    id: &str,
    name: &str,
    parent: Option<&ResourceId>,
    schema: &'static Schema,
    attributes: Object,
    now: UtcTime,
) -> Result<Resource, StartError> {
    let invalid = |_| StartError::Tree(format!("'{id}' or '{name}' is no resource name"));
    Ok(Resource {
        id: ResourceId::parse(id).map_err(invalid)?,
        parent: parent.cloned(),
        name: ResourceName::parse(name).map_err(invalid)?,
        schema,
        created: now,
        modified: now,
        expires: None,
        creator: None,
        registrant: None,
        listed_as: None,
        attributes,
    })
}
