//! Refusals of evidence and cases as failures of the program: the rule in the message, whose fault it is beside it.

use crate::error::Failure;
use shiming::{
    evidence::{Blame, EvidenceError},
    proofing::{ApprovedError, LogError, Refusal},
};

fn advice(blame: Blame) -> &'static str {
    match blame {
        Blame::Source => "the source has to attest it again, rightly",
        Blame::Subject => "the person has to bring what the case needs; see `shiming proofing status`",
        Blame::Operator => "see `shiming proofing status` for what the case takes",
        Blame::Registry => "the trust bundle does not say so; see `shiming trust show`",
    }
}

impl From<EvidenceError> for Failure {
    fn from(error: EvidenceError) -> Self {
        Self::rejected("evidence", format!("{error}; {}", advice(error.blame())))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::rejected("case", format!("{refusal}; {}", advice(refusal.blame())))
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Refusal(refusal) => refusal.into(),
            _ => Self::usage("bad-log", error),
        }
    }
}

impl From<ApprovedError> for Failure {
    fn from(error: ApprovedError) -> Self {
        match error {
            ApprovedError::OtherCase => Self::rejected("other-case", error),
            _ => Self::rejected("attribute", format!("{error}; what the sources attest does not fit the schema")),
        }
    }
}
