//! Entities whose keys are elsewhere: they register the public part, and make their answers themselves.

use base64ct::{Base64, Encoding};
use csf_transport::{
    Command, KeyId, KeySpec, KeyUse, KeyUses, Owner, Part, Reply, SeId, SignInput, SignatureAlgorithm,
    Statement, covered,
};
use support::lab::{Lab, Reading, changes, on_every_storage};

use crate::kit::{
    A, B, SERVICE, STORAGE, answered, answering_key, bare_credential, challenge, credential, given,
    is_authentic, must, response, verification,
};

/// A key pair that the node knows nothing of.
struct Elsewhere {
    algorithm: SignatureAlgorithm,
    key: KeyId,
    public: String,
}

impl Elsewhere {
    /// It lies in an environment of the laboratory, and belongs to nobody whom the node knows.
    fn new(lab: &Lab, algorithm: SignatureAlgorithm, number: u8) -> Self {
        let key = KeyId([number; 16]);
        let uses = KeyUses::NONE.with(KeyUse::Sign);
        let spec = KeySpec { id: key, owner: owner(), algorithm: algorithm.key(), uses, exportable: false };
        let made = lab.world().execute(&at(), &Command::GenerateKey(spec)).unwrap();
        let Reply::Key(info) = made else { panic!("a key") };
        Self { algorithm, key, public: Base64::encode_string(&info.public_key.unwrap()) }
    }

    fn sign(&self, lab: &Lab, message: Vec<u8>) -> String {
        let (key, owner, algorithm) = (self.key, owner(), self.algorithm);
        let command = Command::Sign { key, owner, algorithm, input: SignInput::Message(message) };
        let Reply::Signature(signature) = lab.world().execute(&at(), &command).unwrap() else {
            panic!("a signature")
        };
        Base64::encode_string(&signature)
    }

    fn credential(&self, name: &str) -> support::lab::Draft {
        bare_credential(name).with("kDt", self.public.as_str()).with("Salg", self.algorithm.name())
    }
}

fn owner() -> Owner {
    Owner::new("somebody elsewhere").unwrap()
}

fn at() -> SeId {
    SeId::parse("soft").unwrap()
}

fn octets(text: &str) -> [u8; 32] {
    Base64::decode_vec(text).unwrap().try_into().unwrap()
}

const CRED_A: &str = "cse-mn/security/authentication/ca";
const CRED_B: &str = "cse-mn/security/authentication/cb";

// Shows ACC-7.
#[test]
fn a_key_elsewhere_authenticates_its_owner_as_one_in_the_node_does() {
    on_every_storage(|lab| {
        let (a, b) = (lab.registered(1000, A), lab.registered(1001, B));
        must(&b.create(STORAGE, answering_key("kb", "HMAC_SHA_256")), 2001);
        must(&b.create(SERVICE, credential("cb", "kb")), 2001);
        for (number, algorithm) in (1..).zip(SignatureAlgorithm::ALL.iter().copied()) {
            let own = Elsewhere::new(&lab, algorithm, number);
            must(&a.create(SERVICE, own.credential("ca")), 2001);
            let first = given(&challenge(&b, &[("cla", A), ("mut", "true"), ("pur", "door 7")]));
            let second = given(&challenge(&a, &[("cla", B), ("pch", &first), ("pur", "door 7")]));
            let (asked, counter) = (octets(&first), octets(&second));
            let statement = Statement {
                part: Part::First,
                claimant: "//csf.example/id-mn/Ca",
                verifier: "//csf.example/id-mn/Cb",
                asked: &asked,
                counter: Some(&counter),
                purpose: "door 7",
            };
            let answer = own.sign(&lab, covered(&statement.bytes().unwrap()));
            let check = |chl: &str, rsp: &str| {
                let members = [("chl", chl), ("cla", A), ("crd", CRED_A), ("rsp", rsp), ("pch", &second)];
                verification(&b, &members)
            };
            let told = check(&first, &answer);
            assert!(is_authentic(&told), "{algorithm:?}");
            assert_eq!(told.number("seL"), 0, "nobody here knows how it is guarded");
            let members =
                [("crd", CRED_B), ("chl", second.as_str()), ("vrf", A), ("pch", &first), ("pur", "door 7")];
            let answer = answered(&response(&b, &members));
            let members =
                [("chl", second.as_str()), ("cla", B), ("crd", CRED_B), ("rsp", &answer), ("pch", &first)];
            assert!(is_authentic(&verification(&a, &members)));
            // The node cannot answer for it.
            let asked = given(&challenge(&b, &[("cla", A)]));
            must(&response(&a, &[("crd", CRED_A), ("chl", &asked), ("vrf", B)]), 4000);
            must(&a.delete(CRED_A), 2002);
        }
    });
}

