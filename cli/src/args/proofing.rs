//! What can be typed about proofing.

use super::Out;
use clap::{Args, Subcommand, ValueEnum};
use shiming::{
    codec::Identifier,
    evidence::{EvidenceKind, Fact, Method, Outcome},
    proofing::Path as ProofingPath,
    signature::Algorithm,
};
use std::path::PathBuf;

/// How a case of proofing goes on.
#[derive(Subcommand)]
pub(crate) enum Proofing {
    /// Open a case for a person: draws a session, keeps it with the person's data, and writes what the sources get.
    Open {
        /// The issuer.
        #[arg(long)]
        id: Identifier,
        /// The case number.
        #[arg(long)]
        case: Identifier,
        /// The way through the stages.
        #[arg(long, value_parser = path, default_value = "ordinary", value_name = "PATH",
            help = "The way: ordinary, dual-document, overseas, assisted, visually-impaired, minor or child")]
        path: ProofingPath,
        /// The person: a JSON object with name, document_type, number, birth_date, sex, nationality, region, document_valid_until.
        #[arg(long, value_name = "FILE")]
        person: PathBuf,
        /// The settings, a JSON object [default: the library's].
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
        /// Where the session goes that the sources attest for. It has the key of the digests: give it to them only.
        #[arg(long, value_name = "FILE")]
        session_out: PathBuf,
    },
    /// Make a source's key and its registration.
    Source {
        /// Its id.
        #[arg(long)]
        id: Identifier,
        /// Its name for people.
        #[arg(long)]
        name: String,
        /// ES256 or SGD_SM3_SM2.
        #[arg(long, value_parser = algorithm, default_value = "SGD_SM3_SM2", value_name = "ALG")]
        algorithm: Algorithm,
        /// What it may attest, such as mps.population,bio.face.
        #[arg(long, required = true, value_delimiter = ',', value_parser = kind, value_name = "KIND")]
        kinds: Vec<EvidenceKind>,
        /// For how many days its key is accepted.
        #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=3650))]
        valid_days: u32,
    },
    /// Attest something, as a source does.
    Attest(Attest),
    /// Check what a source attested and take it into the case.
    Submit {
        #[command(flatten)]
        case: Which,
        /// The attestation.
        #[arg(long, value_name = "FILE")]
        evidence: PathBuf,
    },
    /// Take a relative's or guardian's own presentation into the case. It answers a request of the verifier that this issuer is.
    Relative {
        #[command(flatten)]
        case: Which,
        /// The verifier that asked.
        #[arg(long)]
        verifier: Identifier,
        /// The request.
        #[arg(long, value_name = "FILE")]
        request: PathBuf,
        /// The answer.
        #[arg(long, value_name = "FILE")]
        presentation: PathBuf,
    },
    /// Say where the case stands and what it needs. Closes a case that is out of time.
    Status {
        #[command(flatten)]
        case: Which,
    },
    /// Approve the case and sign the credential for the wallet that was enrolled in it.
    Issue {
        #[command(flatten)]
        case: Which,
        /// The wallet's answer to the challenge of this case.
        #[arg(long, value_name = "FILE")]
        enrolment: PathBuf,
        #[command(flatten)]
        out: Out,
    },
    /// End the case without a credential.
    Withdraw {
        #[command(flatten)]
        case: Which,
    },
}

/// A case of an issuer.
#[derive(Args)]
pub(crate) struct Which {
    /// The issuer.
    #[arg(long)]
    pub(crate) id: Identifier,
    /// The case number.
    #[arg(long)]
    pub(crate) case: Identifier,
}

/// The four elements of a card.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Four {
    /// Name, identity number, card number, phone.
    Industry,
    /// Card number, phone, CVV, message.
    Article,
}

/// What a source attests.
#[derive(Args)]
pub(crate) struct Attest {
    /// The source.
    #[arg(long)]
    pub(crate) source: Identifier,
    /// The session that `proofing open` wrote.
    #[arg(long, value_name = "FILE")]
    pub(crate) session: PathBuf,
    /// What was checked, such as mps.population.
    #[arg(long, value_parser = kind, value_name = "KIND")]
    pub(crate) kind: EvidenceKind,
    /// What came out: pass, fail or indeterminate.
    #[arg(long, value_parser = outcome, default_value = "pass", value_name = "RESULT")]
    pub(crate) result: Outcome,
    /// The person as the source knows him, for kinds that state facts; they are digested and not shown.
    #[arg(long, value_name = "FILE")]
    pub(crate) person: Option<PathBuf>,
    /// A further fact that is digested: card=TOKEN, phone=NUMBER or template=REFERENCE.
    #[arg(long, value_parser = fact, value_name = "FACT=TEXT")]
    pub(crate) fact: Vec<(Fact, String)>,
    /// How alike the faces are, in basis points up to 10000.
    #[arg(long)]
    pub(crate) similarity: Option<u16>,
    /// The face was not a living person's.
    #[arg(long)]
    pub(crate) not_living: bool,
    /// How the face was captured: structured-light-3d, rgb, infrared or video.
    #[arg(long, value_parser = method, default_value = "structured-light-3d", value_name = "METHOD")]
    pub(crate) method: Method,
    /// Which four elements of a card were matched.
    #[arg(long, value_enum, default_value = "industry")]
    pub(crate) elements: Four,
    /// The region of the bank, six digits of GB/T 2260.
    #[arg(long)]
    pub(crate) region: Option<u32>,
    /// The risk tier, 0 to 15.
    #[arg(long)]
    pub(crate) tier: Option<u8>,
    /// What it is about: the base64url digest that `proofing status` or `proofing relative` shows.
    #[arg(long, value_name = "DIGEST")]
    pub(crate) about: Option<String>,
    /// For how many hours the source stands by it.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=72))]
    pub(crate) valid_hours: u32,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// A value by its name in JSON.
fn named<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| format!("there is no {what} {text}"))
}

fn path(text: &str) -> Result<ProofingPath, String> {
    named(text, "path")
}

fn kind(text: &str) -> Result<EvidenceKind, String> {
    named(text, "kind").map_err(|message| {
        let names: Vec<_> = EvidenceKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("{message}; there are {}", names.join(", "))
    })
}

fn outcome(text: &str) -> Result<Outcome, String> {
    named(text, "result")
}

fn method(text: &str) -> Result<Method, String> {
    named(text, "method")
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    named(text, "algorithm")
}

fn fact(text: &str) -> Result<(Fact, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| "write it as fact=text".to_owned())?;
    Ok((named(name, "fact")?, value.to_owned()))
}
