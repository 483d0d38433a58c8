//! (in progress)
use shiming_circuits::field::G2Affine;
/// x
pub fn g2_in_subgroup(p: &G2Affine) -> bool { p.is_in_correct_subgroup_assuming_on_curve() }
