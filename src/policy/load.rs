//! From a document to a policy: every rule that a document can break.

use super::{
    AGE_CAP, CLAUSES_CAP, CREDENTIALS_CAP, Clause, ClauseDocument, CredentialDocument, DateBound, DateOperand, Entry,
    ISSUERS_CAP, Path, Policy, PolicyDocument, SET_CAP, Test,
};
use crate::codec::{DecodeError, Identifier, IdentifierError, Kind, from_json};
use crate::schema::{COMPARED_LIMIT, DOCUMENT_NUMBER, Encoding, Operation, Schemas, Slot};
use crate::time::{Date, DateError};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Why a document is no policy. Credentials are counted from 0.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not the JSON of a policy.
    #[error("policy file: {0}")]
    Decode(#[from] DecodeError),
    /// An id that is empty, too long or has other characters.
    #[error("the policy's id {0}")]
    Id(IdentifierError),
    /// A scope that is empty, too long or has other characters.
    #[error("the pseudonym's scope {0}")]
    Scope(IdentifierError),
    /// No credential.
    #[error("a policy needs at least one credential")]
    NoCredentials,
    /// More than [`CREDENTIALS_CAP`] credentials.
    #[error("a policy has at most {CREDENTIALS_CAP} credentials")]
    TooManyCredentials,
    /// No path.
    #[error("name at least one path: zk, conventional")]
    NoPaths,
    /// A path of another name.
    #[error("{0:?} is no path; there are zk and conventional")]
    UnknownPath(String),
    /// A path named twice.
    #[error("the path {0:?} is named twice")]
    DuplicatePath(String),
    /// A schema that is not known here.
    #[error("credential {credential}: the schema {schema:?} is not known")]
    UnknownSchema {
        /// Which credential.
        credential: usize,
        /// The name.
        schema: String,
    },
    /// No issuer.
    #[error("credential {0}: name at least one issuer")]
    NoIssuers(usize),
    /// More than [`ISSUERS_CAP`] issuers.
    #[error("credential {0}: at most {ISSUERS_CAP} issuers")]
    TooManyIssuers(usize),
    /// An issuer's name is no identifier.
    #[error("credential {credential}: an issuer's id {fault}")]
    Issuer {
        /// Which credential.
        credential: usize,
        /// The rule.
        fault: IdentifierError,
    },
    /// An issuer named twice.
    #[error("credential {credential}: the issuer {issuer} is named twice")]
    DuplicateIssuer {
        /// Which credential.
        credential: usize,
        /// The issuer.
        issuer: Identifier,
    },
    /// Two entries of one schema that share an issuer: one credential could answer both.
    #[error("credentials {first} and {second} have the same schema and share the issuer {issuer}")]
    SharedIssuer {
        /// The earlier credential.
        first: usize,
        /// The later credential.
        second: usize,
        /// The issuer.
        issuer: Identifier,
    },
    /// More than [`CLAUSES_CAP`] clauses.
    #[error("credential {0}: at most {CLAUSES_CAP} clauses")]
    TooManyClauses(usize),
    /// A name in `omit` that is no implied clause of the schema.
    #[error("credential {credential}: {name:?} is no implied clause, so it cannot be omitted")]
    UnknownOmission {
        /// Which credential.
        credential: usize,
        /// The name.
        name: String,
    },
    /// A name in `omit` twice.
    #[error("credential {credential}: {name:?} is omitted twice")]
    DuplicateOmission {
        /// Which credential.
        credential: usize,
        /// The name.
        name: String,
    },
    /// A clause or a disclosure that its attribute does not bear.
    #[error("credential {credential}, attribute {attribute:?}: {fault}")]
    Attribute {
        /// Which credential.
        credential: usize,
        /// The attribute's name as written.
        attribute: String,
        /// The rule.
        fault: PolicyFault,
    },
    /// A disclosed `document_number` in some of the joined credentials but not in all.
    #[error("document_number joins the credentials, so disclose it in all of them or in none")]
    PartialJoinDisclosure,
}

