//! The names that the node itself gives: in the security tree, to the first policies, and to release 1.

/// The serialisations that this software reads and writes, as `csz` names them (TS-0004 table 6.3.3-1), the preferred one
/// first.
pub(crate) const SERIALIZATIONS: [&str; 2] = ["json", "cbor"];

/// What the identifier and name of a function begin with.
pub(crate) const FUNCTION_PREFIX: &str = "function-";
/// What the identifier and name of a secure storage begin with.
pub(crate) const STORAGE_PREFIX: &str = "storage-";
/// What the identifier and name of a secure environment begin with.
pub(crate) const ENVIRONMENT_PREFIX: &str = "environment-";
/// The policy that gives the administrator everything.
pub(crate) const ADMINISTRATOR_POLICY: &str = "acpAdmin";
/// The policy that lets every authenticated originator use the Security CSF.
pub(crate) const USE_POLICY: &str = "acpUse";
/// The Security CSF resource.
pub(crate) const SECURITY_ID: &str = "security";
/// Sensitive data handling, below it.
pub(crate) const DATA_ID: &str = "security-data";
/// Security administration, below it.
pub(crate) const ADMINISTRATION_ID: &str = "security-administration";
/// The configuration in force, below it.
pub(crate) const CONFIGURATION_ID: &str = "security-configuration";
/// The registry, beside it.
pub(crate) const REGISTRY_ID: &str = "security-registry";
/// References to policies, below it.
pub(crate) const POLICIES_ID: &str = "security-policies";
/// The authorization service, below it.
pub(crate) const AUTHORIZATION_ID: &str = "security-authorization";
/// The authentication service, below it.
pub(crate) const AUTHENTICATION_ID: &str = "security-authentication";
/// Where the authorization service is, seen from the CSE itself.
#[cfg_attr(not(feature = "access-management"), expect(dead_code, reason = "nobody answers there"))]
pub(crate) const AUTHORIZATION_ADDRESS: &str = "-/security/authorization";
/// How release 1 is named among the releases that somebody speaks. No request can name it so.
pub(crate) const RELEASE_1: &str = "1";
