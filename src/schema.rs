//! Schemas: what the 16 slots of a credential mean, as tables in data files.
//!
//! Every schema has the same slot widths, so that one circuit serves all; a table gives each slot its name, its encoding,
//! whether it is required and what a policy may do with it (spec, section 2).

mod attributes;
mod slot;
mod value;

pub use attributes::{AttributeError, AttributeFault, Attributes, AttributesBuilder};
pub use slot::{Encoding, Operation, Operations, Slot};
pub use value::Value;

use crate::codec::{DecodeError, Identifier, IdentifierError, Kind, from_json};
use crate::digest::Digest;
use serde::Deserialize;
use shiming_circuits::domain;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The number of slots of every schema.
pub const SLOT_COUNT: usize = shiming_circuits::slots::SLOTS;
/// The width of each slot in bytes; 103 together.
pub const SLOT_WIDTHS: [usize; SLOT_COUNT] = shiming_circuits::slots::WIDTHS;
/// Values that a policy compares are below this, the range that the range relation covers.
pub const COMPARED_LIMIT: u32 = 1 << 28;
/// The attribute of slot 0 in every schema.
pub const HOLDER_TAG: &str = "holder_tag";
/// The slot of the holder tag.
pub const HOLDER_TAG_SLOT: usize = 0;
/// The attribute that `age_over_18` follows from.
pub const BIRTH_DATE: &str = "birth_date";
/// The attribute that joins the credentials of one presentation; slot 1 of the schemas that have it.
pub const DOCUMENT_NUMBER: &str = "document_number";

/// The attribute that tells persons apart at the issuer of a schema without document number: slot 2.
pub const ACCOUNT_DIGEST: &str = "account_digest";

/// The compiled-in tables, by id.
const STANDARD: [&[u8]; 7] = [
    include_bytes!("../schemas/cn-realname.json"),
    include_bytes!("../schemas/cn-bank-card.json"),
    include_bytes!("../schemas/cn-platform-status.json"),
    include_bytes!("../schemas/cn-credit-band.json"),
    include_bytes!("../schemas/cn-creator.json"),
    include_bytes!("../schemas/cn-merchant-licence.json"),
    include_bytes!("../schemas/cn-driver-licence.json"),
];

/// Why a table is no schema.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Not the JSON of a table.
    #[error("schema file: {0}")]
    Decode(#[from] DecodeError),
    /// The id 0, which is none.
    #[error("schema id 0 is reserved")]
    ReservedId,
    /// A schema name that is no identifier.
    #[error("the schema's name {0}")]
    Name(IdentifierError),
    /// Another number of rows.
    #[error("a schema has {SLOT_COUNT} slots, this one has {0}")]
    SlotCount(usize),
    /// A row whose number is not its position.
    #[error("the slots are not numbered 0 to 15 in order, at position {0}")]
    SlotOrder(usize),
    /// A slot name that is not 1 to 32 lower-case letters, digits and underscores.
    #[error("slot {0} has an invalid name")]
    SlotName(usize),
    /// Two slots of one name.
    #[error("two slots are called {0}")]
    DuplicateName(String),
    /// An encoding that does not have the width of the slot.
    #[error("slot {0} has another width than its encoding")]
    Width(usize),
    /// Bounds that are reversed, exceed the width, or belong to another encoding than `integer`.
    #[error("slot {0} has impossible bounds")]
    Bounds(usize),
    /// An operation that makes no sense for the encoding, or is listed twice.
    #[error("slot {0} allows an operation that its encoding does not have")]
    Operation(usize),
    /// A slot that is compared although its values may reach 2^28.
    #[error("slot {0} is compared, but its values may reach 2^28")]
    ComparedLimit(usize),
    /// Slot 0 is something else than a required `holder_tag` that allows nothing.
    #[error("slot 0 must be the required holder_tag and allow nothing")]
    HolderTag,
    /// `document_number` is something else than a required ASCII slot 1.
    #[error("document_number must be slot 1, ascii and required")]
    DocumentNumber,
    /// `account_digest` is something else than a required digest that allows nothing, or stands beside a document number.
    #[error("account_digest must be slot 2, a digest, required and allow nothing, in a table without document_number")]
    AccountDigest,
    /// Two schemas with one name or one id.
    #[error("two schemas are called {0} or have its id")]
    DuplicateSchema(String),
}

/// A validated table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    id: u16,
    name: Identifier,
    version: u8,
    slots: [Slot; SLOT_COUNT],
    digest: Digest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: u16,
    name: String,
    version: u8,
    slots: Vec<slot::Row>,
}

