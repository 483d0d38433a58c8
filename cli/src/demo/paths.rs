//! One person, one request, both paths: what the platform learns on each, and that it is one account.

use super::{
    stage::Stage,
    story::Cast,
    world::{ACCOUNT, EITHER, World},
};
use crate::{
    error::{Failure, Outcome},
    output::Table,
    state::{self, Readers},
    trust::short,
    wording,
};
use shiming::{conventional::AGE_OVER_18, holder, policy::Policy, schema::BIRTH_DATE};

/// One line of what the platform learns.
struct Learned {
    attribute: String,
    zero_knowledge: String,
    conventional: String,
}

/// What came of both answers.
pub(crate) struct Paths {
    learned: Vec<Learned>,
    hidden: Vec<String>,
    pseudonyms: [String; 2],
    bytes: [usize; 2],
}

/// Plays both answers, and every way to make two accounts of them.
pub(crate) fn play(world: &World, cast: &Cast, stage: &mut Stage) -> Outcome<Paths> {
    let request = world.ask(&world.live, EITHER)?;
    let zk = world.answer(&cast.adult, &[&cast.adult_identity], &request)?;
    let in_zero_knowledge =
        stage.accepted("live-platform", "Li Na answers a request of either path, in zero knowledge", || {
            world.judge(&world.live, &request, &zk, world.now)
        })?;

    let credential = cast.adult_identity.credential();
    let credentials = [credential];
    let same = world.disclose(&cast.adult, &credentials, &request)?;
    stage.refused("live-platform", "she answers the same request on the conventional path too", "replayed", || {
        world.judge(&world.live, &request, &same, world.now)
    })?;

    let request = world.ask(&world.live, EITHER)?;
    let (trust, checked) = (&world.trust, request.request());
    let proposal = stage.done("Li Na's wallet", "lists what a conventional answer discloses; she consents", || {
        Ok(holder::propose(&cast.adult, &credentials, checked, trust, world.now)?)
    })?;
    let claims = proposal.disclosures();
    let answer =
        proposal.disclose_with_consent(&cast.adult, trust, Some(&world.proving), world.now, &mut world.rng())?;
    let answer = answer.to_bytes().map_err(|error| Failure::usage("answer-too-large", error))?;
    state::write(&world.state.root().join("conventional-answer"), &answer, Readers::Owner)?;
    let conventionally =
        stage.accepted("live-platform", "Li Na answers the next one conventionally: no second account", || {
            world.judge(&world.live, &request, &answer, world.now)
        })?;
    if in_zero_knowledge != conventionally {
        return Err(Failure::usage("demo-failed", "the two paths gave two pseudonyms; do not use this program"));
    }

    let only_zk = world.ask(&world.live, ACCOUNT)?;
    stage.refused(
        "Li Na's wallet",
        "is asked to disclose for a request of zero knowledge",
        "conventional-not-accepted",
        || world.disclose(&cast.adult, &credentials, &only_zk),
    )?;
    stage.refused("live-platform", "a conventional answer to that request", "path-not-allowed", || {
        world.judge(&world.live, &only_zk, &answer, world.now)
    })?;
    Ok(Paths {
        hidden: hidden(checked.policy(), &claims),
        learned: claims.into_iter().map(|(_, claim, value)| learned(checked.policy(), claim, value)).collect(),
        pseudonyms: [in_zero_knowledge, conventionally],
        bytes: [zk.len(), answer.len()],
    })
}

/// The attribute that a claim is about.
fn subject(claim: &str) -> &str {
    if claim == AGE_OVER_18 { BIRTH_DATE } else { claim }
}

fn learned(policy: &Policy, claim: String, value: String) -> Learned {
    let mut clauses = policy.entries().iter().flat_map(|entry| entry.clauses());
    let clause = clauses.find(|clause| clause.attribute() == subject(&claim));
    let zero_knowledge = clause.map_or_else(|| "—".to_owned(), |clause| wording::test(clause.test()));
    let value = if value.len() > 20 { short(&value) } else { value };
    let conventional = if claim == AGE_OVER_18 { format!("{claim}: {value}") } else { value };
    Learned { attribute: subject(&claim).to_owned(), zero_knowledge, conventional }
}

/// The attributes that neither path shows.
fn hidden(policy: &Policy, claims: &[(usize, String, String)]) -> Vec<String> {
    let slots = policy.entries().iter().flat_map(|entry| entry.schema().slots());
    let shown = |name: &str| claims.iter().any(|(_, claim, _)| subject(claim) == name);
    slots.map(|slot| slot.name().to_owned()).filter(|name| !shown(name)).collect()
}

/// Side by side.
pub(crate) fn table(paths: &Paths) -> String {
    let mut table = Table::new(["live-platform learns", "in zero knowledge", "conventionally"]);
    let [first, second] = &paths.pseudonyms;
    let mut row = |name: &str, first: String, second: String| table.row([name.to_owned(), first, second]);
    row("the policy holds", "yes".to_owned(), "yes".to_owned());
    row("pseudonym", short(first), short(second));
    for line in &paths.learned {
        row(&line.attribute, line.zero_knowledge.clone(), line.conventional.clone());
    }
    let nothing = || "not shown".to_owned();
    row(&format!("the other {} attributes", paths.hidden.len()), nothing(), nothing());
    row(
        "who can link her answers",
        "live-platform its own".to_owned(),
        "all platforms, by holder_tag, for life".to_owned(),
    );
    let [first, second] = paths.bytes;
    row("bytes", first.to_string(), second.to_string());
    format!(
        "{}The pseudonym is the same, so she is the same account on both paths and gets no second one. In zero knowledge the\n\
         platform learns that a test holds, conventionally the value. Her wallet discloses only what she agreed to, and only\n\
         where the request accepts it.\n",
        table.render()
    )
}
