//! From a document to a policy.

use super::{
    AGE_CAP, CLAUSES_CAP, CREDENTIALS_CAP, Clause, ClauseDocument, CredentialDocument, DateBound, DateOperand, Entry,
    ISSUERS_CAP, Path, Policy, PolicyDocument, PolicyError, PolicyFault, SET_CAP, Test,
};
use crate::codec::{Identifier, Kind, from_json};
use crate::schema::{COMPARED_LIMIT, DOCUMENT_NUMBER, Encoding, Operation, Schema, Schemas, Slot};
use crate::time::Date;
use std::collections::BTreeSet;
use std::sync::Arc;

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
    let mut clauses = Vec::new();
    for document in &written.require {
        let checked = written_clause(schema, &clauses, document);
        clauses.push(checked.map_err(|fault| at(credential, &document.attribute, fault))?);
    }
    add_implied(credential, schema, &written.omit, &mut clauses)?;
    let mut disclosed = Vec::new();
    for name in &written.disclose {
        let checked = match schema.slot(name) {
            None => Err(PolicyFault::Unknown),
            Some(slot) if !slot.operations().contains(Operation::Disclose) => Err(PolicyFault::NotAllowed),
            Some(slot) if disclosed.contains(&slot.number()) => Err(PolicyFault::DuplicateDisclosure),
            Some(slot) => Ok(slot.number()),
        };
        disclosed.push(checked.map_err(|fault| at(credential, name, fault))?);
    }
    // A value that is a constant of the statement cannot also be a hidden input of another relation.
    let fixed: Vec<usize> = clauses.iter().filter(|c| c.fixes()).map(|c| c.slot).collect();
    let known_and_tested = |c: &&Clause| disclosed.contains(&c.slot) || (!c.fixes() && fixed.contains(&c.slot));
    if let Some(c) = clauses.iter().find(known_and_tested) {
        return Err(at(credential, &c.attribute, PolicyFault::KnownAndTested));
    }
    Ok(Entry { schema: Arc::clone(schema), issuers, clauses, disclosed })
}

fn at(credential: usize, attribute: &str, fault: PolicyFault) -> PolicyError {
    PolicyError::Attribute { credential, attribute: attribute.to_owned(), fault }
}

fn written_clause(schema: &Schema, earlier: &[Clause], document: &ClauseDocument) -> Result<Clause, PolicyFault> {
    let slot = schema.slot(&document.attribute).ok_or(PolicyFault::Unknown)?;
    let new = clause(slot, test(slot, document)?, false);
    let repeats = |c: &Clause| c.slot == new.slot && (c.test == new.test || (c.fixes() && new.fixes()));
    if earlier.iter().any(repeats) { Err(PolicyFault::Repeated) } else { Ok(new) }
}

/// Adds what the policy means without writing it: `verified` = 1 and `reverify_by` not before today.
fn add_implied(
    credential: usize,
    schema: &Schema,
    omit: &[String],
    clauses: &mut Vec<Clause>,
) -> Result<(), PolicyError> {
    let verified = schema.slot("verified").filter(|slot| slot.operations().contains(Operation::Equal));
    let reverify_by = schema.slot("reverify_by").filter(|slot| slot.is_date());
    let verified = verified.map(|slot| clause(slot, Test::Equal(1), true));
    let implied = [verified, reverify_by.map(|slot| clause(slot, Test::NotBefore(DateBound::Today), true))];
    let implied: Vec<Clause> = implied.into_iter().flatten().collect();
    for (i, name) in omit.iter().enumerate() {
        if !implied.iter().any(|c| c.attribute == *name) {
            return Err(PolicyError::UnknownOmission { credential, name: name.clone() });
        }
        if omit.iter().take(i).any(|earlier| earlier == name) {
            return Err(PolicyError::DuplicateOmission { credential, name: name.clone() });
        }
    }
    for new in implied.into_iter().filter(|c| !omit.contains(&c.attribute)) {
        // The same clause in writing stands for the implied one; another constant contradicts it.
        if clauses.iter().any(|c| c.slot == new.slot && c.test == new.test) {
            continue;
        }
        if clauses.iter().any(|c| c.slot == new.slot && c.fixes() && new.fixes()) {
            return Err(at(credential, &new.attribute, PolicyFault::Repeated));
        }
        clauses.push(new);
    }
    Ok(())
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
    let ClauseDocument {
        attribute: _,
        age_at_least,
        age_at_most,
        not_before,
        not_after,
        at_least,
        at_most,
        equal,
        one_of,
        none_of,
    } = written;
    let operators = [
        age_at_least.is_some(),
        age_at_most.is_some(),
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
    let is_age = age_at_least.is_some() || age_at_most.is_some();
    let for_dates = is_age || not_before.is_some() || not_after.is_some();
    // Long-term is no birth date.
    let wrong_age = is_age && slot.encoding() != Encoding::Date;
    if needed == Operation::Compare && (for_dates != slot.is_date() || wrong_age) {
        return Err(PolicyFault::WrongOperator);
    }
    let upper = age_at_least.is_some() || not_after.is_some() || at_most.is_some() || none_of.is_some();
    if upper && !slot.is_required() {
        return Err(PolicyFault::NotRequired);
    }
    if let Some(years) = age_at_least {
        return age(*years).map(Test::AgeAtLeast);
    }
    if let Some(years) = age_at_most {
        return age(*years).map(Test::AgeAtMost);
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

fn age(years: u64) -> Result<u32, PolicyFault> {
    u32::try_from(years).ok().filter(|years| (1..=AGE_CAP).contains(years)).ok_or(PolicyFault::Age)
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
