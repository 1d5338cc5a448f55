//! `csf create`: a new resource from a few words, or from a whole body.

use csf_api::{Content, Operation, Value};

use super::arguments::Create;
use super::assignment::{add_octets, body, object};
use super::failure::Failure;
use super::kinds::{KEY_MATERIAL, Kind};
use super::report::{Report, members};
use super::session::{Node, Session};
use super::text::printable;

/// Creates it; a whole body is sent as it is, words are completed with defaults.
pub(crate) fn run<N: Node>(session: &mut Session<N>, create: Create) -> Result<Report, Failure> {
    let kind = Kind::named(&create.kind)
        .ok_or_else(|| Failure::Usage(format!("there is no type '{}'", create.kind)))?;
    let (root, mut attributes) = match &create.data {
        Some(data) => body(data)?,
        None => (None, object(&create.attributes)?),
    };
    if create.data.is_none() && attributes.get(KEY_MATERIAL).is_some() {
        let text =
            "a key does not belong on a command line, where every process can read it; use --octets FILE";
        return Err(Failure::Usage(text.to_owned()));
    }
    if let Some(source) = &create.octets {
        add_octets(&mut attributes, kind.octets(), source)?;
    }
    if let Some(name) = &create.name
        && attributes.set("rn", Value::text(name)).is_some()
    {
        return Err(Failure::Usage("--name and rn say the same thing; give one of them".to_owned()));
    }
    if create.data.is_none() {
        kind.fill(&mut attributes, session.from());
    }
    let content = Content::new(root.as_deref().unwrap_or(kind.root), Value::Object(attributes));
    let response = session.ask(Operation::Create, &create.parent, |request| {
        request.resource_type = Some(kind.resource_type);
        request.content = Some(content);
    })?;
    let mut text = match &response.location {
        Some(location) => format!("created {}\n", printable(location)),
        None => "created\n".to_owned(),
    };
    if let Some(content) = &response.content {
        text.push_str(&members(content));
    }
    Ok(Report::of(text, response.content))
}

#[cfg(test)]
mod tests {
    use csf_api::{ResourceType, Status};

    use super::*;
    use crate::cli::script::{Script, session};

    fn create(parent: &str, kind: &str, attributes: &[&str]) -> Create {
        let attributes = attributes.iter().map(|word| (*word).to_owned()).collect();
        Create { parent: parent.into(), kind: kind.into(), attributes, name: None, data: None, octets: None }
    }

    #[test]
    fn an_application_registers_with_the_attributes_people_expect() {
        let mut session =
            session("Cmeter", Script::new().answer(Status::Created, r#"{"m2m:ae":{"aei":"Cmeter"}}"#));
        let report = run(&mut session, create("-", "ae", &["rn=meter"])).unwrap();
        assert_eq!(report.text(), "created\naei  Cmeter\n");
        let sent = Script::sent(session);
        assert_eq!(sent[0].to.to_string(), "-");
        assert_eq!(sent[0].from.as_deref(), Some("Cmeter"));
        assert_eq!(sent[0].resource_type, Some(ResourceType::AE));
        assert_eq!(
            Script::body(&sent[0]),
            r#"{"m2m:ae":{"rn":"meter","api":"Nmeter","rr":false,"srv":["3","4"]}}"#
        );
    }

    #[test]
    fn what_is_given_is_not_replaced_by_a_default() {
        let mut session = session("Cmeter", Script::new().answer(Status::Created, ""));
        run(&mut session, create("-", "ae", &["api=Rme", "rr=true", "srv=[\"5\"]"])).unwrap();
        assert_eq!(
            Script::body(&Script::sent(session)[0]),
            r#"{"m2m:ae":{"api":"Rme","rr":true,"srv":["5"]}}"#
        );
    }

    #[test]
    fn a_key_is_a_flex_container_with_its_definition() {
        let mut session = session("Cmeter", Script::new().answer(Status::Created, ""));
        let mut key = create("-/security/data/storage-soft", "key", &["kAl=p256"]);
        key.name = Some("k".into());
        run(&mut session, key).unwrap();
        let sent = Script::sent(session);
        assert_eq!(sent[0].resource_type.map(ResourceType::number), Some(28));
        assert_eq!(
            Script::body(&sent[0]),
            r#"{"csf:keyObject":{"kAl":"p256","rn":"k","cnd":"csf:keyObject"}}"#
        );
    }

    #[test]
    fn the_octets_of_a_file_are_the_content_of_sensitive_data() {
        let mut session = session("Cmeter", Script::new().answer(Status::Created, ""));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, b"PIN \x00\xff").unwrap();
        let octets = Some(file.path().to_str().unwrap().to_owned());
        let storage = "-/security/data/storage-soft";
        run(&mut session, Create { octets: octets.clone(), ..create(storage, "data", &["rn=pin"]) }).unwrap();
        let twice = Create { octets, ..create(storage, "data", &["msg=AA=="]) };
        assert!(matches!(run(&mut session, twice), Err(Failure::Usage(_))));
        let nowhere = Create { octets: Some("/nonexistent/x".into()), ..create(storage, "data", &[]) };
        assert!(matches!(run(&mut session, nowhere), Err(Failure::Usage(_))));
        let sent = Script::sent(session);
        assert_eq!(sent.len(), 1);
        assert_eq!(
            Script::body(&sent[0]),
            r#"{"csf:dataObject":{"rn":"pin","msg":"UElOIAD/","cnd":"csf:dataObject"}}"#
        );
    }

    #[test]
    fn a_key_that_was_made_elsewhere_comes_from_a_file_and_never_from_the_command_line() {
        let mut session = session("Cmeter", Script::new().answer(Status::Created, ""));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, b"sixteen bytes it").unwrap();
        let octets = Some(file.path().to_str().unwrap().to_owned());
        let storage = "-/security/data/storage-soft";
        run(&mut session, Create { octets, ..create(storage, "key", &["kAl=AES_CMAC_128"]) }).unwrap();
        let typed = create(storage, "key", &["kAl=AES_CMAC_128", "kMt=c2l4dGVlbiBieXRlcyBpdA=="]);
        assert!(matches!(run(&mut session, typed), Err(Failure::Usage(text)) if text.contains("--octets")));
        let sent = Script::sent(session);
        assert_eq!(sent.len(), 1);
        let body = r#"{"csf:keyObject":{"kAl":"AES_CMAC_128","kMt":"c2l4dGVlbiBieXRlcyBpdA==","cnd":"csf:keyObject"}}"#;
        assert_eq!(Script::body(&sent[0]), body);
    }