// Shows ACC-7: each word of the statement counts, and so do its domain, its key and its algorithm.
#[test]
fn a_signature_over_anything_else_is_no_answer() {
    on_every_storage(|lab| {
        let (a, b) = (lab.registered(1000, A), lab.registered(1001, B));
        let own = Elsewhere::new(&lab, SignatureAlgorithm::EcdsaP256Sha256, 1);
        let another = Elsewhere::new(&lab, SignatureAlgorithm::EcdsaP256Sha256, 2);
        let larger = Elsewhere::new(&lab, SignatureAlgorithm::EcdsaP384Sha384, 3);
        let edwards = Elsewhere::new(&lab, SignatureAlgorithm::Ed25519, 4);
        must(&a.create(SERVICE, own.credential("ca")), 2001);
        let (of_a, of_b) = ("//csf.example/id-mn/Ca", "//csf.example/id-mn/Cb");
        let answers = |sign: &dyn Fn(Statement<'_>) -> String| {
            let chl = given(&challenge(&b, &[("cla", A), ("pur", "door 7")]));
            let asked = octets(&chl);
            let statement = Statement {
                part: Part::OneWay,
                claimant: of_a,
                verifier: of_b,
                asked: &asked,
                counter: None,
                purpose: "door 7",
            };
            let answer = sign(statement);
            let members = [("chl", chl.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", &answer)];
            is_authentic(&verification(&b, &members))
        };
        let whole = |statement: Statement<'_>| covered(&statement.bytes().unwrap());
        assert!(answers(&|s| own.sign(&lab, whole(s))));
        assert!(!answers(&|s| own.sign(&lab, s.bytes().unwrap())), "without its domain");
        assert!(!answers(&|s| own.sign(&lab, s.asked.to_vec())), "the challenge alone");
        assert!(!answers(&|s| own.sign(&lab, whole(Statement { claimant: of_b, verifier: of_a, ..s }))));
        assert!(!answers(&|s| own.sign(&lab, whole(Statement { verifier: "//csf.example/id-mn/Cx", ..s }))));
        assert!(!answers(&|s| own.sign(&lab, whole(Statement { claimant: "Ca", ..s }))), "a relative name");
        assert!(!answers(&|s| own.sign(&lab, whole(Statement { purpose: "door 8", ..s }))));
        assert!(!answers(&|s| {
            own.sign(&lab, whole(Statement { part: Part::First, counter: Some(&[0; 32]), ..s }))
        }));
        assert!(!answers(&|s| another.sign(&lab, whole(s))), "another key");
        assert!(!answers(&|s| larger.sign(&lab, whole(s))), "another algorithm, and length");
        assert!(!answers(&|s| edwards.sign(&lab, whole(s))), "another algorithm, of the same length");
        assert!(!answers(&|_| String::new()));
        assert!(!answers(&|_| Base64::encode_string(&[0; 64])));
        // Under the neutral element of Ed25519 everything could be taken for signed: its owner is not authentic by it.
        let neutral = "MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let weak = changes("csf:credential").with("kDt", neutral).with("Salg", "ALG_EDDSA_ED25519");
        must(&a.update(CRED_A, weak), 2004);
        let mut forged = [0; 64];
        forged[0] = 1;
        assert!(!answers(&|_| Base64::encode_string(&forged)));
    });
}

// Shows ACC-7.
#[test]
fn what_is_no_public_key_of_its_algorithm_makes_no_credential() {
    on_every_storage(|lab| {
        let a = lab.registered(1000, A);
        let own = Elsewhere::new(&lab, SignatureAlgorithm::EcdsaP256Sha256, 1);
        let before = lab.world().versions();
        for bad in [
            own.credential("ca").with("Salg", "ALG_ECDSA_SHA_384"),
            own.credential("ca").with("Salg", "ALG_EDDSA_ED25519"),
            own.credential("ca").with("Salg", "ALG_HMAC_SHA_256"),
            own.credential("ca").with("Salg", "none"),
            own.credential("ca").without("Salg"),
            own.credential("ca").with("kDt", "AAAA"),
            own.credential("ca").with("kDt", ""),
            own.credential("ca").with("kDt", "no base64"),
            own.credential("ca").with("kDt", "A".repeat(1400).as_str()),
        ] {
            let refused = a.create(SERVICE, bad);
            assert_eq!(refused.code(), 4000, "{refused:?}");
        }
        assert_eq!(lab.world().versions(), before);
        must(&a.create(SERVICE, own.credential("ca")), 2001);
        let change = changes("csf:credential").with("Salg", "ALG_ECDSA_SHA_384");
        must(&a.update(CRED_A, change), 4000);
        assert_eq!(a.retrieve(CRED_A).text("Salg"), "ALG_ECDSA_SHA_256");
    });
}
