//! Failures: what went wrong, under which code, and what to do.

use shiming::{
    codec::DecodeError,
    conventional::{
        ConventionalFault,
        sd_jwt::{JwtFault, SdJwtError},
    },
    credential::CredentialError,
    enrolment::EnrolmentError,
    holder::HolderError,
    issuer::{DraftError, ExternalKeyError, IssueError},
    jws::JwsError,
    keys::{ProvingKeyError, RingError},
    ledger::LedgerError,
    policy::{EvaluationError, PolicyError},
    prepared::PreparedError,
    registry::BundleError,
    request::RequestError,
    signature::{JOSE_DISTID, SignatureError},
    suite::TbsSignatureError,
    trust::LoadError,
    verdict::Rejection,
    verifier::AskError,
};
use std::{fmt, path::Path};

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done, or accepted.
    Done,
    /// 1: a check said no.
    Rejected,
    /// 2: the command could not be carried out as given.
    Usage,
}

/// A command that did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Whether a check said no or the command could not run.
    pub(crate) exit: Exit,
    /// A stable name in kebab case.
    pub(crate) code: &'static str,
    /// What happened and what to do.
    pub(crate) message: String,
}

/// The result of a command.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A check said no.
    pub(crate) fn rejected(code: &'static str, message: impl fmt::Display) -> Self {
        Self { exit: Exit::Rejected, code, message: message.to_string() }
    }

    /// The command cannot run as given.
    pub(crate) fn usage(code: &'static str, message: impl fmt::Display) -> Self {
        Self { exit: Exit::Usage, code, message: message.to_string() }
    }

    /// A file could not be read or written.
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        let advice = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path, or run the command that makes the file",
            std::io::ErrorKind::PermissionDenied => "check the permissions",
            std::io::ErrorKind::AlreadyExists => "it is never overwritten; move it away first",
            _ => "check the disk and the path",
        };
        Self::usage("io", format!("{}: {error}; {advice}", path.display()))
    }

    /// A file is not what the command needs.
    pub(crate) fn file(path: &Path, error: impl fmt::Display) -> Self {
        let file = path.display();
        Self::usage("bad-file", format!("{file}: {error}; `shiming inspect {file}` says what the file is"))
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::rejected(rejection.code(), &rejection)
    }
}

impl From<RingError> for Failure {
    fn from(error: RingError) -> Self {
        match error {
            RingError::Development { .. } => Self::rejected(
                "development-key",
                format!("{error}; install ceremony keys, or for a trial add --insecure-development-keys"),
            ),
            RingError::Missing { .. } => {
                Self::usage("key-missing", format!("{error}; run `shiming setup` or install ceremony keys in keys/"))
            }
            _ => Self::usage("bad-key", format!("{error}; replace the file in keys/")),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let advice = match error {
            LoadError::KeyMismatch { .. } | LoadError::Missing { .. } => {
                "install the keys that the bundle pins, or run `shiming trust add relations`"
            }
            _ => "correct the entry with `shiming trust add issuer --replace`",
        };
        Self::usage("trust", format!("{error}; {advice}"))
    }
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Self {
        Self::usage("trust", format!("{error}; correct trust.json with `shiming trust add`"))
    }
}

impl From<ProvingKeyError> for Failure {
    fn from(error: ProvingKeyError) -> Self {
        match error {
            ProvingKeyError::Violated(_) => Self::rejected("statement-false", error),
            _ => Self::usage("bad-proving-key", format!("{error}; install the proving key that the bundle pins")),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Used => Self::rejected("challenge-used", "the challenge was answered before; make a new one"),
            LedgerError::PersonHasAnotherTag => Self::rejected("person-has-another-tag", error),
            LedgerError::TagOfAnotherPerson => Self::rejected("tag-of-another-person", error),
            _ => Self::usage("ledger-unavailable", format!("{error}; repair the ledger, nothing is issued until then")),
        }
    }
}

impl From<EnrolmentError> for Failure {
    fn from(error: EnrolmentError) -> Self {
        match error {
            EnrolmentError::Decode(_) | EnrolmentError::Object => Self::usage("bad-file", error),
            EnrolmentError::Signature(_) => Self::rejected("challenge-signature", error),
            EnrolmentError::UnknownIssuer(_) => Self::rejected("unknown-issuer", error),
            EnrolmentError::OtherIssuer(_) => Self::rejected("other-issuer", error),
            EnrolmentError::Expired => Self::rejected("challenge-expired", error),
            EnrolmentError::NotYetValid => Self::rejected("challenge-not-valid", error),
            EnrolmentError::Tag => Self::rejected("holder-tag-invalid", error),
            EnrolmentError::Proof => Self::rejected("enrolment-proof", error),
            EnrolmentError::Keys => Self::usage("key-missing", format!("{error}; run `shiming trust add relations`")),
            _ => Self::rejected("enrolment", error),
        }
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Enrolment(error) => error.into(),
            IssueError::Ledger(error) => error.into(),
            IssueError::Attribute(_) => Self::rejected("attribute", format!("{error}; correct the attributes file")),
            IssueError::Trust(_) => Self::rejected("issuer-key", format!("{error}; see `shiming trust show`")),
            IssueError::Draft(error) => error.into(),
            IssueError::Key => Self::usage("issuer-key-invalid", format!("{error}; register another key")),
            IssueError::NoPerson => Self::rejected("no-person", format!("{error}; add document_number")),
            _ => Self::rejected("issue", error),
        }
    }
}

