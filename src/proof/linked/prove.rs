//! The holder's side: blind every core, then prove the linear relations.

use super::{BlindedProof, LinkedProof, Statement, challenge, challenge_scalar};
use crate::proof::{
    groth16::Core,
    msm,
    points::{put_raw_g1, put_raw_g2},
    randomness::Hedge,
    relation_key::generator_times,
};
use rand_core::CryptoRng;
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Projective};
use zeroize::Zeroizing;

/// The statement and its secrets do not fit each other: a fault of the caller, never of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit;

/// A linked proof of `statement` by the holder of `wires`, from one core for each part, in order.
///
/// The blinding is that of a fresh Groth16 proof: `A = A_0 + r D_1`, `B = B_0 + s D_2`,
/// `C = C_0 + s A_0 + r B_0 + r s D_1`, with r and s uniform, so a cached core leaves no trace (spec, "Hiding").
pub(crate) fn prove(
    statement: &Statement,
    wires: &[Fr],
    cores: &[Core],
    rng: &mut impl CryptoRng,
) -> Result<LinkedProof, Misfit> {
    if cores.len() != statement.parts.len() || wires.len() != statement.wires {
        return Err(Misfit);
    }
    let core_bytes = Zeroizing::new(cores.iter().fold(Vec::new(), |mut out, core| {
        put_raw_g1(&mut out, &core.a);
        put_raw_g2(&mut out, &core.b_g2);
        put_raw_g1(&mut out, &core.c);
        out
    }));
    let mut hedge = Hedge::new(statement.session, &statement.context, wires, &core_bytes, rng);

    let mut rhos = Zeroizing::new(Vec::with_capacity(cores.len()));
    let mut g1: Vec<G1Projective> = Vec::with_capacity(3 * cores.len() + 1);
    let mut g2: Vec<G2Projective> = Vec::with_capacity(cores.len());
    for (part, core) in statement.parts.iter().zip(cores) {
        let scalars = hedge.scalars(3);
        let &[r, s, rho] = scalars.as_slice() else { return Err(Misfit) };
        let values = part.forms.iter().map(|form| form.value(wires));
        let values = Zeroizing::new(values.collect::<Option<Vec<Fr>>>().ok_or(Misfit)?);
        let cross = msm::straus(&[core.a, core.b_g1], &[s, r]).ok_or(Misfit)?;
        g1.push(part.key.times_delta(&r) + core.a);
        // gamma = 1: e(rho D_1, G2) = e(rho G1, D_2), so what the commitment gains, C gives back.
        g1.push(cross + part.key.times_delta(&(r * s)) + core.c - generator_times(&rho));
        g1.push(part.key.commit(&values, &rho));
        g2.push(part.key.delta_g2.mul(&s) + core.b_g2);
        rhos.push(rho);
    }
    if let Some((base, wire)) = &statement.pseudonym {
        g1.push(*base * wires.get(*wire).ok_or(Misfit)?);
    }
    let g1 = msm::normalize(&g1);
    let g2 = msm::normalize(&g2);
    let (triples, pseudonym) = g1.split_at(3 * cores.len());
    let proofs: Vec<BlindedProof> = triples
        .chunks_exact(3)
        .zip(g2)
        .filter_map(|(g1, b)| match *g1 {
            [a, c, commitment] => Some(BlindedProof { a, b, c, commitment }),
            _ => None,
        })
        .collect();
    let pseudonym = pseudonym.first().copied();

    let transcript = statement.transcript(&proofs, pseudonym.as_ref());
    hedge.bind(&transcript.peek());
    let masks = hedge.scalars(wires.len());
    let blinds = hedge.scalars(cores.len());
    let challenge = challenge(transcript, &announce(statement, &masks, &blinds)?);
    let c = challenge_scalar(&challenge);
    let respond = |mask: &[Fr], secret: &[Fr]| mask.iter().zip(secret).map(|(t, w)| *t + c * w).collect();
    Ok(LinkedProof {
        proofs,
        pseudonym,
        challenge,
        responses: respond(&masks, wires),
        blinders: respond(&blinds, &rhos),
    })
}

/// The first message: the same linear maps as the commitments and the pseudonym, of the masks.
fn announce(statement: &Statement, masks: &[Fr], blinds: &[Fr]) -> Result<Vec<G1Affine>, Misfit> {
    let mut out = Vec::with_capacity(statement.parts.len() + 1);
    for (part, blind) in statement.parts.iter().zip(blinds) {
        let values = part.forms.iter().map(|form| form.linear(masks));
        let values = Zeroizing::new(values.collect::<Option<Vec<Fr>>>().ok_or(Misfit)?);
        out.push(part.key.commit(&values, blind));
    }
    if let Some((base, wire)) = &statement.pseudonym {
        out.push(*base * masks.get(*wire).ok_or(Misfit)?);
    }
    Ok(msm::normalize(&out))
}
