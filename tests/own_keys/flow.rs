//! Everything after preparing is the same whatever the issuer's suite.

use crate::world::*;
use shiming::{
    codec::to_base64url,
    issuer::Issuer,
    keys::ProvingKey,
    prepared::Prepared,
    request::Nonce,
    suite::Suite,
    verdict::{HolderFault, IssuerFault, Rejection},
    verifier::PendingRequest,
};
use shiming_circuits::relation::credential_sm2_sm3::CredentialSm2Sm3;
use std::sync::OnceLock;

/// One adult with a credential of each suite, prepared.
pub struct Scene {
    pub world: World,
    pub native: Prepared,
    pub sm2: Prepared,
    pub es256: Prepared,
}

pub fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let (world, wallet) = (World::new(), World::wallet(1));
        let prepared = |issuer: &Issuer| {
            let credential = world.issue(issuer, &wallet, ADULT.attributes(&world.trust)).unwrap();
            world.prepare(&wallet, credential).unwrap()
        };
        let (native, sm2, es256) = (prepared(&world.authority), prepared(&world.ministry), prepared(&world.bureau));
        Scene { world, native, sm2, es256 }
    })
}

impl Scene {
    pub fn all(&self) -> [&Prepared; 3] {
        [&self.native, &self.sm2, &self.es256]
    }

    fn answer(&self, prepared: &Prepared) -> (PendingRequest, Vec<u8>) {
        let pending = self.world.ask(&any_issuer());
        let answer = self.world.answer(&World::wallet(1), &[prepared], &pending);
        (pending, answer)
    }
}

/// Four comparisons of a credential by any of the three issuers.
pub fn any_issuer() -> String {
    FOUR_COMPARISONS.replace(r#""issuers": ["authority"]"#, r#""issuers": ["authority", "ministry", "bureau"]"#)
}

#[test]
fn a_credential_of_every_suite_is_presented_in_the_same_bytes_for_the_same_pseudonym() {
    let scene = scene();
    let mut pseudonyms = Vec::new();
    for (prepared, suite) in scene.all().into_iter().zip([Suite::Native, Suite::Sm2Sm3, Suite::Es256]) {
        assert_eq!(prepared.credential().suite(), suite);
        let (pending, answer) = scene.answer(prepared);
        assert_eq!(answer.len(), 949, "{suite}");
        let verdict = scene.world.verify(&pending, &answer).unwrap();
        assert_eq!(verdict.issuers(), [prepared.credential().issuer().clone()]);
        pseudonyms.push(*verdict.pseudonym().unwrap());
    }
    assert_eq!(pseudonyms[0], pseudonyms[1]);
    assert_eq!(pseudonyms[0], pseudonyms[2]);
}

#[test]
fn answers_of_all_suites_are_verified_in_one_batch_and_a_bad_one_spoils_no_other() {
    let scene = scene();
    let mut answers: Vec<_> = scene.all().into_iter().map(|prepared| scene.answer(prepared)).collect();
    let last = answers[1].1.len() - 1;
    answers[1].1[last] ^= 1;
    let entries: Vec<_> = answers.iter().map(|(pending, answer)| (pending, answer.as_slice())).collect();
    let world = &scene.world;
    let verdicts = world.platform.verify_batch(&entries, &world.trust, &world.nonces, world.now, &mut *world.rng());
    assert!(verdicts[0].is_ok() && verdicts[2].is_ok());
    assert_eq!(verdicts[1], Err(Rejection::Holder(HolderFault::SigmaInvalid)));
}

#[test]
fn a_proof_under_one_issuers_table_is_none_under_anothers() {
    let scene = scene();
    // The same relation, and so a proof of the same shape, for another issuer's key: the ministry's in place of a stranger's.
    let stranger = sm2_issuer("stranger", 99);
    let world = World::changed(|document| {
        document.issuers.push(issuer_document(&stranger, 99, &["cn-realname"]));
    });
    let policy = any_issuer().replace(r#""ministry""#, r#""ministry", "stranger""#);
    let pending = world.ask(&policy);
    let mut answer = world.answer(&World::wallet(1), &[&scene.sm2], &pending);
    assert!(world.verify(&pending, &answer).is_ok());
    let pending = world.ask(&policy);
    let honest = world.answer(&World::wallet(1), &[&scene.sm2], &pending);
    answer.clone_from(&honest);
    answer[5..37].copy_from_slice(stranger.key_id().digest().as_bytes());
    assert_eq!(world.verify(&pending, &answer), Err(HolderFault::SigmaInvalid.into()));
    let unknown = Nonce::from_bytes([1; 32]);
    answer[5..37].copy_from_slice(unknown.as_bytes());
    assert_eq!(world.verify(&pending, &answer), Err(IssuerFault::UnknownIssuerKey.into()));
    assert!(world.verify(&pending, &honest).is_ok(), "{}", to_base64url(&honest[..8]));
}

#[test]
fn a_proving_key_of_this_size_survives_its_file_and_is_below_30_megabytes() {
    let key = keys().sm2_sm3.as_deref().unwrap();
    let bytes = key.to_bytes();
    assert!(bytes.len() < 30_000_000);
    let pinned = ProvingKey::<CredentialSm2Sm3>::digest_of(&bytes);
    let read = ProvingKey::<CredentialSm2Sm3>::from_bytes(&bytes, &pinned).unwrap();
    assert!(read.verifying().id() == key.verifying().id());
}
