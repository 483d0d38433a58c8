//! The base flow: how a person becomes "verified".
//!
//! A [`Case`] goes through three stages in their order, the identity document, a bank card in the same name, the face, and ends
//! issued, refused or closed. It is a pure machine: [`Case::apply`] makes the next state of a state, an [`Event`] and a time, or
//! refuses and changes nothing; the names of the stages move by [`TRANSITIONS`] alone. What an event can be is already
//! [`CheckedEvidence`](crate::evidence::CheckedEvidence). [`Case::approve`] gives the attributes to issue, and only an approved
//! case has any.
//!
//! Two rules stand above the others. Any single anomaly puts the case under manual review, whatever the weights say, and a
//! reviewer's signed decision is the only way out. And what makes a check less certain without failing it, a
//! [`Trigger`], asks for more evidence and a video before the case goes on.

mod approved;
mod basis;
mod case;
mod error;
mod event;
mod intake;
mod log;
mod path;
mod rules;
mod stage;
mod subject;

pub use approved::{Approved, ApprovedAttributes, ApprovedError};
pub use basis::{BasisError, IssuanceBasis};
pub use case::{Anomaly, CASE_HOURS, Case, Trigger};
pub use error::Refusal;
pub use event::{Event, Relative, RelativeError};
pub use log::{CaseLog, LogError, Recorded, Replayed};
pub use path::{Ages, Need, Path};
pub use rules::{ProofingRules, RulesError, WeightTable};
pub use stage::{Cause, Stage, TRANSITIONS};
pub use subject::{NAME_SALT_BYTES, Subject, SubjectError, name_digest};
