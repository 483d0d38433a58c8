//! What can be typed.

mod issuer;
mod proofing;

pub(crate) use issuer::{Attach, Case, Issuer, Register, SuiteName, Tbs};
pub(crate) use proofing::{Attest, Four, Proofing, Which};

use clap::{Args, Parser, Subcommand};
use shiming::{codec::Identifier, suite::Suite};
use std::path::PathBuf;

/// Prove that you are real-name verified, adult and not expired, without showing who you are.
///
/// Exit codes: 0 done or accepted, 1 rejected, 2 usage or input/output.
#[derive(Parser)]
#[command(name = "shiming", version, propagate_version = true)]
pub(crate) struct Cli {
    /// The state directory [default: $SHIMING_DIR, or shiming-state].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Accept keys of the insecure development setup. Whoever ran it can forge everything.
    #[arg(long, global = true)]
    pub(crate) insecure_development_keys: bool,
    /// The time in Unix seconds, instead of the clock's.
    #[arg(long, global = true, hide = true, value_name = "UNIX")]
    pub(crate) now: Option<i64>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make INSECURE development keys for every relation.
    Setup {
        /// Also for credentials of these suites, sm2-sm3 or es256; their keys take seconds to make and 32 to 41 MB each.
        #[arg(long, value_delimiter = ',', value_name = "SUITE", value_parser = suite)]
        suites: Vec<Suite>,
    },
    /// Challenge wallets and issue credentials.
    #[command(subcommand)]
    Issuer(Issuer),
    /// Verify who somebody is: sources attest, a case takes it in its order, and ends with a credential.
    #[command(subcommand)]
    Proofing(Proofing),
    /// Hold credentials and answer requests.
    #[command(subcommand)]
    Holder(Holder),
    /// Make requests and judge answers.
    #[command(subcommand)]
    Verifier(Verifier),
    /// Decide whom to trust for what.
    #[command(subcommand)]
    Trust(Trust),
    /// Explain any object in a file.
    Inspect {
        /// The file.
        file: PathBuf,
        /// Also show secrets and personal data.
        #[arg(long)]
        reveal: bool,
    },
    /// Inspect the circuits: is every variable forced, every range bounded, every public input bound?
    ///
    /// Reads the matrices of each relation at a sample statement that follows from a seed; no keys and no directory are needed.
    /// Exit code 1 if anything is found. The two large relations take most of the time.
    Lint {
        /// The relations, such as credential/sm2-sm3 or range [default: all].
        #[arg(value_name = "RELATION")]
        relations: Vec<String>,
        /// The seed of the sample statements and of the random mutants. With another one, how many variables sums force is not
        /// compared in credential/es256, where it depends on the statement.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Also say what the rows of every gadget do, and which integers they bound.
        #[arg(long)]
        details: bool,
    },
    /// Play the whole story: people, issuers, platforms, acceptances and rejections, with times and figures.
    ///
    /// In a temporary directory that is removed at the end, or in the new one that --dir names.
    Demo {
        /// What to play: presentations in zero knowledge and what they cost, or how people become real-name verified and stop
        /// being so.
        #[arg(long, value_enum, default_value = "zk")]
        flow: Flow,
        /// How the issuer of the identities signs. The keys for sm2-sm3 and es256 take seconds to make, and so does every
        /// preparation under them; presenting and verifying cost what they cost natively.
        #[arg(long, value_enum, default_value = "native")]
        suite: SuiteName,
    },
}

/// The stories that the demo plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Flow {
    /// Credentials, presentations, attacks, figures.
    Zk,
    /// Real-name proofing: the ordinary case, exceptions, special groups, accounts, the life after it.
    Base,
}

/// Where an object goes.
#[derive(Args)]
pub(crate) struct Out {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Write the text form, one line of base64url. Commands that read an object take both forms.
    #[arg(long)]
    pub(crate) text: bool,
}

