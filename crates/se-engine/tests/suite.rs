//! The suite of secure environments over the engine in memory.

use csf_api::SecurityLevel;
use csf_transport::{Command, Cx, Description, Reply, SeError, SecureEnvironment, Session};
use support::se_suite::{self, Subject, VolatileSe};

fn fresh() -> Subject {
    Subject::new(VolatileSe::new("lab", SecurityLevel::Low))
}

// Shows SDH-2 and SDH-4.
support::se_suite!(fresh);

/// An environment that takes every message whole, as many tokens do.
struct Whole(VolatileSe, Description);

impl SecureEnvironment for Whole {
    fn describe(&self) -> &Description {
        &self.1
    }

    fn open(&self, cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
        self.0.open(cx).map(|session| Box::new(WholeSession(session)) as _)
    }
}

struct WholeSession(Box<dyn Session>);

impl Session for WholeSession {
    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        match command {
            Command::Stream(_) => Err(SeError::NotSupported),
            _ => self.0.execute(command, cx),
        }
    }
}

fn whole() -> Subject {
    let inner = VolatileSe::new("whole", SecurityLevel::Low);
    let mut described = inner.describe().clone();
    described.capabilities.retain(|c| !c.command.starts_with("begin-") && !c.command.ends_with("-stream"));
    Subject::new(Whole(inner, described))
}

// Shows SDH-4: what is not claimed is refused, and everything else is as before.
#[test]
fn an_environment_without_streams_passes_as_well() {
    se_suite::description::what_is_claimed_works_and_what_works_is_claimed(whole);
    se_suite::expiry::nothing_begins_after_the_deadline(whole);
    se_suite::stream::a_digest_in_parts_is_that_of_the_whole(whole);
    se_suite::stream::a_code_in_parts_is_that_of_the_whole(whole);
    se_suite::stream::a_stream_serves_whoever_began_it(whole);
}
