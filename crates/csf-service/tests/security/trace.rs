//! The access control flow of the draft, step by step (6.3.1.1).

use csf_service::Step;
use support::lab::{
    Asker, Fault, Reading, changes, container, creation, deletion, discovery, hmac_key, invocation, load_of,
    on_every_storage, retrieval, update,
};

use crate::kit::{KEY, STORAGE, everything, mac, owner_of, random};

const ALL_STEPS: [Step; 6] =
    [Step::Called, Step::Forwarded, Step::Verified, Step::Answered, Step::Processed, Step::Responded];

fn journey(asker: &Asker<'_>, request: csf_api::Request) -> (u16, Vec<Step>, Option<bool>) {
    let (response, trace) = asker.send_traced(request);
    (response.code(), trace.steps().to_vec(), trace.permitted())
}

// Shows ACC-1.
#[test]
fn a_permitted_request_takes_the_six_steps_in_order_whatever_it_asks_for() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let (random_, mac_) = (invocation("random", random(4)), invocation("mac", mac(KEY, b"m")));
        for (request, code) in [
            (creation("cse-mn/Cmeter", container("c")), 2001),
            (retrieval("cse-mn/Cmeter/c"), 2000),
            (discovery("cse-mn/Cmeter", everything()), 2000),
            (update("cse-mn/Cmeter/c", changes("m2m:cnt").with("lbl", ["x"])), 2004),
            (update("cse-mn/Cmeter/c", changes("m2m:cnt").with("acpi", ["acpUse"])), 2004),
            (deletion("cse-mn/Cmeter"), 2002),
            (random_, 4106),
            (mac_, 4106),
        ] {
            // The last two come from an AE that is gone.
            let expected = if code == 4106 {
                (code, vec![Step::Called, Step::Responded], None)
            } else {
                (code, ALL_STEPS.to_vec(), Some(true))
            };
            assert_eq!(journey(&meter, request), expected);
        }
    });
}

// Shows ACC-1.
#[test]
fn a_call_of_a_function_takes_the_six_steps_in_order() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let permitted = |code| (code, ALL_STEPS.to_vec(), Some(true));
        assert_eq!(journey(&meter, creation(STORAGE, hmac_key("k"))), permitted(2001));
        assert_eq!(journey(&meter, invocation("random", random(4))), permitted(2004));
        assert_eq!(journey(&meter, invocation("mac", mac(KEY, b"m"))), permitted(2004));
        assert_eq!(journey(&meter, retrieval("cse-mn/security")), permitted(2000));
        // Access was permitted; that the input is wrong is the component's answer.
        assert_eq!(journey(&meter, invocation("random", random(0))), permitted(4000));
        assert_eq!(journey(&meter, deletion(KEY)), permitted(2002));
    });
}

// Shows ACC-1.
#[test]
fn a_refused_request_takes_the_six_steps_and_is_rejected_in_the_fifth() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 2001);
        let other = lab.registered(1001, "Cother");
        let refused = || (4103, ALL_STEPS.to_vec(), Some(false));
        for request in [
            retrieval("cse-mn/Cmeter/c"),
            discovery("cse-mn/Cmeter/c", everything()),
            creation("cse-mn/Cmeter/c", container("d")),
            update("cse-mn/Cmeter/c", changes("m2m:cnt").with("lbl", ["x"])),
            update("cse-mn/Cmeter/c", changes("m2m:cnt").with("acpi", ["acpUse"])),
            deletion("cse-mn/Cmeter/c"),
            retrieval(KEY),
            deletion(KEY),
            retrieval("cse-mn/security/administration"),
        ] {
            assert_eq!(journey(&other, request), refused());
        }
        lab.world().forget_needs();
        let bare = lab.bare();
        assert_eq!(journey(&bare, invocation("random", random(4))), refused());
        assert!(lab.world().commands().is_empty(), "the fifth step rejects, and processes nothing");
    });
}

// Shows ACC-1 and ACC-7: who is not known gets no further than the call.
#[test]
fn a_request_that_is_refused_early_takes_fewer_steps() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let early = |code| (code, vec![Step::Called, Step::Responded], None);
        // An impostor, a CSE without an association, a From that is none, no From at all.
        assert_eq!(journey(&lab.as_ae(1001, "Cmeter"), retrieval("cse-mn/Cmeter")), early(4106));
        assert_eq!(journey(&lab.network("/id-other"), retrieval("cse-mn")), early(4107));
        assert_eq!(journey(&meter.claiming(Some("")), retrieval("cse-mn")), early(4106));
        assert_eq!(journey(&lab.bare().claiming(Some("")), retrieval("cse-mn")), early(4103));
        assert_eq!(journey(&meter.claiming(None), retrieval("cse-mn")), early(4000));
        // A target that is not there, or of another CSE.
        assert_eq!(journey(&meter, retrieval("cse-mn/nothing")), early(4004));
        assert_eq!(journey(&meter, retrieval("/id-other/x")), early(4004));
        // A store that does not say where the target is.
        lab.script(load_of("res/security"), Fault::Failing);
        assert_eq!(journey(&meter, retrieval("security")), early(5000));
    });
}

// Shows ACC-1 and ACC-9.
#[test]
fn a_request_that_cannot_be_decided_is_refused_in_the_flow() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let refused = |code| (code, ALL_STEPS.to_vec(), Some(false));
        lab.script(load_of("res/acpUse"), Fault::Failing);
        lab.script(load_of("res/acpAdmin"), Fault::Failing);
        assert_eq!(journey(&meter, retrieval("security")), refused(4103));
        lab.heal();
        lab.script(load_of("state/policy-epoch"), Fault::Absent);
        assert_eq!(journey(&meter, retrieval("security")), refused(5000));
    });
}

// Shows ACC-1: registration is a call too.
#[test]
fn a_registration_takes_the_six_steps_in_order() {
    on_every_storage(|lab| {
        let nobody = lab.as_ae(1000, "Cmeter");
        let request = creation("cse-mn", support::lab::ae("Nx"));
        assert_eq!(journey(&nobody, request.clone()), (2001, ALL_STEPS.to_vec(), Some(true)));
        assert_eq!(journey(&nobody, request), (4117, ALL_STEPS.to_vec(), Some(true)));
    });
}
