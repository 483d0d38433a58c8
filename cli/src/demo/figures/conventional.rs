//! The figures of the conventional path: issuing, and answers with and without a pseudonym.

use super::{Holder, Job, Measured, Unit};
use crate::{
    demo::world::{EITHER, UNLINKED, World, policy},
    error::{Failure, Outcome},
};
use shiming::ledger::{MemoryNonces, MemoryTags};

const RUNS: usize = 64;
/// Units as long as signing or verifying one SD-JWT.
const BLOCK: usize = 15;

/// Conventional answers of one form.
pub(crate) struct Answers {
    /// Disclosing, the proof behind a pseudonym included.
    pub(crate) present: Measured,
    /// Verifying one.
    pub(crate) verify: Measured,
    /// The median size.
    pub(crate) bytes: usize,
}

/// Makes and signs both inputs, TBS and SD-JWT.
pub(super) fn issue(world: &World, holders: &[Holder], unit: &mut Unit) -> Outcome<Measured> {
    let issuer = &world.authority.issuer;
    let signer = issuer.signer().ok_or_else(|| Failure::usage("demo-failed", "the issuer of the demo has no keys"))?;
    let mut job = Job::of(BLOCK);
    for holder in holders.iter().cycle().take(RUNS) {
        let enrolled = world.enrol(&world.authority, &holder.wallet, world.now)?;
        let attributes = holder.person.identity(world.trust.schemas(), world.now)?;
        let (nonces, tags) = (MemoryNonces::default(), MemoryTags::default());
        let mut rng = world.rng();
        let signatures = job.once(unit, || {
            let draft = issuer.draft(enrolled, attributes, &world.trust, &nonces, &tags, world.now, &mut rng)?;
            signer.sign(&draft, &mut rng)
        });
        let _ = signatures?;
    }
    Ok(job.measured())
}

/// Answers the main job's policy by disclosing, with its pseudonym or without.
pub(super) fn answers(world: &World, holders: &[Holder], unit: &mut Unit, linked: bool) -> Outcome<Answers> {
    let block = if linked { super::BLOCK } else { BLOCK };
    let document = policy(if linked { EITHER } else { UNLINKED })?;
    let ledger = MemoryNonces::default();
    let (mut present, mut verify, mut sizes) = (Job::of(block), Job::of(block), Vec::new());
    for holder in holders.iter().cycle().take(RUNS) {
        let pending = world.ask_policy(&world.live, &document)?;
        let credentials = [holder.prepared.credential()];
        let answer = present.once(unit, || world.disclose(&holder.wallet, &credentials, &pending))?;
        let verdict = verify.once(unit, || {
            world.live.verifier.verify(&pending, &answer, &world.trust, &ledger, world.now, &mut world.rng())
        });
        let _ = verdict?;
        sizes.push(answer.len());
    }
    sizes.sort_unstable();
    let bytes = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
    Ok(Answers { present: present.measured(), verify: verify.measured(), bytes })
}
