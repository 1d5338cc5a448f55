//! `csf status`: what runs here, its secure environments with their levels and why, and what is switched unsafe.

use csf_api::{Content, Object, Operation, Value};

use super::failure::Failure;
use super::ls;
use super::report::Report;
use super::session::{Node, Session};
use super::table::Table;
use super::text::{cell, duration, printable};
use crate::config::Config;

/// Where the Security CSF is.
const SECURITY: &str = "-/security";
/// How the names of secure environments begin.
const ENVIRONMENT: &str = "environment-";
/// What the store notices. No secure environment has a counter of its own yet, which is what the rest would take.
const FRESHNESS: &str = "single records set back are refused; the whole store set back would not be noticed";
/// The most secure environments that are asked for.
const MAX_ENVIRONMENTS: usize = 64;

/// What the node tells about itself; what the caller may not see is absent.
#[derive(Debug, Default)]
struct Told {
    base: Object,
    security: Object,
    administration: Option<Object>,
    environments: Vec<(String, Object)>,
}

/// Asks for it, tolerating refusals of everything but the security resource itself.
pub(crate) fn run<N: Node>(session: &mut Session<N>, config: &Config) -> Result<Report, Failure> {
    let security = get(session, SECURITY)?;
    let mut told = Told {
        security,
        base: optional(get(session, "-"))?.unwrap_or_default(),
        administration: optional(get(session, "-/security/administration"))?,
        environments: Vec::new(),
    };
    let children = optional(ls::references(session, SECURITY))?.flatten();
    let children = children.as_ref().map(ls::children).unwrap_or_default();
    for child in children.into_iter().filter(|c| c.name.starts_with(ENVIRONMENT)).take(MAX_ENVIRONMENTS) {
        if let Some(environment) = optional(get(session, &format!("{SECURITY}/{}", child.name)))? {
            told.environments.push((child.name, environment));
        }
    }
    Ok(Report::new(text(&told, config), json(told)))
}

fn get<N: Node>(session: &mut Session<N>, address: &str) -> Result<Object, Failure> {
    let response = session.ask(Operation::Retrieve, address, |_| ())?;
    match response.content {
        Some(Content { value: Value::Object(object), .. }) => Ok(object),
        _ => Ok(Object::new()),
    }
}

/// A refusal is an absence here; everything else stays a failure.
fn optional<T>(result: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Refused { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

fn text(told: &Told, config: &Config) -> String {
    let mut about = Table::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            about.row([name.to_owned(), value]);
        }
    };
    let administration = told.administration.as_ref();
    line("profile", member(&told.security, "prf"));
    line("CSE-ID", member(&told.base, "csi"));
    line("service provider", Some(config.home.service_provider().to_owned()));
    line("components", member(&told.security, "cmp"));
    line("security levels", member(&told.security, "seL"));
    match administration {
        Some(administration) => {
            line("version", member(administration, "ver"));
            line("running for", administration.get("upS").and_then(Value::as_integer).map(duration));
            line("store", member(administration, "stI"));
            line("audit", member(administration, "aud"));
            line("memory", member(administration, "mem"));
            line("health", administration.get("hlt").and_then(Value::as_list).map(health));
            line("configuration", member(administration, "cfg"));
            line("compatibility", compatibility(administration));
            line("freshness", Some(FRESHNESS.to_owned()));
        }
        None => line("administration", Some("not shown to this caller".to_owned())),
    }
    let mut out = about.to_string();

    out.push_str("\nSecure environments\n");
    if told.environments.is_empty() {
        out.push_str("none that this caller may see\n");
    } else {
        let mut table = Table::headed(&["NAME", "TYPE", "LEVEL", "STATE", "WHY THIS LEVEL"]);
        for (name, environment) in &told.environments {
            table.row([
                printable(name.strip_prefix(ENVIRONMENT).unwrap_or(name)),
                kind(environment),
                member(environment, "seL").unwrap_or_default(),
                member(environment, "stt").unwrap_or_default(),
                member(environment, "lvR").unwrap_or_default(),
            ]);
        }
        out.push_str(&table.to_string());
    }

    let switches = administration.and_then(|a| a.get("lab")).and_then(Value::as_list).unwrap_or_default();
    if !switches.is_empty() {
        let names: Vec<_> = switches.iter().map(cell).collect();
        out.push_str(&format!(
            "\n*** LABORATORY SWITCHES ARE ON: {} ***\n*** This node believes what it cannot prove. ***\n",
            names.join(", ")
        ));
    }
    out
}

