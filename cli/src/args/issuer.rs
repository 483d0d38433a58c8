//! What an issuer can type.

use super::Out;
use clap::{Args, Subcommand, ValueEnum};
use shiming::{codec::Identifier, suite::Suite};
use std::path::PathBuf;

/// How an issuer signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SuiteName {
    /// EdDSA-Poseidon for attributes, ES256 for SD-JWTs.
    Native,
    /// SM2 with SM3 for both, attributes under an identifier of their own.
    #[value(name = "sm2-sm3")]
    Sm2Sm3,
    /// ECDSA on P-256 for both.
    Es256,
}

impl From<SuiteName> for Suite {
    fn from(name: SuiteName) -> Self {
        match name {
            SuiteName::Native => Self::Native,
            SuiteName::Sm2Sm3 => Self::Sm2Sm3,
            SuiteName::Es256 => Self::Es256,
        }
    }
}

/// What an issuer does.
#[derive(Subcommand)]
pub(crate) enum Issuer {
    /// Make an issuer's keys and its registration.
    Keygen {
        /// Its id, as policies name it.
        #[arg(long)]
        id: Identifier,
        /// Its name for people.
        #[arg(long)]
        name: String,
        /// How it signs.
        #[arg(long, value_enum, default_value = "native")]
        suite: SuiteName,
        /// The schemas that it may sign.
        #[arg(long, value_delimiter = ',', default_value = "cn-realname")]
        schemas: Vec<Identifier>,
        /// For how many days its key is accepted.
        #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=3650))]
        valid_days: u32,
    },
    /// Register an issuer whose key signs elsewhere, in an HSM or with another tool.
    ///
    /// First without --possession: it remembers the key, writes the message that the key has to sign, and prints how. Then with
    /// --possession: it verifies that signature and writes the registration. Signatures are 64 raw bytes r || s, or DER.
    Register(Register),
    /// Make a challenge for a wallet.
    Challenge {
        /// The issuer.
        #[arg(long)]
        id: Identifier,
        /// The case number.
        #[arg(long)]
        case: Identifier,
        #[command(flatten)]
        out: Out,
    },
    /// Check a wallet's answer and sign a credential with keys that are here.
    Issue {
        #[command(flatten)]
        case: Case,
        #[command(flatten)]
        out: Out,
    },
    /// Check a wallet's answer and write the two inputs that a key elsewhere has to sign.
    Tbs(Tbs),
    /// Attach the two signatures to a draft, after checking both, and write the credential.
    Attach(Attach),
}

/// The registration of a key that signs elsewhere.
#[derive(Args)]
pub(crate) struct Register {
    /// The issuer's id, as policies name it.
    #[arg(long)]
    pub(crate) id: Identifier,
    /// Its name for people.
    #[arg(long, required_unless_present = "possession")]
    pub(crate) name: Option<String>,
    /// The public key, PEM or JWK. Its curve decides the suite: P-256 is es256, SM2 is sm2-sm3.
    #[arg(long, value_name = "FILE", required_unless_present = "possession")]
    pub(crate) public_key: Option<PathBuf>,
    /// The distinguishing identifier under which an SM2 key signs attributes and nothing else [default: shiming-tbs:<ID>].
    #[arg(long, value_name = "TEXT")]
    pub(crate) distid: Option<String>,
    /// The schemas that it may sign [default: cn-realname].
    #[arg(long, value_delimiter = ',')]
    pub(crate) schemas: Option<Vec<Identifier>>,
    /// For how many days its key is accepted [default: 730].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) valid_days: Option<u32>,
    /// Where the message goes that the key has to sign.
    #[arg(long, value_name = "FILE", required_unless_present = "possession", conflicts_with = "possession")]
    pub(crate) message_out: Option<PathBuf>,
    /// Write the 32-byte digest e instead, for keys that sign digests: SM3(Z_A || message), or SHA-256(message).
    #[arg(long, conflicts_with = "possession")]
    pub(crate) digest: bool,
    /// The signature over the message: the proof that the registrant has the key.
    #[arg(long, value_name = "FILE")]
    pub(crate) possession: Option<PathBuf>,
}

/// Whose attributes an issuer signs.
#[derive(Args)]
pub(crate) struct Case {
    /// The issuer.
    #[arg(long)]
    pub(crate) id: Identifier,
    /// The case whose person the attributes are of; an answer to another case's challenge is refused.
    #[arg(long)]
    pub(crate) case: Identifier,
    /// The wallet's answer to the challenge.
    #[arg(long, value_name = "FILE")]
    pub(crate) enrolment: PathBuf,
    /// The verified attributes, a JSON object by name.
    #[arg(long, value_name = "FILE")]
    pub(crate) attributes: PathBuf,
    /// The schema, if the issuer may sign several.
    #[arg(long)]
    pub(crate) schema: Option<Identifier>,
}

/// What a key elsewhere has to sign.
#[derive(Args)]
pub(crate) struct Tbs {
    #[command(flatten)]
    pub(crate) case: Case,
    /// Where the draft goes, which `issuer attach` needs. It is personal data.
    #[arg(long, value_name = "FILE")]
    pub(crate) draft_out: PathBuf,
    /// Where the first input goes: the 108 bytes of the attributes. They and their signature never leave issuer and holder.
    #[arg(long, value_name = "FILE")]
    pub(crate) tbs_out: PathBuf,
    /// Where the second input goes: header and payload of the SD-JWT.
    #[arg(long, value_name = "FILE")]
    pub(crate) sd_jwt_out: PathBuf,
    /// Write the 32-byte digests e instead, for keys that sign digests: SM3(Z_A || input), or SHA-256(input).
    #[arg(long)]
    pub(crate) digest: bool,
}

/// A draft and its signatures.
#[derive(Args)]
pub(crate) struct Attach {
    /// The issuer.
    #[arg(long)]
    pub(crate) id: Identifier,
    /// The draft that `issuer tbs` wrote.
    #[arg(long, value_name = "FILE")]
    pub(crate) draft: PathBuf,
    /// The signature over the attributes: 64 raw bytes r || s, or DER.
    #[arg(long, value_name = "FILE")]
    pub(crate) tbs_signature: PathBuf,
    /// The signature over the SD-JWT: 64 raw bytes r || s, or DER.
    #[arg(long, value_name = "FILE")]
    pub(crate) sd_jwt_signature: PathBuf,
    #[command(flatten)]
    pub(crate) out: Out,
}
