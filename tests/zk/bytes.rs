//! Every byte of a presentation, changed: where it stands decides how it is refused.

use crate::{
    rejections::{Scene, scene},
    world::*,
};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use ark_serialize::CanonicalSerialize;
use shiming::{
    codec::DecodeError,
    schema::AttributeFault,
    verdict::{HolderFault, IssuerFault, Rejection},
    verifier::PendingRequest,
};
use shiming_circuits::field::{Fq2, Fr, G1Affine, G2Affine};
use std::ops::Range;

const MASKS: [u8; 4] = [0x01, 0x40, 0x80, 0xff];

type Row = (Range<usize>, Vec<Rejection>);

fn rows(layout: &Layout, masks: &[u8]) -> Vec<Row> {
    let holder = |faults: &[HolderFault]| faults.iter().cloned().map(Rejection::Holder).collect::<Vec<_>>();
    let mut rows = vec![
        (0..5, holder(&[HolderFault::Malformed(DecodeError::WrongHeader)])),
        (5..37, vec![IssuerFault::UnknownIssuerKey.into()]),
        // A, B, C, Com and N: another point answers another challenge, or there is no such point.
        (layout.clear..layout.challenge(), holder(&[HolderFault::NonCanonicalPoint, HolderFault::SigmaInvalid])),
        (layout.challenge()..layout.response(0), holder(&[HolderFault::SigmaInvalid])),
        (layout.response(0)..layout.end(), holder(&[HolderFault::NonCanonicalScalar, HolderFault::SigmaInvalid])),
    ];
    if masks.contains(&1) {
        // Path 1 is the conventional one, which these policies do not accept.
        rows[0].1.push(HolderFault::PathNotAllowed.into());
    }
    if layout.clear > 37 {
        let attribute = "document_number".to_owned();
        let fault = AttributeFault::NotAscii;
        let disclosed = [HolderFault::SigmaInvalid, HolderFault::DisclosedValueInvalid { attribute, fault }];
        rows.push((37..layout.clear, holder(&disclosed)));
    }
    rows
}

fn flip_every_byte(policy: &str, layout: &Layout, masks: &[u8]) {
    let (pending, answer) = scene().answered(policy);
    assert_eq!(answer.len(), layout.end());
    let rows = rows(layout, masks);
    let mut seen = vec![Vec::new(); rows.len()];
    for position in 0..answer.len() {
        let row = rows.iter().position(|(range, _)| range.contains(&position)).unwrap();
        for mask in masks {
            let mut bad = answer.clone();
            bad[position] ^= mask;
            let rejection = scene().world.verify(&pending, &bad).unwrap_err();
            assert!(rows[row].1.contains(&rejection), "byte {position}, mask {mask:#x}: {rejection:?}");
            seen[row].push(rejection);
        }
    }
    for ((range, allowed), seen) in rows.iter().zip(seen) {
        for variant in allowed {
            assert!(seen.contains(variant), "no byte in {range:?} gave {variant:?}");
        }
    }
    assert!(scene().world.verify(&pending, &answer).is_ok());
}

#[test]
fn every_changed_byte_of_four_comparisons_is_refused_as_its_place_says() {
    flip_every_byte(FOUR_COMPARISONS, &Layout::FOUR_COMPARISONS, &MASKS);
}

#[test]
fn every_changed_byte_of_a_disclosing_answer_is_refused_as_its_place_says() {
    flip_every_byte(DISCLOSING, &Layout { clear: 37 + 18, proofs: 2, wires: 14 }, &[0x80, 0x02]);
}

/// The fault of an answer with other bytes at a place.
fn replaced(at: usize, bytes: &[u8]) -> Rejection {
    let (pending, mut answer): (PendingRequest, Vec<u8>) = scene().answered(FOUR_COMPARISONS);
    answer[at..at + bytes.len()].copy_from_slice(bytes);
    scene().world.verify(&pending, &answer).unwrap_err()
}

fn compressed(point: &impl CanonicalSerialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    point.serialize_compressed(&mut bytes).unwrap();
    bytes
}

