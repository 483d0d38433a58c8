//! A case in its directory.

use crate::{
    args::Which,
    error::{Failure, Outcome},
    object,
    session::Session,
    state::{self, Readers, create_directory},
};
use serde::{Deserialize, Serialize};
use shiming::{
    chain::ChainHead,
    codec::{self, Identifier, Kind, from_json},
    document::{DocumentNumber, DocumentType},
    evidence::{self, FactKey},
    proofing::{Case, CaseLog, Event, IssuanceBasis, ProofingRules, Subject},
    time::{Date, UnixTime},
};
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

const PERSON: Kind = Kind::secret("person", 4 << 10);
const SESSION: Kind = Kind::secret("session", 4 << 10);
const RULES: Kind = Kind::public("proofing rules", 16 << 10);
/// The longest log: more events than a case of 72 hours has.
const LOG_CAP: usize = 4 << 20;

/// A person as files have one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    name: String,
    document_type: u32,
    number: String,
    birth_date: Date,
    sex: u8,
    nationality: u16,
    region: u32,
    document_valid_until: Date,
}

impl Drop for Person {
    fn drop(&mut self) {
        self.name.zeroize();
        self.number.zeroize();
    }
}

impl Person {
    /// The person of a file.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let bytes = object::read(PERSON, path)?;
        let person: Self = from_json(PERSON, &bytes).map_err(|error| Failure::file(path, error))?;
        person.subject()?;
        Ok(person)
    }

    /// The subject, if the number is one of its document.
    pub(crate) fn subject(&self) -> Outcome<Subject> {
        let refuse = |error: &dyn std::fmt::Display| Failure::rejected("person", format!("the person: {error}"));
        let document_type = DocumentType::from_code(self.document_type).map_err(|error| refuse(&error))?;
        let number = DocumentNumber::parse(document_type, &self.number).map_err(|error| refuse(&error))?;
        Ok(Subject {
            name: self.name.clone(),
            document_type,
            number: number.as_str().to_owned(),
            birth_date: self.birth_date,
            sex: self.sex,
            nationality: self.nationality,
            region: self.region,
            document_valid_until: self.document_valid_until,
        })
    }
}

/// The session as files have one: what the issuer keeps, and what it gives to its sources.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct SessionFile {
    #[zeroize(skip)]
    issuer: Identifier,
    #[zeroize(skip)]
    case: Identifier,
    #[serde(with = "shiming::codec::base64url_array")]
    nonce: [u8; 32],
    #[serde(with = "shiming::codec::base64url_array")]
    fact_key: [u8; 32],
}

/// The session and the key of a file.
pub(super) fn read_session(path: &Path) -> Outcome<(evidence::Session, FactKey)> {
    let bytes = object::read(SESSION, path)?;
    let file: SessionFile = from_json(SESSION, &bytes).map_err(|error| Failure::file(path, error))?;
    let session = evidence::Session::from_parts(&file.issuer, &file.case, file.nonce);
    Ok((session, FactKey::from_bytes(file.fact_key)))
}

/// The settings of a file.
pub(super) fn read_rules(path: &Path) -> Outcome<ProofingRules> {
    let bytes = object::read(RULES, path)?;
    from_json(RULES, &bytes).map_err(|error| Failure::file(path, error))
}

/// A case that is here.
pub(super) struct CaseFiles {
    directory: PathBuf,
    pub(super) session: evidence::Session,
    pub(super) key: FactKey,
    pub(super) person: Person,
    pub(super) rules: ProofingRules,
    log: CaseLog,
}

fn erased() -> Failure {
    Failure::usage("case-erased", "the case has ended, and its session and person are erased")
}

fn directory(session: &Session, (id, case): (&Identifier, &Identifier)) -> PathBuf {
    session.state.issuer(id).join("cases").join(state::file_name(case.as_str()))
}

