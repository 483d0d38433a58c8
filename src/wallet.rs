//! The holder's secrets: one seed, from which k and every b follow.
//!
//! k is the holder's, the same for every issuer; b blinds the holder tag per issuer, so that two issuers cannot match tags
//! (spec/issuance, "Secrets"). A lost seed means full re-verification and new pseudonyms; nobody can restore it.

use crate::{
    digest::Digest,
    signature::{Algorithm, KeyError, SigningKey},
};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use shiming_circuits::{
    domain,
    field::{Fr, fr_from_uniform},
    relation::tag::holder_tag,
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The length of the seed in bytes.
pub const SEED_BYTES: usize = 32;

/// A holder's seed. It is wiped when dropped and never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Wallet {
    seed: [u8; SEED_BYTES],
}

impl Wallet {
    /// A wallet with a fresh seed.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = [0u8; SEED_BYTES];
        rng.fill_bytes(&mut seed);
        Self { seed }
    }

    /// The wallet of a stored seed.
    #[must_use]
    pub fn from_seed(seed: [u8; SEED_BYTES]) -> Self {
        Self { seed }
    }

    /// The seed, to store where only the holder reads.
    #[must_use]
    pub fn seed(&self) -> &[u8; SEED_BYTES] {
        &self.seed
    }

    /// k, the holder's secret behind every tag and pseudonym.
    pub(crate) fn k(&self) -> Zeroizing<Fr> {
        self.derive(b"k", &[])
    }

    /// b, the blinding of the holder tag at one issuer.
    pub(crate) fn b(&self, issuer: &str) -> Zeroizing<Fr> {
        self.derive(b"b", issuer.as_bytes())
    }

    /// `holder_tag = Poseidon(k, b)` at one issuer.
    #[must_use]
    pub fn holder_tag(&self, issuer: &str) -> Fr {
        holder_tag(*self.k(), *self.b(issuer))
    }

    /// The key that signs key-binding JWTs for the credential whose enrolment answered this challenge: fresh for every issue, so
    /// that two credentials of one holder have nothing in common.
    pub(crate) fn binding_key(&self, algorithm: Algorithm, challenge: &Digest) -> Result<SigningKey, KeyError> {
        // Bytes that are no scalar are met once in 2^32; the next counter gives others.
        let derive = |counter: u8| {
            let name = [algorithm.as_str().as_bytes(), challenge.as_bytes(), &[counter]].concat();
            let mut bytes = Zeroizing::new([0u8; 32]);
            self.expand(b"binding", &name, bytes.as_mut());
            SigningKey::from_bytes(algorithm, &bytes)
        };
        (0..=u8::MAX).map(derive).find(Result::is_ok).unwrap_or(Err(KeyError::Scalar))
    }

    /// HKDF-SHA256 (RFC 5869) with the tag, the length-prefixed purpose and the length-prefixed name as info, 64 bytes wide so
    /// that the scalar is uniform up to 2^-250. Zero comes out with the same probability and is excluded by NATIVE-KEY.
    fn derive(&self, purpose: &[u8], name: &[u8]) -> Zeroizing<Fr> {
        let mut okm = Zeroizing::new([0u8; 64]);
        self.expand(purpose, name, okm.as_mut());
        Zeroizing::new(fr_from_uniform(&okm))
    }

    fn expand(&self, purpose: &[u8], name: &[u8], okm: &mut [u8]) {
        let lengths = [purpose, name].map(|part| (part.len() as u32).to_be_bytes());
        let [purpose_length, name_length] = &lengths;
        let info = [domain::WALLET, purpose_length, purpose, name_length, name];
        // 64 bytes are far below HKDF's limit of 255 hashes, the only error it has.
        let _ = Hkdf::<Sha256>::new(None, &self.seed).expand_multi_info(&info, okm);
    }
}
