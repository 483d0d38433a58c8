//! (in progress)
pub mod groth16;
pub mod hash_to_curve;
pub mod linked;
pub mod msm;
pub mod sigma;
pub mod subgroup;
pub mod transcript;