/// What the holder does.
#[derive(Subcommand)]
pub(crate) enum Holder {
    /// Make a wallet.
    Init,
    /// Answer an issuer's challenge.
    Enrol {
        /// The challenge.
        #[arg(long, value_name = "FILE")]
        challenge: PathBuf,
        #[command(flatten)]
        out: Out,
    },
    /// Prove once that a credential is signed, and keep the proof.
    Prepare {
        /// The credential.
        #[arg(long, value_name = "FILE")]
        credential: PathBuf,
    },
    /// Check a credential and keep it without a proof, for answers on the conventional path. Takes every suite.
    Accept {
        /// The credential.
        #[arg(long, value_name = "FILE")]
        credential: PathBuf,
    },
    /// Answer a request. Shows who asks what; on a terminal it asks for consent.
    ///
    /// The answer is in zero knowledge and discloses nothing but what the policy names. With --conventional it discloses every
    /// attribute that the policy tests, under the issuer's signature; it is never made without that flag.
    Present {
        /// The request.
        #[arg(long, value_name = "FILE")]
        request: PathBuf,
        /// Answer on the conventional path: show every claim that is disclosed, and disclose it after consent.
        #[arg(long)]
        conventional: bool,
        /// Consent without being asked.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        out: Out,
    },
}

/// What a verifier does.
#[derive(Subcommand)]
pub(crate) enum Verifier {
    /// Make a verifier's key and its registration.
    Keygen {
        /// Its id: the audience of its requests.
        #[arg(long)]
        id: Identifier,
        /// Its name for people.
        #[arg(long)]
        name: String,
        /// An https URL that answers may be sent to; may be repeated, the first one is used.
        #[arg(long, required = true)]
        endpoint: Vec<String>,
        /// The policies that it may ask: the registration pins their ids and digests.
        #[arg(long, required = true, num_args = 1.., value_delimiter = ',', value_name = "FILE")]
        purpose: Vec<PathBuf>,
    },
    /// Register other policies: the same key, name and endpoints. Add it to trust bundles with --replace.
    Register {
        /// The verifier.
        #[arg(long)]
        id: Identifier,
        /// All the policies that it may ask from now on.
        #[arg(long, required = true, num_args = 1.., value_delimiter = ',', value_name = "FILE")]
        purpose: Vec<PathBuf>,
    },
    /// Make a request and remember it.
    Request {
        /// The verifier.
        #[arg(long)]
        id: Identifier,
        /// The policy.
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        #[command(flatten)]
        out: Out,
    },
    /// Judge an answer to one of the remembered requests, on either path.
    Verify {
        /// The verifier.
        #[arg(long)]
        id: Identifier,
        /// The request that was sent; the remembered bytes of its nonce are what counts.
        #[arg(long, value_name = "FILE")]
        request: PathBuf,
        /// The answer.
        #[arg(long, value_name = "FILE")]
        presentation: PathBuf,
    },
}

/// Whom to trust for what.
#[derive(Subcommand)]
pub(crate) enum Trust {
    /// Add to the trust bundle, and raise its version.
    #[command(subcommand)]
    Add(TrustAdd),
    /// Show the trust bundle.
    Show,
}

/// What is added to the trust bundle.
#[derive(Subcommand)]
pub(crate) enum TrustAdd {
    /// An issuer's registration.
    Issuer {
        /// The file that `issuer keygen` or `issuer register` wrote.
        registration: PathBuf,
        /// Replace the entry of the same id.
        #[arg(long)]
        replace: bool,
    },
    /// A verifier's registration.
    Verifier {
        /// The file that `verifier keygen` wrote.
        registration: PathBuf,
        /// Replace the entry of the same id.
        #[arg(long)]
        replace: bool,
    },
    /// A source's registration.
    Source {
        /// The file that `proofing source` wrote.
        registration: PathBuf,
        /// Replace the entry of the same id.
        #[arg(long)]
        replace: bool,
    },
    /// The keys in keys/ and the schemas of this program.
    Relations,
}

/// A suite beside the native one, whose keys are always made.
fn suite(text: &str) -> Result<Suite, String> {
    let suites = [Suite::Sm2Sm3, Suite::Es256];
    suites.into_iter().find(|suite| suite.as_str() == text).ok_or_else(|| "there are sm2-sm3 and es256".to_owned())
}