impl CaseFiles {
    /// A new case with a fresh session.
    pub(super) fn create(
        session: &Session,
        (id, case): (&Identifier, &Identifier),
        person: Person,
        rules: ProofingRules,
    ) -> Outcome<Self> {
        rules.check().map_err(|error| Failure::rejected("rules", error))?;
        let directory = directory(session, (id, case));
        if directory.join("session").exists() {
            return Err(Failure::usage("case-exists", format!("{id} has a case {case}; a redo is another case")));
        }
        create_directory(&directory)?;
        let mut rng = session.rng();
        let (drawn, key) = (evidence::Session::generate(id, case, &mut rng), FactKey::generate(&mut rng));
        let log = CaseLog::new(id, case);
        let files = Self { directory, session: drawn, key, person, rules, log };
        let person = zeroize::Zeroizing::new(codec::to_json(PERSON, &files.person)?);
        state::write_new(&files.directory.join("person"), &person, Readers::Owner)?;
        state::write_new(&files.directory.join("rules"), &codec::to_json(RULES, &files.rules)?, Readers::Owner)?;
        // Last: a case exists from here on.
        files.write_session(&files.directory.join("session"))?;
        Ok(files)
    }

    /// The case, replayed from its log.
    pub(super) fn open(session: &Session, which: &Which) -> Outcome<Self> {
        let directory = directory(session, (&which.id, &which.case));
        if !directory.join("log").exists() {
            let (id, case) = (&which.id, &which.case);
            return Err(Failure::usage(
                "no-case",
                format!("{id} has no case {case}; run `shiming proofing open --id {id} --case {case}`"),
            ));
        }
        if !directory.join("session").exists() {
            return Err(erased());
        }
        let (drawn, key) = read_session(&directory.join("session"))?;
        let rules = read_rules(&directory.join("rules"))?;
        let person = Person::read(&directory.join("person"))?;
        let path = directory.join("log");
        let bytes = state::read(&path, LOG_CAP)?;
        let replayed = CaseLog::replay(&which.id, &which.case, &rules, &bytes).map_err(|error| {
            Failure::usage("bad-log", format!("{}: {error}; restore it from its copy", path.display()))
        })?;
        if replayed.whole < bytes.len() {
            let cut = OpenOptions::new().write(true).open(&path).and_then(|file| {
                file.set_len(replayed.whole as u64)?;
                file.sync_all()
            });
            cut.map_err(|error| Failure::io(&path, &error))?;
        }
        let files = Self { directory, session: drawn, key, person, rules, log: replayed.log };
        if files.case()?.stage().is_final() {
            // A crash came between the last event and the erasure.
            files.forget()?;
            return Err(erased());
        }
        Ok(files)
    }

    /// Takes an event: in the log, durably, before anything is said.
    pub(super) fn record(&mut self, event: &Event, at: UnixTime) -> Outcome<()> {
        let recorded = self.log.record(event, &self.rules, at)?;
        let path = self.directory.join("log");
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&path).and_then(|mut file| {
            file.write_all(&recorded.line)?;
            file.sync_all()?;
            state::sync_parent(&path)
        });
        written.map_err(|error| Failure::io(&path, &error))?;
        self.log = recorded.log;
        // However a case ends, what names the person goes with it.
        if self.case()?.stage().is_final() { self.forget() } else { Ok(()) }
    }

    /// The case.
    pub(super) fn case(&self) -> Outcome<&Case> {
        self.log.case().ok_or_else(|| Failure::usage("no-case", "the log of the case is empty; open it again"))
    }

    /// The head of the log.
    pub(super) const fn head(&self) -> ChainHead {
        self.log.head()
    }

    /// Writes the session for the sources.
    pub(super) fn write_session(&self, path: &Path) -> Outcome<()> {
        let file = SessionFile {
            issuer: self.session.issuer().clone(),
            case: self.session.case().clone(),
            nonce: *self.session.nonce(),
            fact_key: *self.key.as_bytes(),
        };
        state::write(path, &zeroize::Zeroizing::new(codec::to_json(SESSION, &file)?), Readers::Owner)
    }

    /// Keeps on what the issue is said to rest, for the issuer's own record.
    pub(super) fn write_basis(&self, basis: &IssuanceBasis) -> Outcome<()> {
        state::write(&self.directory.join("basis"), &codec::to_json(RULES, basis)?, Readers::Owner)
    }

    /// Erases what names the person and the key of the digests; the log stays.
    fn forget(&self) -> Outcome<()> {
        for name in ["person", "session"] {
            let path = self.directory.join(name);
            fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))?;
        }
        Ok(())
    }
}
