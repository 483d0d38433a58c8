//! The bytes to be signed: one encoding of each value, and an exact error for everything else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use ark_bn254::Fr;
use ark_ff::{BigInteger, Field, One, PrimeField, Zero};
use proptest::prelude::*;
use shiming_circuits::{
    field::{fr_from_uniform, fr_to_bytes},
    slots::{HEADER_BYTES, Header, SLOTS, SlotsError, TBS_BYTES, Tbs, VERSION, WIDTHS, fits},
};

fn largest() -> [Fr; SLOTS] {
    core::array::from_fn(|i| if i == 0 { -Fr::one() } else { two_to(8 * WIDTHS[i]) - Fr::one() })
}

fn two_to(n: usize) -> Fr {
    Fr::from(2u8).pow([n as u64])
}

fn packed() -> [u8; TBS_BYTES] {
    *Tbs::pack(Header::new(0x0102), &largest()).unwrap().as_bytes()
}

/// The valid bytes with one run of them replaced.
fn with(at: usize, bytes: &[u8]) -> Result<Tbs, SlotsError> {
    let mut all = packed();
    all[at..at + bytes.len()].copy_from_slice(bytes);
    Tbs::from_bytes(&all)
}

#[test]
fn the_widths_fill_the_bytes() {
    assert_eq!(HEADER_BYTES + WIDTHS.iter().sum::<usize>(), TBS_BYTES);
    assert_eq!(WIDTHS[1..].iter().sum::<usize>() * 8, 568);
}

#[test]
fn the_bytes_of_the_largest_values() {
    let bytes = packed();
    assert_eq!(bytes[..5], *b"SM\x01\x01\x02");
    assert_eq!(bytes[5..37], fr_to_bytes(&-Fr::one()));
    assert!(bytes[37..].iter().all(|byte| *byte == 0xff));
}

#[test]
fn the_slots_begin_where_the_layout_says() {
    let starts = [5, 37, 55, 71, 75, 79, 83, 87, 91, 93, 95, 96, 97, 98, 99, 100];
    for (slot, start) in starts.into_iter().enumerate() {
        let slots = core::array::from_fn(|i| Fr::from(u8::from(i == slot)));
        let bytes = *Tbs::pack(Header::new(0), &slots).unwrap().as_bytes();
        let set: Vec<_> = (HEADER_BYTES..TBS_BYTES).filter(|i| bytes[*i] != 0).collect();
        // Big-endian: one is the last byte of its slot.
        assert_eq!(set, [start + WIDTHS[slot] - 1]);
    }
}

#[test]
fn the_header_as_an_element() {
    assert_eq!(Header::new(0).to_field(), Fr::from(0x53_4d_01_00_00u64));
    assert_eq!(Header::new(0xffff).to_field(), Fr::from(0x53_4d_01_ff_ffu64));
}

#[test]
fn another_length() {
    for n in [0, 1, 5, TBS_BYTES - 1, TBS_BYTES + 1, 2 * TBS_BYTES] {
        let bytes: Vec<u8> = packed().into_iter().cycle().take(n).collect();
        assert_eq!(Tbs::from_bytes(&bytes), Err(SlotsError::Length(n)));
    }
}

#[test]
fn another_magic() {
    for magic in [*b"sm", *b"MS", *b"S\0", *b"\0M", [0, 0]] {
        assert_eq!(with(0, &magic), Err(SlotsError::Magic));
    }
}

#[test]
fn another_version() {
    for version in (0..=u8::MAX).filter(|version| *version != VERSION) {
        assert_eq!(with(2, &[version]), Err(SlotsError::Version(version)));
        assert_eq!(Tbs::pack(Header { version, schema: 1 }, &largest()), Err(SlotsError::Version(version)));
    }
}

#[test]
fn slot_0_not_below_the_modulus() {
    let mut above = Fr::MODULUS;
    above.add_with_carry(&1u64.into());
    for value in [Fr::MODULUS.to_bytes_be(), above.to_bytes_be(), vec![0xff; 32]] {
        assert_eq!(with(HEADER_BYTES, &value), Err(SlotsError::NotCanonical));
    }
    assert!(with(HEADER_BYTES, &fr_to_bytes(&-Fr::one())).is_ok());
}

#[test]
fn a_value_wider_than_its_slot() {
    for slot in 1..SLOTS {
        for value in [two_to(8 * WIDTHS[slot]), two_to(200), -Fr::one()] {
            let mut slots = largest();
            slots[slot] = value;
            assert_eq!(Tbs::pack(Header::new(1), &slots), Err(SlotsError::TooWide(slot)));
            assert!(!fits(slot, &value));
        }
    }
}

#[test]
fn the_first_wide_slot_is_named() {
    let mut slots = [Fr::zero(); SLOTS];
    slots[9] = -Fr::one();
    slots[14] = -Fr::one();
    assert_eq!(Tbs::pack(Header::new(1), &slots), Err(SlotsError::TooWide(9)));
}

proptest! {
    #[test]
    fn packing_is_a_bijection(tag in any::<[u8; 32]>(), rest in any::<[[u8; 32]; 3]>(), schema in any::<u16>()) {
        let mut bytes = [0u8; TBS_BYTES];
        bytes[..HEADER_BYTES].copy_from_slice(&Header::new(schema).to_bytes());
        let mut wide = [0; 64];
        wide[32..].copy_from_slice(&tag);
        bytes[5..37].copy_from_slice(&fr_to_bytes(&fr_from_uniform(&wide)));
        bytes[37..].copy_from_slice(&rest.concat()[..71]);
        let tbs = Tbs::from_bytes(&bytes).unwrap();
        prop_assert_eq!(tbs.header(), Header::new(schema));
        prop_assert_eq!(tbs.as_bytes(), &bytes);
        prop_assert_eq!(Tbs::pack(tbs.header(), &tbs.slots()), Ok(tbs));
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_reproduced(bytes in any::<[[u8; 27]; 4]>()) {
        let bytes = bytes.concat();
        if let Ok(tbs) = Tbs::from_bytes(&bytes) {
            prop_assert_eq!(Tbs::pack(tbs.header(), &tbs.slots()).unwrap().as_bytes()[..].to_vec(), bytes);
        }
    }
}