impl Schema {
    /// The schema of a JSON table.
    ///
    /// # Errors
    ///
    /// One variant of [`SchemaError`] per rule.
    pub fn load(bytes: &[u8]) -> Result<Self, SchemaError> {
        let table: Table = from_json(Kind::SCHEMA, bytes)?;
        if table.id == 0 {
            return Err(SchemaError::ReservedId);
        }
        let name = Identifier::parse(&table.name).map_err(SchemaError::Name)?;
        let count = table.slots.len();
        let rows: [slot::Row; SLOT_COUNT] = table.slots.try_into().map_err(|_| SchemaError::SlotCount(count))?;
        let mut names = BTreeSet::new();
        let mut slots = Vec::with_capacity(SLOT_COUNT);
        for (position, (row, width)) in rows.into_iter().zip(SLOT_WIDTHS).enumerate() {
            let slot = Slot::from_row(position, width, row)?;
            if !names.insert(slot.name().to_owned()) {
                return Err(SchemaError::DuplicateName(slot.name().to_owned()));
            }
            slots.push(slot);
        }
        let slots: [Slot; SLOT_COUNT] = slots.try_into().map_err(|_| SchemaError::SlotCount(count))?;
        let [tag, ..] = &slots;
        if tag.name() != HOLDER_TAG || tag.encoding() != Encoding::Tag || !tag.is_required() {
            return Err(SchemaError::HolderTag);
        }
        let number = slots.iter().find(|slot| slot.name() == DOCUMENT_NUMBER);
        if number.is_some_and(|slot| slot.number() != 1 || slot.encoding() != Encoding::Ascii || !slot.is_required()) {
            return Err(SchemaError::DocumentNumber);
        }
        let account = slots.iter().find(|slot| slot.name() == ACCOUNT_DIGEST);
        let is_account =
            |slot: &Slot| slot.encoding() == Encoding::Digest && slot.is_required() && slot.operations().is_empty();
        if account.is_some_and(|slot| !is_account(slot) || number.is_some()) {
            return Err(SchemaError::AccountDigest);
        }
        let digest = digest(table.id, &name, table.version, &slots);
        Ok(Self { id: table.id, name, version: table.version, slots, digest })
    }

    /// The id, in the header of the signed bytes.
    #[must_use]
    pub fn id(&self) -> u16 {
        self.id
    }

    /// The name, as policies and registries write it.
    #[must_use]
    pub fn name(&self) -> &Identifier {
        &self.name
    }

    /// The version of the table. It is not in the signed bytes, whose header has the id: an id belongs to one table for ever,
    /// and a changed table gets a new id (spec/2-issuance).
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// SHA-256 over `domain::SCHEMA_DIGEST` and the canonical table: id (2), name, version (1), then each slot's name,
    /// encoding code (1), required (1), operations (1), minimum (8) and maximum (8); integers big-endian, texts as parts.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The slots in order.
    #[must_use]
    pub fn slots(&self) -> &[Slot; SLOT_COUNT] {
        &self.slots
    }

    /// The slot of an attribute; unused slots have none.
    #[must_use]
    pub fn slot(&self, attribute: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name() == attribute && slot.encoding() != Encoding::Unused)
    }
}

fn digest(id: u16, name: &Identifier, version: u8, slots: &[Slot; SLOT_COUNT]) -> Digest {
    let head = id.to_be_bytes();
    let tables: Vec<Vec<u8>> = slots.iter().map(Slot::canonical_facts).collect();
    let mut parts: Vec<&[u8]> = vec![&head, name.as_bytes(), std::slice::from_ref(&version)];
    for (slot, facts) in slots.iter().zip(&tables) {
        parts.push(slot.name().as_bytes());
        parts.push(facts);
    }
    Digest::of(domain::SCHEMA_DIGEST, &parts)
}

/// The schemas that one party knows, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schemas(BTreeMap<Identifier, Arc<Schema>>);

impl Schemas {
    /// No schemas.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The tables in `schemas/`, compiled in: identity, bank card, platform status, credit band, creator qualification,
    /// merchant licence, driver licence.
    #[must_use]
    pub fn standard() -> Self {
        let mut schemas = Self::empty();
        for table in STANDARD {
            // The bytes are part of the program, and a test loads each of them.
            #[allow(clippy::expect_used)]
            Schema::load(table).and_then(|schema| schemas.insert(schema)).expect("the compiled-in schemas are valid");
        }
        schemas
    }

    /// Adds a schema.
    ///
    /// # Errors
    ///
    /// [`SchemaError::DuplicateSchema`] if the name or the id is taken.
    pub fn insert(&mut self, schema: Schema) -> Result<(), SchemaError> {
        if self.0.values().any(|known| known.name == schema.name || known.id == schema.id) {
            return Err(SchemaError::DuplicateSchema(schema.name.to_string()));
        }
        self.0.insert(schema.name.clone(), Arc::new(schema));
        Ok(())
    }

    /// The schema of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Schema>> {
        self.0.values().find(|schema| schema.name.as_str() == name)
    }

    /// The schema of an id.
    #[must_use]
    pub fn by_id(&self, id: u16) -> Option<&Arc<Schema>> {
        self.0.values().find(|schema| schema.id == id)
    }

    /// All schemas, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Schema>> {
        self.0.values()
    }
}
