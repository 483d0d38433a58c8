//! Policies in words, as a holder reads them before answering.

use shiming::{
    holder::Proposal,
    policy::{DateBound, Path, Policy, Test},
    request::CheckedRequest,
    schema::DOCUMENT_NUMBER,
    trust::Trust,
};

/// One sentence per clause, disclosure and pseudonym.
pub(crate) fn clauses(policy: &Policy) -> Vec<String> {
    let mut out = Vec::new();
    for (number, entry) in policy.entries().iter().enumerate() {
        let issuers: Vec<_> = entry.issuers().iter().map(ToString::to_string).collect();
        out.push(format!("credential {}: {} by {}", number + 1, entry.schema().name(), issuers.join(" or ")));
        for clause in entry.clauses() {
            let implied = if clause.is_implied() { " (implied)" } else { "" };
            out.push(format!("  proves   {} {}{implied}", clause.attribute(), test(clause.test())));
        }
        for slot in entry.disclosed() {
            let name = entry.schema().slots().get(*slot).map_or("?", |slot| slot.name());
            out.push(format!("  SHOWS    {name}"));
        }
    }
    let joined = policy.entries().iter().filter(|entry| entry.schema().slot(DOCUMENT_NUMBER).is_some()).count();
    if joined > 1 {
        out.push("the credentials are of one person (same document_number, not shown)".to_owned());
    }
    match policy.scope() {
        Some(scope) => out.push(format!("gives your pseudonym at this platform for \"{scope}\", the same every time")),
        None => out.push("gives no pseudonym".to_owned()),
    }
    out
}

/// What a clause asks, in words.
pub(crate) fn test(test: &Test) -> String {
    let set = |values: &[u32]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match test {
        Test::AgeAtLeast(years) => format!("is at least {years} years ago"),
        Test::AgeAtMost(years) => format!("is less than {} years ago", years + 1),
        Test::NotBefore(date) => format!("is {} or later", bound(*date)),
        Test::NotAfter(date) => format!("is {} or earlier", bound(*date)),
        Test::AtLeast(n) => format!("is {n} or more"),
        Test::AtMost(n) => format!("is {n} or less"),
        Test::Equal(n) => format!("is {n}"),
        Test::In(values) => format!("is one of {}", set(values)),
        Test::NotIn(values) => format!("is none of {}", set(values)),
    }
}

fn bound(bound: DateBound) -> String {
    match bound {
        DateBound::Today => "today".to_owned(),
        DateBound::On(date) => date.to_string(),
    }
}

/// Who asks what for which purpose, for the holder's eyes.
pub(crate) fn request(request: &CheckedRequest, trust: &Trust) -> String {
    let content = request.request();
    let name = trust.bundle().verifier(&content.audience).map_or("", |verifier| verifier.name());
    let mut out = format!(
        "{name} ({}) asks, for the purpose {}, on {}:\n",
        content.audience,
        request.policy().id(),
        content.today
    );
    for line in clauses(request.policy()) {
        out.push_str(&format!("  {line}\n"));
    }
    out.push_str(&format!("The answer goes to {}", content.response_endpoint));
    out
}

/// What an answer on the conventional path would disclose, and what that means.
pub(crate) fn proposal(request: &CheckedRequest, proposal: &Proposal<'_>) -> String {
    let audience = &request.request().audience;
    let claims = proposal.disclosures();
    let width = claims.iter().map(|(_, name, _)| name.len()).max().unwrap_or(0);
    let mut out = format!("On the conventional path this DISCLOSES to {audience}, under the issuer's signature:\n");
    for (credential, name, value) in claims {
        out.push_str(&format!("  credential {}: {name:width$}  {value}\n", credential + 1));
    }
    if proposal.reveals_holder_tags() {
        out.push_str(
            "WARNING: holder_tag is yours for life, and the same at every platform. Whoever has it can link your answers on this\n\
             path with each other, at all platforms, and with the account that you have here in zero knowledge.\n",
        );
    }
    if request.policy().allows(Path::Zk) {
        out.push_str(
            "The request also accepts zero knowledge, which discloses none of it: leave --conventional out.\n",
        );
    }
    out.pop();
    out
}

/// A path in words.
pub(crate) const fn path(path: Path) -> &'static str {
    match path {
        Path::Zk => "zero knowledge",
        Path::Conventional => "conventional: the answer itself discloses every tested attribute",
    }
}