/// Which rule a clause or a disclosure breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// The schema has no such attribute.
    #[error("the schema has no such attribute")]
    Unknown,
    /// No operator.
    #[error("the clause has no operator")]
    NoOperator,
    /// Several operators in one clause.
    #[error("the clause has several operators; write one clause each")]
    SeveralOperators,
    /// The schema's table does not allow the operator.
    #[error("the schema does not allow this operator")]
    NotAllowed,
    /// A date operator on an integer, or an integer operator on a date.
    #[error("dates take not_before, not_after and age_at_least; integers take at_least and at_most")]
    WrongOperator,
    /// An upper bound or `not_in` on an attribute that may be absent: it would hold on absence.
    #[error("upper bounds and not_in need a required attribute")]
    NotRequired,
    /// A constant 0 that an absent attribute would satisfy.
    #[error("0 means absent here, and no clause may hold on an absent attribute")]
    HoldsOnAbsence,
    /// A constant of 2^28 or more.
    #[error("the constant is not below 2^28")]
    ConstantTooLarge,
    /// A constant that the attribute can never have.
    #[error("the constant is outside the attribute's bounds")]
    ConstantOutOfRange,
    /// An age of 0 or above [`AGE_CAP`].
    #[error("the age is not between 1 and {AGE_CAP} years")]
    Age,
    /// A date that does not exist.
    #[error("the clause's date is none: {0}")]
    Date(DateError),
    /// A text other than `today`.
    #[error("the clause's date must be YYYYMMDD or \"today\"")]
    DateName,
    /// An empty set.
    #[error("the set is empty")]
    EmptySet,
    /// A set with more than [`SET_CAP`] elements.
    #[error("the set has more than {SET_CAP} elements")]
    SetTooLong,
    /// A set that names an element twice.
    #[error("the set names an element twice")]
    DuplicateElement,
    /// The same clause twice, or two `equal` on one attribute.
    #[error("the clause is repeated, or contradicts another one")]
    Repeated,
    /// A disclosure of the same attribute twice.
    #[error("the attribute is disclosed twice")]
    DuplicateDisclosure,
    /// An attribute that is fixed or disclosed and tested as well: its value is known without the test.
    #[error("an attribute that is disclosed or fixed by equal cannot be tested as well")]
    KnownAndTested,
}

impl Policy {
    /// The policy of a JSON document.
    ///
    /// # Errors
    ///
    /// One variant of [`PolicyError`] per rule.
    pub fn load(bytes: &[u8], schemas: &Schemas) -> Result<Self, PolicyError> {
        Self::from_document(from_json(Kind::POLICY, bytes)?, schemas)
    }