/// The places of all G1 points, and of all G2 points.
fn places() -> (Vec<usize>, Vec<usize>) {
    let layout = Layout::FOUR_COMPARISONS;
    let proofs = (0..layout.proofs).map(|i| layout.proof(i));
    let g1 = proofs.clone().flat_map(|at| [at, at + 96, at + 128]).chain([layout.pseudonym()]).collect();
    (g1, proofs.map(|at| at + 32).collect())
}

#[test]
fn the_identity_is_refused_in_the_place_of_every_point() {
    let (g1, g2) = places();
    for at in g1 {
        assert_eq!(replaced(at, &compressed(&G1Affine::zero())), HolderFault::IdentityPoint.into(), "G1 at {at}");
    }
    for at in g2 {
        assert_eq!(replaced(at, &compressed(&G2Affine::zero())), HolderFault::IdentityPoint.into(), "G2 at {at}");
    }
}

#[test]
fn infinity_with_garbage_is_a_second_encoding_and_refused() {
    let (g1, g2) = places();
    for (places, length) in [(g1, 32), (g2, 64)] {
        for at in places {
            for flags in [0x40, 0xc0] {
                let mut bytes = vec![0; length];
                bytes[length - 1] = flags;
                bytes[0] = 1;
                assert_eq!(replaced(at, &bytes), HolderFault::NonCanonicalPoint.into(), "{flags:#x} at {at}");
            }
            let mut both_flags = vec![0; length];
            both_flags[length - 1] = 0xc0;
            assert_eq!(replaced(at, &both_flags), HolderFault::NonCanonicalPoint.into(), "both flags at {at}");
        }
    }
}

#[test]
fn a_coordinate_that_is_not_reduced_is_refused_everywhere() {
    let mut modulus = <ark_bn254::Fq as PrimeField>::MODULUS.to_bytes_le();
    modulus[0] += 3;
    let (g1, g2) = places();
    for at in g1.into_iter().chain(g2) {
        assert_eq!(replaced(at, &modulus), HolderFault::NonCanonicalPoint.into(), "at {at}");
    }
}

/// A point of the twist outside the subgroup of prime order: almost every point of the twist is.
fn outside_the_subgroup() -> G2Affine {
    (1u64..)
        .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(x.into(), 1u64.into()), false))
        .filter(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap()
}

#[test]
fn a_point_of_the_twist_outside_the_subgroup_is_refused() {
    for at in places().1 {
        assert_eq!(replaced(at, &compressed(&outside_the_subgroup())), HolderFault::NonCanonicalPoint.into());
    }
}

#[test]
fn a_response_plus_the_modulus_is_the_same_scalar_and_refused() {
    let layout = Layout::FOUR_COMPARISONS;
    let Scene { world, .. } = scene();
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    for index in 0..layout.wires + layout.proofs {
        let at = layout.response(index);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&answer[at..at + 32]);
        let mut sum = Fr::from_be_bytes_mod_order(&bytes).into_bigint();
        assert!(!sum.add_with_carry(&Fr::MODULUS), "twice the modulus fits 256 bits");
        let mut bad = answer.clone();
        bad[at..at + 32].copy_from_slice(&sum.to_bytes_be());
        let refused = world.verify(&pending, &bad).unwrap_err();
        assert_eq!(refused, HolderFault::NonCanonicalScalar.into(), "response {index}");
    }
}

#[test]
fn a_response_of_zero_is_a_scalar_like_any_other() {
    assert_eq!(replaced(Layout::FOUR_COMPARISONS.response(0), &[0; 32]), HolderFault::SigmaInvalid.into());
}

#[test]
fn the_header_names_this_protocol_version_path_and_curve() {
    for (at, byte) in [(0, b'M'), (1, b'M'), (2, 2), (3, 2), (4, 2)] {
        let refused = replaced(at, &[byte]);
        assert_eq!(refused, HolderFault::Malformed(DecodeError::WrongHeader).into(), "byte {at}");
    }
}
