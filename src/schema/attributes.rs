//! The 16 values of one credential, every rule of the schema checked.

use super::{SLOT_COUNT, Schema, Slot, Value};
use crate::time::DateError;
use shiming_circuits::field::Fr;
use std::sync::Arc;
use zeroize::Zeroize;

/// Which rule of its slot a value breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeFault {
    /// A required attribute is 0.
    #[error("is required")]
    Missing,
    /// More bytes than the slot has.
    #[error("is wider than its slot")]
    TooWide,
    /// Not printable ASCII without blanks, or empty.
    #[error("is not printable ASCII padded with zeros on the right")]
    NotAscii,
    /// Not a real date.
    #[error("is not a date: {0}")]
    Date(DateError),
    /// 99991231 where the schema does not permit it.
    #[error("cannot be long-term")]
    LongTerm,
    /// Outside the schema's bounds.
    #[error("is outside the bounds of its schema")]
    OutOfRange,
    /// A value in a slot that the schema does not use.
    #[error("is in a slot that the schema does not use")]
    NotUnused,
    /// A value of another kind than the slot's encoding.
    #[error("is of another kind than its slot")]
    WrongType,
    /// The schema has no such attribute.
    #[error("is not an attribute of the schema")]
    Unknown,
    /// Given twice.
    #[error("is given twice")]
    Duplicate,
}

/// A rule of the schema that a set of values breaks, and where. The value itself is not told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the attribute {attribute} {fault}")]
pub struct AttributeError {
    /// The attribute's name.
    pub attribute: String,
    /// The rule.
    pub fault: AttributeFault,
}

impl AttributeError {
    fn new(attribute: &str, fault: AttributeFault) -> Self {
        Self { attribute: attribute.to_owned(), fault }
    }
}

/// The validated attributes of one credential. Wiped when dropped, and without `Debug`: they name a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Attributes {
    schema: Arc<Schema>,
    slots: [Fr; SLOT_COUNT],
}

impl Attributes {
    /// Validates the field elements of the 16 slots.
    ///
    /// # Errors
    ///
    /// The first slot that breaks a rule of the schema.
    pub fn from_slots(schema: &Arc<Schema>, slots: [Fr; SLOT_COUNT]) -> Result<Self, AttributeError> {
        for (slot, x) in schema.slots().iter().zip(&slots) {
            slot.decode(x).map_err(|fault| AttributeError::new(slot.name(), fault))?;
        }
        Ok(Self { schema: Arc::clone(schema), slots })
    }

    /// Starts with every attribute absent.
    #[must_use]
    pub fn builder(schema: &Arc<Schema>) -> AttributesBuilder {
        AttributesBuilder { schema: Arc::clone(schema), slots: [None; SLOT_COUNT] }
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The field elements of the 16 slots.
    #[must_use]
    pub fn slots(&self) -> &[Fr; SLOT_COUNT] {
        &self.slots
    }

    /// The value of an attribute; `None` if the schema has no such attribute.
    #[must_use]
    pub fn get(&self, attribute: &str) -> Option<Value> {
        self.schema.slot(attribute).and_then(|slot| self.value(slot))
    }

    /// Every used slot with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Slot, Value)> {
        self.schema.slots().iter().filter_map(|slot| Some((slot, self.value(slot)?)))
    }

    /// The value of a date or an integer as policies compare it, 0 if absent; `None` for other encodings and numbers
    /// above 15.
    pub(crate) fn integer(&self, number: usize) -> Option<u32> {
        self.value(self.schema.slots().get(number)?)?.integer()
    }

    fn value(&self, slot: &Slot) -> Option<Value> {
        // Validation has shown that every used slot decodes.
        self.slots.get(slot.number()).and_then(|x| slot.decode(x).ok())
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        self.slots.zeroize();
    }
}

/// Collects values by name.
pub struct AttributesBuilder {
    schema: Arc<Schema>,
    slots: [Option<Fr>; SLOT_COUNT],
}

impl AttributesBuilder {
    /// Sets an attribute.
    ///
    /// # Errors
    ///
    /// [`AttributeFault::Unknown`], [`AttributeFault::Duplicate`], or the rule of its slot that the value breaks.
    pub fn set(mut self, attribute: &str, value: &Value) -> Result<Self, AttributeError> {
        let fail = |fault| AttributeError::new(attribute, fault);
        let slot = self.schema.slot(attribute).ok_or(fail(AttributeFault::Unknown))?;
        let x = slot.encode(value).map_err(fail)?;
        match self.slots.get_mut(slot.number()) {
            Some(place @ None) => *place = Some(x),
            _ => return Err(fail(AttributeFault::Duplicate)),
        }
        Ok(self)
    }

    /// Validates the whole.
    ///
    /// # Errors
    ///
    /// [`AttributeFault::Missing`] for the first required attribute that was not set.
    pub fn build(self) -> Result<Attributes, AttributeError> {
        Attributes::from_slots(&self.schema, self.slots.map(Option::unwrap_or_default))
    }
}

impl Drop for AttributesBuilder {
    fn drop(&mut self) {
        self.slots.iter_mut().flatten().for_each(Zeroize::zeroize);
    }
}