    /// The policy of a document.
    ///
    /// # Errors
    ///
    /// One variant of [`PolicyError`] per rule.
    pub fn from_document(document: PolicyDocument, schemas: &Schemas) -> Result<Self, PolicyError> {
        let id = Identifier::parse(&document.id).map_err(PolicyError::Id)?;
        let scope = document.pseudonym.as_ref().map(|p| Identifier::parse(&p.scope).map_err(PolicyError::Scope));
        let scope = scope.transpose()?;
        if document.paths.is_empty() {
            return Err(PolicyError::NoPaths);
        }
        let mut paths = Vec::new();
        for text in &document.paths {
            let path = Path::parse(text).ok_or_else(|| PolicyError::UnknownPath(text.clone()))?;
            if paths.contains(&path) {
                return Err(PolicyError::DuplicatePath(text.clone()));
            }
            paths.push(path);
        }
        if document.credentials.is_empty() {
            return Err(PolicyError::NoCredentials);
        }
        if document.credentials.len() > CREDENTIALS_CAP {
            return Err(PolicyError::TooManyCredentials);
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (second, written) in document.credentials.iter().enumerate() {
            let entry = entry(second, written, schemas)?;
            for (first, earlier) in entries.iter().enumerate().filter(|(_, e)| e.schema == entry.schema) {
                if let Some(issuer) = entry.issuers.iter().find(|issuer| earlier.permits(issuer)) {
                    return Err(PolicyError::SharedIssuer { first, second, issuer: issuer.clone() });
                }
            }
            entries.push(entry);
        }
        let joined =
            entries.iter().filter_map(|e| Some(e.disclosed.contains(&e.schema.slot(DOCUMENT_NUMBER)?.number())));
        if joined.collect::<BTreeSet<bool>>().len() > 1 {
            return Err(PolicyError::PartialJoinDisclosure);
        }
        Ok(Self { document, id, entries, scope, paths })
    }
}

fn entry(credential: usize, written: &CredentialDocument, schemas: &Schemas) -> Result<Entry, PolicyError> {
    let schema = schemas
        .get(&written.schema)
        .ok_or_else(|| PolicyError::UnknownSchema { credential, schema: written.schema.clone() })?;
    let issuers = issuers(credential, &written.issuers)?;
    if written.require.len() > CLAUSES_CAP {
        return Err(PolicyError::TooManyClauses(credential));
    }
    let fail = |attribute: &str| {
        let attribute = attribute.to_owned();
        move |fault| PolicyError::Attribute { credential, attribute, fault }
    };
    let mut clauses: Vec<Clause> = Vec::new();
    for document in &written.require {
        let fail = fail(&document.attribute);
        let slot = schema.slot(&document.attribute);
        let (slot, test) = match slot.ok_or(PolicyFault::Unknown).and_then(|slot| Ok((slot, test(slot, document)?))) {
            Ok(checked) => checked,
            Err(fault) => return Err(fail(fault)),
        };
        let fixes = matches!(test, Test::Equal(_));
        let repeats =
            |c: &Clause| c.slot == slot.number() && (c.test == test || (fixes && matches!(c.test, Test::Equal(_))));
        if clauses.iter().any(repeats) {
            return Err(fail(PolicyFault::Repeated));
        }
        clauses.push(clause(slot, test, false));
    }
    let implied: Vec<(&Slot, Test)> = [
        schema.slot("verified").filter(|s| s.operations().contains(Operation::Equal)).map(|s| (s, Test::Equal(1))),
        schema.slot("reverify_by").filter(|s| s.is_date()).map(|s| (s, Test::NotBefore(DateBound::Today))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut omitted = BTreeSet::new();
    for name in &written.omit {
        if !implied.iter().any(|(slot, _)| slot.name() == name) {
            return Err(PolicyError::UnknownOmission { credential, name: name.clone() });
        }
        if !omitted.insert(name.as_str()) {
            return Err(PolicyError::DuplicateOmission { credential, name: name.clone() });
        }
    }
    for (slot, test) in implied.into_iter().filter(|(slot, _)| !omitted.contains(slot.name())) {
        // A written clause of another constant contradicts the implied one; the same one stands for it.
        if clauses.iter().any(|c| c.slot == slot.number() && c.test == test) {
            continue;
        }
        if clauses.iter().any(|c| c.slot == slot.number() && matches!(c.test, Test::Equal(_))) {
            return Err(fail(slot.name())(PolicyFault::Repeated));
        }
        clauses.push(clause(slot, test, true));
    }
    let mut disclosed = Vec::new();
    for name in &written.disclose {
        let fail = fail(name);
        match schema.slot(name) {
            None => return Err(fail(PolicyFault::Unknown)),
            Some(slot) if !slot.operations().contains(Operation::Disclose) => {
                return Err(fail(PolicyFault::NotAllowed));
            }
            Some(slot) if disclosed.contains(&slot.number()) => return Err(fail(PolicyFault::DuplicateDisclosure)),
            Some(slot) => disclosed.push(slot.number()),
        }
    }
    // A wire that is a constant cannot also be a hidden input of another relation.
    let mut fixed = clauses.iter().filter(|c| matches!(c.test, Test::Equal(_))).map(|c| c.slot);
    if let Some(slot) = fixed.find(|slot| disclosed.contains(slot)) {
        return Err(fail(schema.slots().get(slot).map_or("", Slot::name))(PolicyFault::KnownAndTested));
    }
    let fixed: Vec<usize> = fixed_slots(&clauses).chain(disclosed.iter().copied()).collect();
    if let Some(c) = clauses.iter().find(|c| !matches!(c.test, Test::Equal(_)) && fixed.contains(&c.slot)) {
        return Err(fail(&c.attribute)(PolicyFault::KnownAndTested));
    }
    Ok(Entry { schema: Arc::clone(schema), issuers, clauses, disclosed })
}

fn fixed_slots(clauses: &[Clause]) -> impl Iterator<Item = usize> {
    clauses.iter().filter(|c| matches!(c.test, Test::Equal(_))).map(|c| c.slot)
}

fn clause(slot: &Slot, test: Test, implied: bool) -> Clause {
    Clause { slot: slot.number(), attribute: slot.name().to_owned(), test, implied }
}

fn issuers(credential: usize, written: &[String]) -> Result<Vec<Identifier>, PolicyError> {
    if written.is_empty() {
        return Err(PolicyError::NoIssuers(credential));
    }
    if written.len() > ISSUERS_CAP {
        return Err(PolicyError::TooManyIssuers(credential));
    }
    let mut issuers = Vec::new();
    for text in written {
        let issuer = Identifier::parse(text).map_err(|fault| PolicyError::Issuer { credential, fault })?;
        if issuers.contains(&issuer) {
            return Err(PolicyError::DuplicateIssuer { credential, issuer });
        }
        issuers.push(issuer);
    }
    Ok(issuers)
}

/// The test of a clause, every rule of the operator checked against the slot.
fn test(slot: &Slot, written: &ClauseDocument) -> Result<Test, PolicyFault> {
    let ClauseDocument { attribute: _, age_at_least, not_before, not_after, at_least, at_most, equal, one_of, none_of } =
        written;
    let operators = [
        age_at_least.is_some(),
        not_before.is_some(),
        not_after.is_some(),
        at_least.is_some(),
        at_most.is_some(),
        equal.is_some(),
        one_of.is_some(),
        none_of.is_some(),
    ];
    match operators.into_iter().filter(|present| *present).count() {
        0 => return Err(PolicyFault::NoOperator),
        1 => {}
        _ => return Err(PolicyFault::SeveralOperators),
    }
    let is_set = one_of.is_some() || none_of.is_some();
    let needed = match equal {
        Some(_) => Operation::Equal,
        None if is_set => Operation::Set,
        None => Operation::Compare,
    };
    if !slot.operations().contains(needed) {
        return Err(PolicyFault::NotAllowed);
    }
    let for_dates = age_at_least.is_some() || not_before.is_some() || not_after.is_some();
    // Long-term is no birth date.
    let wrong_age = age_at_least.is_some() && slot.encoding() != Encoding::Date;
    if needed == Operation::Compare && (for_dates != slot.is_date() || wrong_age) {
        return Err(PolicyFault::WrongOperator);
    }
    let upper = age_at_least.is_some() || not_after.is_some() || at_most.is_some() || none_of.is_some();
    if upper && !slot.is_required() {
        return Err(PolicyFault::NotRequired);
    }
    if let Some(years) = age_at_least {
        let years = u32::try_from(*years).ok().filter(|years| (1..=AGE_CAP).contains(years)).ok_or(PolicyFault::Age)?;
        return Ok(Test::AgeAtLeast(years));
    }
    if let Some(operand) = not_before {
        return date(operand).map(Test::NotBefore);
    }
    if let Some(operand) = not_after {
        return date(operand).map(Test::NotAfter);
    }
    if let Some(bound) = at_least {
        return constant(slot, *bound).map(Test::AtLeast);
    }
    if let Some(bound) = at_most {
        return constant(slot, *bound).map(Test::AtMost);
    }
    if let Some(value) = equal {
        return constant(slot, *value).map(Test::Equal);
    }
    let written = one_of.as_ref().or(none_of.as_ref()).ok_or(PolicyFault::NoOperator)?;
    let elements = set(slot, written)?;
    Ok(if one_of.is_some() { Test::In(elements) } else { Test::NotIn(elements) })
}

fn date(operand: &DateOperand) -> Result<DateBound, PolicyFault> {
    match operand {
        DateOperand::Named(name) if name == "today" => Ok(DateBound::Today),
        DateOperand::Named(_) => Err(PolicyFault::DateName),
        DateOperand::Fixed(n) => {
            let n = u32::try_from(*n).map_err(|_| PolicyFault::ConstantTooLarge)?;
            Date::from_yyyymmdd(n).map(DateBound::On).map_err(PolicyFault::Date)
        }
    }
}

fn set(slot: &Slot, written: &[u64]) -> Result<Vec<u32>, PolicyFault> {
    if written.is_empty() {
        return Err(PolicyFault::EmptySet);
    }
    if written.len() > SET_CAP {
        return Err(PolicyFault::SetTooLong);
    }
    let mut elements = Vec::new();
    for n in written {
        let n = constant(slot, *n)?;
        if elements.contains(&n) {
            return Err(PolicyFault::DuplicateElement);
        }
        elements.push(n);
    }
    Ok(elements)
}

fn constant(slot: &Slot, n: u64) -> Result<u32, PolicyFault> {
    let small = u32::try_from(n).ok().filter(|n| *n < COMPARED_LIMIT).ok_or(PolicyFault::ConstantTooLarge)?;
    if n == 0 && !slot.is_required() {
        return Err(PolicyFault::HoldsOnAbsence);
    }
    if (slot.minimum()..=slot.maximum()).contains(&n) { Ok(small) } else { Err(PolicyFault::ConstantOutOfRange) }
}
