//! The functions that this build has, and what the secure environments make of them (RES-5).

use csf_api::SecurityLevel;
use csf_transport::Description;

/// A sensitive function as the node publishes it.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its identifier; its resource is `function-<id>`.
    pub(crate) id: &'static str,
    /// The root of its input and output.
    pub(crate) root: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
    /// The command that a secure environment must be able to execute.
    pub(crate) command: &'static str,
    /// The members of its input, beside `msl`, which all take.
    pub(crate) inputs: &'static [&'static str],
    /// The members that its output may have, beside `seL`, which all give.
    pub(crate) outputs: &'static [&'static str],
}

/// Every function of this build.
pub(crate) static FUNCTIONS: &[Function] = &[
    Function {
        id: "random",
        root: "csf:random",
        version: "1.0",
        command: "random",
        inputs: &["Dsz"],
        outputs: &["rndD"],
    },
    Function {
        id: "digest",
        root: "csf:digest",
        version: "1.0",
        command: "digest",
        inputs: &["Halg", "msg", "str", "pos", "end"],
        outputs: &["Hv", "str", "pos"],
    },
    Function {
        id: "mac",
        root: "csf:mac",
        version: "1.0",
        command: "mac",
        inputs: &["Salg", "kInf", "msg", "Sgn", "str", "pos", "end"],
        outputs: &["Sgn", "vR", "str", "pos"],
    },
    Function {
        id: "signature",
        root: "csf:signature",
        version: "1.0",
        command: "sign",
        inputs: &["Salg", "kInf", "msg", "Hv", "Sgn"],
        outputs: &["Sgn", "vR"],
    },
    Function {
        id: "csr",
        root: "csf:csr",
        version: "1.0",
        command: "sign",
        inputs: &["kInf", "sub"],
        outputs: &["crq"],
    },
    Function {
        id: "cipher",
        root: "csf:cipher",
        version: "1.0",
        command: "encrypt",
        inputs: &["Calg", "kInf", "msg", "cD", "nc", "iV", "aD", "gen"],
        outputs: &["cD", "nc", "iV", "gen", "msg"],
    },
    Function {
        id: "wrap",
        root: "csf:wrap",
        version: "1.0",
        command: "wrap-key",
        inputs: &["Calg", "kInf", "kWr"],
        outputs: &["kMt"],
    },
    Function {
        id: "token",
        root: "csf:token",
        version: "1.0",
        command: "sign",
        inputs: &["kInf", "kid", "tkid", "tkhd", "tknb", "tkna", "tkau", "tkps", "tkob"],
        outputs: &["tkob", "vR", "tkid", "tkis", "tkhd", "tkna"],
    },
];

impl Function {
    /// The highest level at which some environment performs it; `None` where none does.
    pub(crate) fn level(&self, environments: &[Description]) -> Option<SecurityLevel> {
        environments.iter().filter(|d| d.can(self.command, None)).map(|d| d.level).max()
    }

    /// The environments that perform it, each with the algorithms that it offers for it.
    pub(crate) fn performers<'a>(
        &self,
        environments: &'a [Description],
    ) -> impl Iterator<Item = (&'a Description, Vec<&'static str>)> {
        environments
            .iter()
            .filter(|d| d.can(self.command, None))
            .map(|d| (d, self.algorithms(std::slice::from_ref(d))))
    }

    /// The algorithms that the environments offer for it.
    pub(crate) fn algorithms(&self, environments: &[Description]) -> Vec<&'static str> {
        let offered = environments.iter().flat_map(|d| &d.capabilities).filter(|c| c.command == self.command);
        let mut names: Vec<_> = offered.filter_map(|c| c.algorithm).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
