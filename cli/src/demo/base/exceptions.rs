//! What asks for more evidence, and what a person has to decide.

use super::{bureau::Bureau, people, rows::Rows, walk::Walk};
use crate::error::Outcome;
use shiming::{
    evidence::{EvidenceKind as K, Fact, Outcome as Found},
    proofing::{Path, ProofingRules, Refusal, Stage, Subject},
};
use std::collections::BTreeSet;

/// Plays step-up and manual review.
pub(super) fn play(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    let zhang = people::zhang_wei(bureau.world.today, 3_000)?;
    rows.group("step-up");
    near_expiry(bureau, rows)?;
    region(bureau, rows, &zhang)?;
    device(bureau, rows, &zhang)?;
    similarity(bureau, rows, &zhang)?;
    rows.group("manual review");
    failures(bureau, rows, &zhang)?;
    contradiction(bureau, rows, &zhang)?;
    expired(bureau, rows)
}

/// A case that has done these.
fn after<'a>(bureau: &'a Bureau, person: &'a Subject, kinds: &[K]) -> Outcome<Walk<'a>> {
    let mut walk = Walk::open(bureau, person, "case-zhang-wei", Path::Ordinary)?;
    walk.pass(kinds)?;
    Ok(walk)
}

fn near_expiry(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    for (left, source, expected) in [(31, "3.1", Stage::FaceEnrolled), (30, "3.1, 3.5", Stage::StepUp)] {
        let person = people::zhang_wei(bureau.world.today, left)?;
        let walk = after(bureau, &person, &[K::Population, K::BankCard, K::Face])?;
        rows.case(&format!("张伟 Zhang Wei, 41, whose document ends in {left} days"), source, &walk, expected)?;
    }
    Ok(())
}

fn region(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let rules = ProofingRules { sensitive_regions: BTreeSet::from([350_200]), ..bureau.rules.clone() };
    let (case, now) = ("case-zhang-wei", bureau.world.now);
    let mut walk = Walk::open_under(bureau, rules, person, case, Path::Ordinary, now)?;
    walk.pass(&[K::Population, K::BankCard, K::Face])?;
    walk.give(K::BankRegion, |said| said.region = Some(350_200))?;
    rows.case("his card's bank is in a region that the issuer lists", "3.2", &walk, Stage::StepUp)
}

fn device(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let mut walk = after(bureau, person, &[K::Population, K::BankCard, K::Face])?;
    walk.give(K::Device, |said| said.result = Found::Fail)?;
    rows.case("his device is not where he usually logs in", "3.3", &walk, Stage::StepUp)
}

/// 9,800 passes, 9,799 takes records and a video.
fn similarity(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let mut walk = after(bureau, person, &[K::Population, K::BankCard])?;
    let mut alike = walk.clone();
    alike.give(K::Face, |said| said.similarity_bp = Some(9_800))?;
    rows.case("his face is 9,800 of 10,000 alike", "3.4", &alike, Stage::FaceEnrolled)?;
    walk.give(K::Face, |said| said.similarity_bp = Some(9_799))?;
    rows.case("his face is 9,799 of 10,000 alike", "3.4, 3.5", &walk, Stage::StepUp)?;
    let early = walk.clone().try_give(K::Video, |_| {})?;
    let refusal = Refusal::OutOfOrder { kind: K::Video, stage: Stage::StepUp };
    rows.case_refuses(("  the video before the records", "3.7"), &walk, early, &refusal)?;
    walk.pass(&[K::SocialInsurance])?;
    rows.case("  his record of social insurance", "3.6", &walk, Stage::StepUp)?;
    walk.pass(&[K::CarrierRealName])?;
    rows.case("  his carrier's real-name record", "3.6", &walk, Stage::VideoDue)?;
    walk.pass(&[K::Video])?;
    rows.case("  the interview by video, last", "3.7", &walk, Stage::FaceEnrolled)
}