/// What ails the node, as it says itself.
fn health(complaints: &[Value]) -> String {
    let complaints: Vec<_> = complaints.iter().map(cell).collect();
    if complaints.is_empty() { "well".to_owned() } else { format!("ILL: {}", complaints.join(" | ")) }
}

/// The compatibility switches that are on, with what they change.
fn compatibility(administration: &Object) -> Option<String> {
    let switches = administration.get("cmt").and_then(Value::as_list)?;
    let told = switches.iter().map(cell).map(|name| match name.as_str() {
        "http.release1" => {
            format!("{name}: without acpi the policies of the parent govern; authentication is as ever")
        }
        "http.cbor_byte_strings" => format!("{name}: byte strings in CBOR are taken as texts"),
        _ => name,
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// The type of a secure environment (TS-0016 SEType) in words, with what it simulates.
pub(super) fn kind(environment: &Object) -> String {
    let number = environment.get("seT").and_then(Value::as_integer);
    let name = match number {
        Some(1) => "UICC".to_owned(),
        Some(2) => "secure element".to_owned(),
        Some(3) => "TEE".to_owned(),
        Some(4) => "software".to_owned(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    match member(environment, "sim").filter(|simulated| !simulated.is_empty()) {
        Some(simulated) => format!("{name}, simulates {simulated}"),
        None => name,
    }
}

fn member(object: &Object, name: &str) -> Option<String> {
    object.get(name).map(cell)
}

fn json(told: Told) -> Value {
    let environments = told.environments.into_iter().map(|(_, object)| Value::Object(object)).collect();
    let all = Object::new()
        .with("cse", Value::Object(told.base))
        .with("security", Value::Object(told.security))
        .with("administration", told.administration.map_or(Value::Null, Value::Object))
        .with("environments", Value::List(environments));
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};
    use crate::config::Sources;
    use crate::profile::MN;

    fn config() -> Config {
        let environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
        Config::load(&MN, Sources { environment, ..Sources::default() }).unwrap()
    }

    const SECURITY_BODY: &str =
        r#"{"csf:securityCSF":{"prf":"mn","cmp":["security-transport","secure-storage"],"seL":[0]}}"#;
    const CHILDREN: &str = r#"{"m2m:rrl":{"rrf":[{"nm":"data","typ":28,"val":"x"},{"nm":"environment-soft","typ":28,"val":"y"}]}}"#;
    const SOFT: &str =
        r#"{"csf:secureEnvironment":{"seT":4,"seL":0,"stt":"ready","lvR":"its root key is a plain file"}}"#;

    #[test]
    fn an_administrator_sees_the_whole_and_laboratory_switches_are_loud() {
        let administration = r#"{"csf:securityAdministration":{"ver":"0.1.0","upS":61,"stI":"s1","lab":["http.believe_originators"],"aud":"ok","mem":"locked","hlt":[]}}"#;
        let script = Script::new()
            .answer(Status::Ok, SECURITY_BODY)
            .answer(Status::Ok, r#"{"m2m:cb":{"csi":"/id-mn"}}"#)
            .answer(Status::Ok, administration)
            .answer(Status::Ok, CHILDREN)
            .answer(Status::Ok, SOFT);
        let mut session = session("CAdmin", script);
        let report = run(&mut session, &config()).unwrap();
        assert_eq!(
            report.text(),
            "profile           mn\n\
             CSE-ID            /id-mn\n\
             service provider  //csf.example\n\
             components        security-transport, secure-storage\n\
             security levels   [0]\n\
             version           0.1.0\n\
             running for       1 min 1 s\n\
             store             s1\n\
             audit             ok\n\
             memory            locked\n\
             health            well\n\
             freshness         single records set back are refused; the whole store set back would not be noticed\n\
             \n\
             Secure environments\n\
             NAME  TYPE      LEVEL  STATE  WHY THIS LEVEL\n\
             soft  software  0      ready  its root key is a plain file\n\
             \n\
             *** LABORATORY SWITCHES ARE ON: http.believe_originators ***\n\
             *** This node believes what it cannot prove. ***\n"
        );
        let sent = Script::sent(session);
        assert_eq!(sent[4].to.to_string(), "-/security/environment-soft");
    }

    #[test]
    fn what_ails_the_node_is_said() {
        let ill = r#"{"csf:securityAdministration":{"hlt":["disk: 7 bytes are free; make room","audit: no; see"]}}"#;
        let script = Script::new()
            .answer(Status::Ok, SECURITY_BODY)
            .answer(Status::Ok, r#"{"m2m:cb":{}}"#)
            .answer(Status::Ok, ill)
            .answer(Status::Ok, CHILDREN)
            .answer(Status::Ok, SOFT);
        let report = run(&mut session("CAdmin", script), &config()).unwrap();
        let wanted = "health            ILL: disk: 7 bytes are free; make room | audit: no; see\n";
        assert!(report.text().contains(wanted), "{}", report.text());
    }

    #[test]
    fn a_compatibility_switch_is_said_with_what_it_changes() {
        let old = "http.release1: without acpi the policies of the parent govern; authentication is as ever";
        let cbor = "http.cbor_byte_strings: byte strings in CBOR are taken as texts";
        for (administration, says) in [
            (r#"{"csf:securityAdministration":{"cmt":["http.release1"]}}"#, old.to_owned()),
            (r#"{"csf:securityAdministration":{"cmt":["http.cbor_byte_strings"]}}"#, cbor.to_owned()),
            (
                r#"{"csf:securityAdministration":{"cmt":["http.release1","http.cbor_byte_strings"]}}"#,
                format!("{old}; {cbor}"),
            ),
            (r#"{"csf:securityAdministration":{"cmt":[]}}"#, String::new()),
        ] {
            let script = Script::new()
                .answer(Status::Ok, SECURITY_BODY)
                .answer(Status::Ok, r#"{"m2m:cb":{}}"#)
                .answer(Status::Ok, administration)
                .answer(Status::Ok, CHILDREN)
                .answer(Status::Ok, SOFT);
            let report = run(&mut session("CAdmin", script), &config()).unwrap();
            let text = report.text();
            let line = text.lines().find_map(|line| line.strip_prefix("compatibility     "));
            assert_eq!(line.unwrap_or_default(), says);
        }
    }

    #[test]
    fn what_is_refused_is_left_out_but_never_the_security_resource() {
        let no = r#"{"m2m:dbg":"no"}"#;
        let script = Script::new()
            .answer(Status::Ok, SECURITY_BODY)
            .answer(Status::OriginatorHasNoPrivilege, no)
            .answer(Status::OriginatorHasNoPrivilege, no)
            .answer(Status::OriginatorHasNoPrivilege, no);
        let report = run(&mut session("Cmeter", script), &config()).unwrap();
        assert!(report.text().contains("administration    not shown to this caller\n"), "{}", report.text());
        assert!(report.text().ends_with("none that this caller may see\n"), "{}", report.text());

        let script = Script::new().answer(Status::OriginatorNotAuthenticated, no);
        assert!(matches!(run(&mut session("Cother", script), &config()), Err(Failure::Refused { .. })));
    }
}
