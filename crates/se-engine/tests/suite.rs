//! The suite of secure environments over the engine in memory.

use csf_api::SecurityLevel;
use support::se_suite::{Subject, VolatileSe};

fn fresh() -> Subject {
    Subject::new(VolatileSe::new("lab", SecurityLevel::Low))
}

// Shows SDH-2 and SDH-4.
support::se_suite!(fresh);