/// What a signature from elsewhere is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// The message by which a key is registered.
    Possession,
    /// The attributes.
    Tbs,
    /// The SD-JWT.
    SdJwt,
}

impl Signed {
    /// Why such a signature is refused.
    pub(crate) fn failure(self, error: SignatureError) -> Failure {
        let code = match (self, error) {
            (Self::Possession, SignatureError::Length) => "possession-length",
            (Self::Possession, SignatureError::Der) => "possession-der",
            (Self::Possession, SignatureError::Range) => "possession-range",
            (Self::Possession, _) => "possession-invalid",
            (Self::Tbs, SignatureError::Length) => "tbs-signature-length",
            (Self::Tbs, SignatureError::Der) => "tbs-signature-der",
            (Self::Tbs, SignatureError::Range) => "tbs-signature-range",
            (Self::Tbs, _) => "tbs-signature-invalid",
            (Self::SdJwt, SignatureError::Length) => "sd-jwt-signature-length",
            (Self::SdJwt, SignatureError::Der) => "sd-jwt-signature-der",
            (Self::SdJwt, SignatureError::Range) => "sd-jwt-signature-range",
            (Self::SdJwt, _) => "sd-jwt-signature-invalid",
        };
        let (what, file, distid) = match self {
            Self::Possession => ("proof of possession", "--message-out", "the identifier that was printed"),
            Self::Tbs => ("signature over the attributes", "--tbs-out", "the registered identifier"),
            Self::SdJwt => ("signature over the SD-JWT", "--sd-jwt-out", JOSE_DISTID),
        };
        let advice = match error {
            SignatureError::Length | SignatureError::Der => {
                "give exactly 64 bytes r || s, or their DER and nothing behind it".to_owned()
            }
            SignatureError::Range => "the signer does not work, sign again with another".to_owned(),
            _ => format!("sign the file of {file} with the registered key, SM2 under {distid}, and do not swap files"),
        };
        Failure::rejected(code, format!("{what}: {error}; {advice}"))
    }
}

impl From<ExternalKeyError> for Failure {
    fn from(error: ExternalKeyError) -> Self {
        match error {
            ExternalKeyError::Possession(error) => Signed::Possession.failure(error),
            ExternalKeyError::JoseDistid => Self::usage("distid-jose", format!("--distid: {error}")),
            ExternalKeyError::DistidWithoutSm2 => Self::usage("distid-without-sm2", format!("--distid: {error}")),
            _ => Self::usage("distid", format!("--distid: {error}")),
        }
    }
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::External => Self::usage(
                "external-key",
                "the issuer's key signs elsewhere; run `shiming issuer tbs`, have both files signed, then `shiming issuer attach`",
            ),
            DraftError::Attributes(TbsSignatureError::External(error)) => Signed::Tbs.failure(error),
            DraftError::Twin(CredentialError::Twin(ConventionalFault::SdJwt(SdJwtError::Issuer(
                JwtFault::Signature(error),
            )))) => Signed::SdJwt.failure(error),
            DraftError::UnknownKey => Self::rejected("issuer-key", format!("{error}; see `shiming trust show`")),
            DraftError::OtherKey => Self::rejected("other-key", format!("{error}; make a new draft")),
            DraftError::Twin(_) => Self::rejected("draft", format!("{error}; make a new draft")),
            _ => Self::usage("bad-file", format!("not a usable draft: {error}; make a new one")),
        }
    }
}

impl From<CredentialError> for Failure {
    fn from(error: CredentialError) -> Self {
        match error {
            CredentialError::Twin(_) | CredentialError::TwinDiffers => {
                Self::rejected("credential-twin", format!("{error}; have the credential issued again"))
            }
            CredentialError::Signature(_) => {
                Self::rejected("credential-signature", format!("{error}; have the credential issued again"))
            }
            _ => Self::usage("bad-file", format!("not a usable credential: {error}")),
        }
    }
}