    #[test]
    fn a_group_has_room_for_its_members() {
        for (given, body) in [
            (&[][..], r#"{"m2m:grp":{"mid":[],"mnm":1}}"#),
            (&[r#"mid=["-/a","-/b"]"#], r#"{"m2m:grp":{"mid":["-/a","-/b"],"mnm":2}}"#),
            (&["mnm=9"], r#"{"m2m:grp":{"mnm":9,"mid":[]}}"#),
        ] {
            let mut session = session("Cmeter", Script::new().answer(Status::Created, ""));
            run(&mut session, create("-", "grp", given)).unwrap();
            assert_eq!(Script::body(&Script::sent(session)[0]), body);
        }
    }

    #[test]
    fn a_remote_cse_has_what_people_leave_out() {
        let mut session = session("/id-in", Script::new().answer(Status::Created, ""));
        run(&mut session, create("-", "csr", &["cb=/id-in/cse-in"])).unwrap();
        let sent = Script::sent(session);
        assert_eq!(sent[0].resource_type.map(ResourceType::number), Some(16));
        assert_eq!(
            Script::body(&sent[0]),
            r#"{"m2m:csr":{"cb":"/id-in/cse-in","rr":false,"srv":["3","4"]}}"#
        );
    }

    #[test]
    fn a_certificate_has_its_management_definition() {
        let mut session = session("Cdevice", Script::new().answer(Status::Created, ""));
        run(&mut session, create("-/node", "nycfc", &["suids=[42]", "mcff=a/b", "mcfc=x"])).unwrap();
        let sent = Script::sent(session);
        assert_eq!(sent[0].resource_type.map(ResourceType::number), Some(13));
        assert_eq!(
            Script::body(&sent[0]),
            r#"{"dcfg:nycfc":{"suids":[42],"mcff":"a/b","mcfc":"x","mgd":1023}}"#
        );
    }

    #[test]
    fn a_whole_body_is_sent_as_it_is() {
        let mut session = session("Cmeter", Script::new().answer(Status::Created, ""));
        let data = Some(r#"{"m2m:ae":{"api":"Nx"}}"#.to_owned());
        run(&mut session, Create { data, ..create("-", "ae", &[]) }).unwrap();
        assert_eq!(Script::body(&Script::sent(session)[0]), r#"{"m2m:ae":{"api":"Nx"}}"#);
    }

    #[test]
    fn two_names_are_refused_before_anything_is_sent() {
        let mut session = session("Cmeter", Script::new());
        let twice = Create { name: Some("a".into()), ..create("-", "cnt", &["rn=b"]) };
        assert!(matches!(run(&mut session, twice), Err(Failure::Usage(_))));
        assert!(Script::sent(session).is_empty());
    }
}
