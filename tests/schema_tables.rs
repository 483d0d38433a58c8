//! The compiled-in tables: each under its id and digest for ever, and what every one of them has and has not.
// A test that fails should panic.
#![allow(clippy::unwrap_used)]

use serde_json::{Value as Json, json};
use shiming::schema::{Encoding, Operation, Schema, SchemaError, Schemas};

#[test]
fn every_schema_file_is_compiled_in_under_its_id_and_digest_for_ever() {
    // An id belongs to one table for ever: whoever changes a table gets here, and gives it a new id.
    let pinned = [
        (1, "cn-realname", "f4d8b3e1f5377ebd26bc4e915ca5a1dace2be9d79580afb5729a7488b5143664"),
        (2, "cn-bank-card", "349b6ff5e5726a62f36450197b40fdf7a391a306ea0dfe898f877bbbdc3875ec"),
        (3, "cn-platform-status", "ae010fb186dae3db7b45e7d1ed53dbeebd76fdf2cfa4c026049182f6b3b1c944"),
        (4, "cn-credit-band", "867ccdbaf7428d613906d6ba49ac646dcdef2be9d71e5fe89aa61dc4f002fd61"),
        (5, "cn-creator", "1b0347e4d2431001e2888799bd9a463fd0fddd32523431665414c3b38327e777"),
        (6, "cn-merchant-licence", "73223a1afc3fbb746d85bfb7e6f695bfa7733d2d7589ecae66948c0e50010f95"),
        (7, "cn-driver-licence", "ae9eec469f51928772a47e9566112c7261d0d94efdfc44a44d4eeb577cade48a"),
    ];
    let schemas = Schemas::standard();
    assert_eq!(schemas.iter().count(), pinned.len());
    for (id, name, digest) in pinned {
        let schema = schemas.by_id(id).unwrap();
        assert_eq!((schema.name().as_str(), schema.version()), (name, 1));
        assert_eq!(schema.digest().to_string(), digest, "{name}");
        let file = format!("{}/schemas/{name}.json", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(Schema::load(&std::fs::read(file).unwrap()).unwrap(), **schema, "{name}");
    }
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).unwrap().count();
    assert_eq!(files, pinned.len(), "a file that is not compiled in");
}

#[test]
fn every_schema_has_what_verification_and_renewal_need() {
    for schema in Schemas::standard().iter() {
        let name = schema.name();
        for (attribute, number, operation) in [
            ("verified_on", 5, Operation::Compare),
            ("reverify_by", 6, Operation::Compare),
            ("verified", 10, Operation::Equal),
        ] {
            let slot = schema.slot(attribute).unwrap();
            assert!(slot.number() == number && slot.operations().contains(operation), "{name} {attribute}");
        }
        assert_eq!(schema.slot("revocation_handle").unwrap().number(), 15, "{name}");
        // Bands, classes and dates are never printed; what may be disclosed has no order.
        for slot in schema.slots().iter().filter(|slot| slot.operations().contains(Operation::Disclose)) {
            assert!(matches!(slot.encoding(), Encoding::Ascii | Encoding::Digest), "{name} {}", slot.name());
        }
    }
}

#[test]
fn the_platforms_status_has_no_slot_for_who_somebody_is() {
    let schemas = Schemas::standard();
    let joined: Vec<&str> =
        schemas.iter().filter(|s| s.slot("document_number").is_some()).map(|s| s.name().as_str()).collect();
    assert_eq!(
        joined,
        ["cn-bank-card", "cn-creator", "cn-credit-band", "cn-driver-licence", "cn-merchant-licence", "cn-realname"]
    );
    let status = schemas.get("cn-platform-status").unwrap();
    for slot in status.slots() {
        assert_ne!(slot.encoding(), Encoding::Ascii, "{}", slot.name());
        assert!(!slot.operations().contains(Operation::Disclose), "{}", slot.name());
    }
    for identity in ["document_number", "name_digest", "birth_date", "region", "nationality", "sex", "document_type"] {
        assert_eq!(status.slot(identity), None, "{identity}");
    }
}

#[test]
fn an_account_digest_is_required_hidden_and_beside_no_document_number() {
    const STATUS: &[u8] = include_bytes!("../schemas/cn-platform-status.json");
    let changes: [fn(&mut Json); 5] = [
        |t| t["slots"][2]["required"] = json!(false),
        |t| t["slots"][2]["allow"] = json!(["disclose"]),
        |t| t["slots"][2]["encoding"] = json!("unused"),
        |t| {
            t["slots"][2]["name"] = json!("x");
            t["slots"][8] =
                json!({"slot": 8, "name": "account_digest", "encoding": "integer", "required": true, "allow": []});
        },
        |t| {
            t["slots"][1] =
                json!({"slot": 1, "name": "document_number", "encoding": "ascii", "required": true, "allow": []})
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut table: Json = serde_json::from_slice(STATUS).unwrap();
        change(&mut table);
        let found = Schema::load(table.to_string().as_bytes()).unwrap_err();
        // An unused slot that is required is refused by its own rule first.
        let expected = if number == 2 { SchemaError::Bounds(2) } else { SchemaError::AccountDigest };
        assert_eq!(found, expected, "change {number}");
    }
}