impl From<PreparedError> for Failure {
    fn from(error: PreparedError) -> Self {
        Self::usage("bad-file", format!("not a usable prepared credential: {error}; prepare the credential again"))
    }
}

impl From<HolderError> for Failure {
    fn from(error: HolderError) -> Self {
        match error {
            HolderError::Challenge(error) => error.into(),
            HolderError::Credential(error) => error.into(),
            HolderError::Proving(error) => error.into(),
            HolderError::Trust(_) => Self::rejected("issuer-key", format!("{error}; see `shiming trust show`")),
            HolderError::OtherWallet => {
                Self::rejected("other-wallet", format!("{error}; use the wallet it was issued to"))
            }
            HolderError::OtherBindingKey => {
                Self::rejected("other-binding-key", format!("{error}; have one issued to this wallet"))
            }
            HolderError::IssuerKey => Self::rejected("issuer-key-invalid", error),
            HolderError::NotProvable(suite) => Self::rejected(
                "not-provable",
                format!(
                    "there is no key to prove credentials of suite {suite} with; install the keys of {} in keys/ (for a trial, \
                     `shiming setup --suites {suite}`) and run `shiming trust add relations`, or keep it for the conventional \
                     path with `shiming holder accept`",
                    suite.relation()
                ),
            ),
            HolderError::PoisonedKey => Self::usage("poisoned-key", error),
            HolderError::StalePrepared => Self::rejected("stale-prepared", error),
            HolderError::PathNotAccepted => Self::rejected("path-not-accepted", error),
            HolderError::ConventionalNotAccepted => Self::rejected(
                "conventional-not-accepted",
                format!("{error}; leave --conventional out and disclose nothing"),
            ),
            HolderError::Count { .. } | HolderError::Schema { .. } | HolderError::IssuerNotAccepted { .. } => {
                Self::rejected("no-fitting-credential", format!("{error}; have one issued and prepare it"))
            }
            HolderError::DifferentPersons | HolderError::Policy(EvaluationError::Join { .. }) => {
                Self::rejected("different-persons", format!("{error}; use credentials of one person"))
            }
            HolderError::Policy(_) => Self::rejected(
                "policy-not-satisfied",
                format!("{error}; nothing is sent, no credential in this wallet does"),
            ),
            HolderError::Keys => Self::usage("key-missing", format!("{error}; run `shiming trust add relations`")),
            _ => Self::rejected("holder", error),
        }
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        let code = match error {
            RequestError::TrustBundle(_) => "trust-bundle-stale",
            RequestError::KeyIdMismatch => "request-key-id",
            RequestError::UnknownAudience(_) => "unknown-audience",
            RequestError::Jws(_) => "request-signature",
            RequestError::Lifetime => "request-lifetime",
            RequestError::NotYetValid => "request-not-yet-valid",
            RequestError::Expired => "request-expired",
            RequestError::WrongDate => "request-wrong-date",
            RequestError::EndpointNotRegistered => "endpoint-not-registered",
            RequestError::PurposeNotRegistered => "purpose-not-registered",
            RequestError::PurposeMismatch => "purpose-mismatch",
            RequestError::UnknownRelation(_)
            | RequestError::RelationKeyNotTrusted(_)
            | RequestError::RelationMissing(_) => "relation-not-trusted",
            RequestError::UnknownSchema(_) | RequestError::SchemaNotTrusted(_) | RequestError::SchemaMissing(_) => {
                "schema-not-trusted"
            }
            RequestError::StatusEpoch { .. } => "status-epoch",
            RequestError::Policy(_) => "policy-invalid",
            _ => "request",
        };
        Self::rejected(code, format!("{error}; the request is not answered"))
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Request(RequestError::PurposeNotRegistered) => Self::usage(
                "purpose-not-registered",
                "the verifier is not registered for this policy; name its file in `verifier register --purpose`, and add the registration with --replace",
            ),
            AskError::Request(RequestError::PurposeMismatch) => Self::usage(
                "purpose-mismatch",
                "another policy is registered under this id; give a changed policy a new version and name its file in `verifier register --purpose`",
            ),
            AskError::Request(RequestError::UnknownAudience(id)) => Self::usage(
                "unknown-audience",
                format!("the trust bundle does not know {id}; run `shiming trust add verifier` with its registration"),
            ),
            _ => Self::usage("request", format!("{error}; correct the policy or the trust bundle")),
        }
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        Self::usage("policy-invalid", format!("{error}; correct the policy file"))
    }
}

impl From<SignatureError> for Failure {
    fn from(error: SignatureError) -> Self {
        Self::usage("cannot-sign", error)
    }
}

impl From<JwsError> for Failure {
    fn from(error: JwsError) -> Self {
        Self::usage("cannot-sign", error)
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::usage("encoding", error)
    }
}
