//! Names for suites that belong together, wherever they are.
//!
//! A group is a row here and a line in the help of `cargo xtask test`.

/// Suites under one name.
pub(super) struct Group {
    /// The word that selects them.
    pub(super) name: &'static str,
    /// Their whole names, `PACKAGE/TARGET`.
    pub(super) suites: &'static [&'static str],
}

/// Every group.
pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "resources",
        suites: &[
            "csf-tree/attributes",
            "csf-tree/documentation",
            "csf-node/criteria",
            "csf-node/documentation",
            "csf-node/peer_curl_life",
            "csf-service/csf_service",
            "csf-service/resources",
            "csf-store/suite",
            "conformance/clause_5_2_resources",
            "conformance/purposes_ts_0018",
        ],
    },
    Group {
        name: "operators",
        suites: &[
            "csf-node/associations",
            "csf-node/audit",
            "csf-node/audit_tampering",
            "csf-node/audit_tool",
            "csf-node/doctor",
            "csf-node/documentation",
            "csf-node/first_steps",
            "csf-node/listeners",
            "csf-node/logs",
            "csf-node/management",
            "csf-node/peer_systemd",
            "csf-node/reload",
            "csf-node/recent",
            "csf-node/tour",
            "csf-node/csf_node",
            "csf-service/security",
        ],
    },
    Group {
        name: "access",
        suites: &[
            "csf-access/decisions",
            "csf-access/csf_access",
            "csf-access/other_cse",
            "proto-object/proto_object",
            "proto-primitive/security_info",
            "csf-service/consultation",
            "csf-service/authentication",
            "csf-service/model",
            "csf-service/resources",
            "csf-service/tokens",
            "csf-node/access_control",
            "csf-node/another_users_server",
            "csf-node/consultation",
            "csf-node/authentication",
            "csf-node/peer_openssl_authentication",
            "csf-node/tokens",
            "conformance/clause_6_3_1_1_access_control",
            "conformance/clause_6_3_1_1_grants",
            "conformance/clause_6_3_1_2_authorization",
            "conformance/clause_6_3_1_3_authentication",
            "conformance/clause_7_3_dynamic_authorization",
            "conformance/decision_tables",
            "conformance/over_the_wire",
            "conformance/purposes_proposed",
            "conformance/purposes_roles_and_tokens",
            "conformance/purposes_ts_0018",
        ],
    },
    Group {
        name: "sensitive-data",
        suites: &[
            "csf-transport/codec",
            "se-engine/se_engine",
            "se-engine/suite",
            "se-plugin-soft/se_plugin_soft",
            "se-plugin-soft/suite",
            "se-plugin-soft/at_rest",
            "se-plugin-soft/witness",
            "csf-service/csf_service",
            "csf-service/security",
            "csf-node/peer_openssl",
            "csf-node/peer_openssl_keys",
            "csf-node/sensitive_data",
            "csf-node/store_key",
            "csf-node/backup",
            "csf-node/backup_roots",
            "csf-node/restore_refused",
            "csf-node/restored_credentials",
            "conformance/clause_6_3_5_around_secure_storage",
            "conformance/clause_6_3_5_cryptography",
            "conformance/clause_6_3_5_secure_storage",
            "conformance/clause_6_3_5_sensitive_data",
        ],
    },
];

/// Whether a word of the command line selects this suite: as the name of its group, or as a part of its own name.
pub(super) fn selects(word: &str, suite: &str) -> bool {
    match GROUPS.iter().find(|group| group.name == word) {
        Some(group) => group.suites.contains(&suite),
        None => suite.contains(word),
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, selects};

    #[test]
    fn a_word_is_the_name_of_a_group_or_a_part_of_a_suite() {
        assert!(selects("resources", "csf-tree/attributes"));
        assert!(!selects("resources", "csf-tree/codec"));
        assert!(selects("csf-tree", "csf-tree/codec"));
        assert!(selects("service/resources", "csf-service/resources"));
        assert!(!selects("service/resources", "csf-tree/attributes"));
    }

    #[test]
    fn every_suite_of_a_group_is_there_and_every_group_is_explained() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for group in GROUPS {
            assert!(crate::test::TASK.help.contains(&format!("\n  {} ", group.name)), "{}", group.name);
            for suite in group.suites {
                let (package, target) = suite.split_once('/').unwrap();
                let library = package.replace('-', "_") == target;
                let found = library
                    || ["crates", "tests"].into_iter().any(|folder| {
                        let tests = root.join(folder).join(package).join("tests");
                        tests.join(format!("{target}.rs")).is_file()
                            || tests.join(target).join("main.rs").is_file()
                    });
                assert!(found, "{suite}");
            }
        }
    }
}
