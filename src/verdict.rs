//! What a verifier ends with: a [`Verdict`], which only the verifier's arrow can make, or a [`Rejection`], which says whose
//! fault it is, why, and what to do.

mod rejection;

pub use rejection::{ConfigurationFault, HolderFault, IssuerFault, Rejection, StatusFault};

use crate::codec::{Identifier, to_base64url};
use crate::policy::Path;
use crate::schema::Value;
use std::fmt;

/// The name of one person at one audience for one scope: the 32 canonical bytes of a compressed point. Stable over
/// presentations and renewals there, and unlinkable to every other audience and scope.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym([u8; 32]);

impl Pseudonym {
    /// The pseudonym with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_base64url(&self.0))
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonym({self})")
    }
}

/// One disclosed attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// The credential, from 0, in policy order.
    pub credential: usize,
    /// The attribute's name.
    pub attribute: String,
    /// The value.
    pub value: Value,
}

/// A satisfied policy. Holding one means that a verifier has checked a presentation against its own request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    policy: Identifier,
    audience: Identifier,
    path: Path,
    pseudonym: Option<Pseudonym>,
    disclosed: Vec<Disclosure>,
    issuers: Vec<Identifier>,
    several_issuers_acceptable: bool,
}

/// The facts of a verdict, under their names.
#[derive(Clone, Debug)]
pub(crate) struct Findings {
    pub(crate) policy: Identifier,
    pub(crate) audience: Identifier,
    pub(crate) path: Path,
    pub(crate) pseudonym: Option<Pseudonym>,
    pub(crate) disclosed: Vec<Disclosure>,
    pub(crate) issuers: Vec<Identifier>,
    pub(crate) several_issuers_acceptable: bool,
}

impl Verdict {
    /// Only for the verifier, after every check has passed.
    pub(crate) fn after_all_checks(findings: Findings) -> Self {
        let Findings { policy, audience, path, pseudonym, disclosed, issuers, several_issuers_acceptable } = findings;
        Self { policy, audience, path, pseudonym, disclosed, issuers, several_issuers_acceptable }
    }

    /// The id of the policy that holds.
    #[must_use]
    pub fn policy(&self) -> &Identifier {
        &self.policy
    }

    /// The verifier that asked.
    #[must_use]
    pub fn audience(&self) -> &Identifier {
        &self.audience
    }

    /// How it was answered.
    #[must_use]
    pub fn path(&self) -> Path {
        self.path
    }

    /// The pseudonym, if the policy asks for one.
    #[must_use]
    pub fn pseudonym(&self) -> Option<&Pseudonym> {
        self.pseudonym.as_ref()
    }

    /// The disclosed attributes, in policy order.
    #[must_use]
    pub fn disclosed(&self) -> &[Disclosure] {
        &self.disclosed
    }

    /// Who attests, one issuer per credential in policy order.
    #[must_use]
    pub fn issuers(&self) -> &[Identifier] {
        &self.issuers
    }

    /// Whether the policy would have accepted other issuers too. Uniqueness is per issuer: with two acceptable issuers one
    /// person may come twice, under two pseudonyms.
    #[must_use]
    pub fn several_issuers_acceptable(&self) -> bool {
        self.several_issuers_acceptable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_tells_its_findings_and_debug_hides_disclosed_values() {
        let name = |text| Identifier::parse(text).ok();
        let (Some(policy), Some(audience), Some(issuer)) = (name("ride:1"), name("shop"), name("authority")) else {
            unreachable!("the texts are identifiers")
        };
        let disclosed = vec![Disclosure {
            credential: 0,
            attribute: "document_number".to_owned(),
            value: Value::Ascii("11010519491231002X".to_owned()),
        }];
        let verdict = Verdict::after_all_checks(Findings {
            policy: policy.clone(),
            audience: audience.clone(),
            path: Path::Zk,
            pseudonym: Some(Pseudonym::from_bytes([7; 32])),
            disclosed: disclosed.clone(),
            issuers: vec![issuer.clone()],
            several_issuers_acceptable: true,
        });
        assert_eq!((verdict.policy(), verdict.audience(), verdict.path()), (&policy, &audience, Path::Zk));
        assert_eq!(verdict.pseudonym(), Some(&Pseudonym::from_bytes([7; 32])));
        assert_eq!((verdict.disclosed(), verdict.issuers()), (disclosed.as_slice(), [issuer].as_slice()));
        assert!(verdict.several_issuers_acceptable());
        assert!(!format!("{verdict:?}").contains("11010519491231002X"));
    }
}
