//! Names (ICAO Doc 9303, part 3, section 4.6).

use super::{Name, text, trimmed};

/// Why a field or a text is no name of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No primary identifier.
    #[error("the name has no primary identifier")]
    Empty,
    /// A character other than A to Z between separators.
    #[error("a name has capital letters only")]
    Character,
    /// More than one double filler, or a separator where no component follows.
    #[error("the parts of the name are not separated as in a machine readable zone")]
    Separator,
}

impl Name {
    /// MRZ-NAME: primary identifier, two fillers, secondary identifier, fillers; single fillers between components.
    pub(super) fn from_field(field: &[u8]) -> Result<Self, NameError> {
        let used = trimmed(field);
        let (primary, secondary) = match used.windows(2).position(|pair| pair == b"<<") {
            Some(end) => used.split_at_checked(end).unwrap_or_default(),
            None => (used, &[][..]),
        };
        let secondary = secondary.strip_prefix(b"<<").unwrap_or_default();
        let mut name = Self::of(primary, secondary, b'<')?;
        name.fills_field = used.len() == field.len();
        Ok(name)
    }

    /// The name of a document without a zone: identifiers in Latin capitals with single blanks between components; the secondary
    /// one may be empty.
    ///
    /// # Errors
    ///
    /// [`NameError`].
    pub fn new(primary: &str, secondary: &str) -> Result<Self, NameError> {
        Self::of(primary.as_bytes(), secondary.as_bytes(), b' ')
    }

    fn of(primary: &[u8], secondary: &[u8], separator: u8) -> Result<Self, NameError> {
        if primary.is_empty() {
            return Err(NameError::Empty);
        }
        for identifier in [primary, secondary] {
            if !identifier.iter().all(|c| *c == separator || c.is_ascii_uppercase()) {
                return Err(NameError::Character);
            }
            if !identifier.is_empty() && identifier.split(|c| *c == separator).any(<[u8]>::is_empty) {
                return Err(NameError::Separator);
            }
        }
        let joined = |identifier| text(identifier).replace(char::from(separator), " ");
        Ok(Self { primary: joined(primary), secondary: joined(secondary), fills_field: false })
    }

    /// The primary identifier: the family name, where names have one.
    #[must_use]
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// The secondary identifier: the given names; empty if the document has none.
    #[must_use]
    pub fn secondary(&self) -> &str {
        &self.secondary
    }

    /// Whether the name fills its field, so that the state may have cut it.
    #[must_use]
    pub const fn may_be_truncated(&self) -> bool {
        self.fills_field
    }

    /// Whether two documents have the same identifiers, without regard to how long their fields are.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.primary == other.primary && self.secondary == other.secondary
    }
}