/// Any failed or undecided evidence at any stage, and the three decisions.
fn failures(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let failing: [(&str, &[K], K, Found); 5] = [
        ("the population registry does not find him", &[], K::Population, Found::Fail),
        ("his card does not match", &[K::Population], K::BankCard, Found::Fail),
        ("his face does not match", &[K::Population, K::BankCard], K::Face, Found::Fail),
        ("the camera cannot tell", &[K::Population, K::BankCard], K::Face, Found::Indeterminate),
        ("a credit bureau does not know him", &[K::Population, K::BankCard, K::Face], K::CreditBureau, Found::Fail),
    ];
    for (what, done, kind, result) in failing {
        let mut walk = after(bureau, person, done)?;
        walk.give(kind, |said| said.result = result)?;
        rows.case(what, "2.6", &walk, Stage::ManualReview)?;
    }
    let mut walk = after(bureau, person, &[K::Population, K::BankCard])?;
    walk.give(K::Face, |said| said.liveness = Some(false))?;
    rows.case("his face is not a living one", "1.5, 2.6", &walk, Stage::ManualReview)?;
    let other = walk.clone().try_give(K::Face, |_| {})?;
    rows.case_refuses(("  he shows it again meanwhile", "2.6"), &walk, other, &Refusal::UnderReview)?;
    let mut accepted = walk.clone();
    accepted.review(Found::Pass)?.map_err(super::failed)?;
    // What failed still weighs against him, so that the sum is a question of its own.
    rows.case("  the reviewer accepts that", "2.5, 2.6", &accepted, Stage::ManualReview)?;
    accepted.review(Found::Pass)?.map_err(super::failed)?;
    rows.case("  the reviewer accepts the low score too", "2.5, 2.6", &accepted, Stage::FaceEnrolled)?;
    let mut repeated = walk.clone();
    repeated.review(Found::Indeterminate)?.map_err(super::failed)?;
    rows.case("  the reviewer has the step repeated", "2.6", &repeated, Stage::CardBound)?;
    repeated.pass(&[K::Face])?;
    rows.case("  his living face", "2.6", &repeated, Stage::FaceEnrolled)?;
    walk.review(Found::Fail)?.map_err(super::failed)?;
    rows.case("  the reviewer refuses", "2.6", &walk, Stage::Refused)
}

/// Two sources name two people.
fn contradiction(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let mut walk = after(bureau, person, &[K::Population])?;
    let other = walk.digest(Fact::Name, "张玮");
    walk.give(K::BankCard, |said| {
        said.digests.insert(Fact::Name, other);
    })?;
    rows.case("his card is in the name 张玮, not 张伟", "0.4, 2.3", &walk, Stage::ManualReview)?;
    let alone = walk.clone().review(Found::Pass)?;
    rows.case_refuses(("  the reviewer accepts without a branch", "3.9"), &walk, alone, &Refusal::NotAcceptable)?;
    walk.pass(&[K::Branch])?;
    rows.case("  a branch has seen him and his documents", "3.9", &walk, Stage::ManualReview)?;
    walk.review(Found::Pass)?.map_err(super::failed)?;
    rows.case("  the reviewer accepts", "2.6, 3.9", &walk, Stage::CardBound)
}

/// Nobody accepts an expired document.
fn expired(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    let person = people::zhang_wei(bureau.world.today, -1)?;
    let mut walk = after(bureau, &person, &[K::Population])?;
    rows.case("his document has expired yesterday", "3.8", &walk, Stage::ManualReview)?;
    let accepted = walk.clone().review(Found::Pass)?;
    rows.case_refuses(("  the reviewer accepts", "3.8"), &walk, accepted, &Refusal::NotAcceptable)?;
    walk.review(Found::Indeterminate)?.map_err(super::failed)?;
    rows.case("  the reviewer has it repeated", "3.8", &walk, Stage::Started)?;
    let until = bureau.world.today.plus_days(7_300).map_err(super::failed)?;
    let renewed = walk.digest(Fact::DocumentValidUntil, &until.to_u32().to_string());
    walk.give(K::Population, |said| {
        said.document_valid_until = Some(until);
        said.digests.insert(Fact::DocumentValidUntil, renewed);
    })?;
    rows.case("  his new document", "3.8", &walk, Stage::IdVerified)
}
