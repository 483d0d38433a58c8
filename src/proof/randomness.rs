//! Randomness: the bridge to arkworks' RNG traits, and holder randomness that a repeating RNG does not betray.

use super::transcript::Sponge;
use crate::digest::Digest;
use rand_core::CryptoRng;
use shiming_circuits::{
    domain,
    field::{Fr, fr_from_uniform, fr_to_bytes},
};
use zeroize::Zeroizing;

/// An RNG of `rand_core` 0.10 as arkworks takes it, so that the public API shows one version only.
pub(crate) struct ArkRng<R>(pub(crate) R);

impl<R: CryptoRng> ArkRng<R> {
    /// A uniform scalar.
    pub(crate) fn scalar(&mut self) -> Fr {
        let mut bytes = Zeroizing::new([0u8; 64]);
        self.0.fill_bytes(bytes.as_mut());
        fr_from_uniform(&bytes)
    }
}

/// 32 fresh bytes.
pub(crate) fn seed(rng: &mut impl CryptoRng) -> Zeroizing<[u8; 32]> {
    let mut seed = Zeroizing::new([0u8; 32]);
    rng.fill_bytes(seed.as_mut());
    seed
}

/// Scalars squeezed from the witness, the context and fresh RNG bytes together: secret as long as either the RNG or the
/// witness is, and different for different contexts even if the RNG repeats (spec, rule HEDGE).
pub(crate) struct Hedge(Sponge);

impl Hedge {
    /// Hedged randomness for one proof of knowledge of `wires`.
    pub(crate) fn new(session: &[u8], context: &Digest, wires: &[Fr], cores: &[u8], rng: &mut impl CryptoRng) -> Self {
        let mut sponge = Sponge::new(domain::HEDGE);
        sponge.absorb(b"session", session);
        sponge.absorb(b"context", context.as_bytes());
        for wire in wires {
            sponge.absorb(b"wire", Zeroizing::new(fr_to_bytes(wire)).as_ref());
        }
        sponge.absorb(b"cores", cores);
        sponge.absorb(b"rng", seed(rng).as_ref());
        Self(sponge)
    }

    /// Everything squeezed from here on also depends on `digest`.
    pub(crate) fn bind(&mut self, digest: &[u8; 32]) {
        self.0.absorb(b"transcript", digest);
    }

    /// The next scalar.
    pub(crate) fn scalar(&mut self) -> Fr {
        let mut bytes = Zeroizing::new([0u8; 64]);
        self.0.squeeze(bytes.as_mut());
        fr_from_uniform(&bytes)
    }

    /// The next `n` scalars.
    pub(crate) fn scalars(&mut self, n: usize) -> Zeroizing<Vec<Fr>> {
        Zeroizing::new((0..n).map(|_| self.scalar()).collect())
    }
}
