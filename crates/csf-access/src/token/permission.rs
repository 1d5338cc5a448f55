//! The permissions of a token (m2m:tokenPermissions, TS-0004 6.3.5.43): resources, rules for them, roles.

use csf_api::{Address, Home, Value};

use super::TokenError;
use crate::condition::window::WindowForm;
use crate::role::RoleId;
use crate::rules::Rules;

/// The most permissions of a token.
pub const MAX_TOKEN_PERMISSIONS: usize = 32;
/// The most resources that one permission names.
pub const MAX_TOKEN_RESOURCES: usize = 64;
/// The most roles that one permission gives.
pub const MAX_TOKEN_ROLES: usize = 64;

/// One permission. It has privileges or roles, and with privileges resources.
pub struct Permission {
    resources: Option<Vec<Address>>,
    privileges: Option<Rules>,
    roles: Vec<RoleId>,
}

impl Permission {
    /// The resources that it is about; `None` for whatever resource.
    #[must_use]
    pub fn resources(&self) -> Option<&[Address]> {
        self.resources.as_deref()
    }

    /// The rules that hold for these resources.
    #[must_use]
    pub const fn privileges(&self) -> Option<&Rules> {
        self.privileges.as_ref()
    }

    /// The roles that the holder has for these resources.
    #[must_use]
    pub fn roles(&self) -> &[RoleId] {
        &self.roles
    }

    fn read(value: &Value, home: &Home) -> Result<Self, TokenError> {
        let members = value.as_object().ok_or_else(|| fault("it is no object"))?;
        if members.iter().any(|(name, _)| !["ris", "pv", "rids"].contains(&name)) {
            return Err(fault("a member that is unknown could be a condition"));
        }
        let resources = members.get("ris").map(|value| {
            list(value, MAX_TOKEN_RESOURCES, resource)
                .ok_or_else(|| fault("ris is no list of addresses of resources"))
        });
        let roles = members.get("rids").map(|value| {
            list(value, MAX_TOKEN_ROLES, |text| RoleId::parse(text).ok())
                .ok_or_else(|| fault("rids is no list of Role-IDs"))
        });
        let privileges = members.get("pv").map(|value| {
            Rules::parse("pv", value, home, WindowForm::Seven)
                .map_err(|error| TokenError::Permission(error.to_string().into()))
        });
        let (resources, roles, privileges) =
            (resources.transpose()?, roles.transpose()?.unwrap_or_default(), privileges.transpose()?);
        if privileges.is_none() && roles.is_empty() {
            return Err(fault("it has neither pv nor rids"));
        }
        if privileges.is_some() && resources.is_none() {
            return Err(fault("pv needs ris"));
        }
        Ok(Self { resources, privileges, roles })
    }
}

/// The address of a whole resource: a permission for one attribute of it is none for the others.
fn resource(text: &str) -> Option<Address> {
    Address::parse(text).ok().filter(|address| address.attribute().is_none())
}

/// The permissions of a token; none where it has no such claim.
pub(super) fn read_permissions(claim: Option<&Value>, home: &Home) -> Result<Vec<Permission>, TokenError> {
    let Some(claim) = claim else { return Ok(Vec::new()) };
    let object = claim.as_object().ok_or(TokenError::Claim("tkps"))?;
    if object.iter().any(|(name, _)| name != "pm") {
        return Err(fault("tkps has pm alone"));
    }
    let list = object.get("pm").map_or(Some(&[][..]), Value::as_list);
    let list = list.filter(|list| list.len() <= MAX_TOKEN_PERMISSIONS).ok_or(TokenError::Claim("tkps"))?;
    list.iter().map(|permission| Permission::read(permission, home)).collect()
}

/// A list of one to so many texts, each read.
fn list<T>(value: &Value, most: usize, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let list = value.as_list().filter(|list| (1..=most).contains(&list.len()))?;
    list.iter().map(|entry| entry.as_text().and_then(&read)).collect()
}

fn fault(what: &str) -> TokenError {
    TokenError::Permission(what.into())
}

#[cfg(test)]
mod tests {
    use csf_api::Object;

    use super::*;

    #[test]
    fn a_permission_is_about_whole_resources() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        let read = |address: &str| {
            let permission = Object::new()
                .with("ris", Value::texts([address]))
                .with("rids", Value::texts(["reader@csf.example"]));
            Permission::read(&Value::Object(permission), &home)
        };
        for address in ["cse-mn/a", "cnt-1", "/id-mn/-/a/la", "//csf.example/id-in/x"] {
            assert!(read(address).is_ok(), "{address}");
        }
        for address in ["cse-mn/a#lbl", "cnt-1#con", "", "a//b"] {
            let error = read(address).err();
            assert_eq!(error, Some(fault("ris is no list of addresses of resources")), "{address}");
        }
    }
}
