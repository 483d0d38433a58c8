//! Nobody asks more than is registered: the platform's own request maker refuses, and so does every holder.

use crate::{stage::*, world::*};
use shiming::{
    policy::PolicyDocument,
    request::{Request, RequestError},
    verifier::{AskError, Verifier},
};

/// Why a platform cannot ask a policy: its own reason, and the one of a holder who gets it signed all the same.
fn refused((platform, seed): (&str, u64), policy: &PolicyDocument, base: &Request) -> RequestError {
    let world = &stage().world;
    let verifier = Verifier::new(id(platform), es256(seed));
    let own = verifier.request(policy, &endpoint(platform), &world.trust, world.now, &mut rng(1));
    let Err(AskError::Request(own)) = own else { panic!("{platform} may ask {}: {:?}", policy.id, own.err()) };
    let schemas = policy.credentials.iter().filter_map(|credential| world.trust.schemas().get(&credential.schema));
    let request = Request {
        policy: policy.clone(),
        schemas: schemas.map(|schema| (schema.name().clone(), schema.digest())).collect(),
        ..base.clone()
    };
    let signed = request.sign(&es256(seed)).unwrap();
    let held = signed.check(world.trust.bundle(), world.trust.schemas(), world.now, world.today()).err();
    assert_eq!(held.as_ref(), Some(&own), "{platform}, {}", policy.id);
    own
}

/// A good request of a platform.
fn base(name: &str) -> Request {
    stage().ask(name).request().request().clone()
}

#[test]
fn no_platform_asks_another_platforms_profile() {
    for (platform, own, seed) in PLATFORMS {
        for (_, others, _) in PLATFORMS.into_iter().filter(|(other, ..)| *other != platform) {
            for other in others {
                let found = refused((platform, seed), &profile(other), &base(own[0]));
                assert_eq!(found, RequestError::PurposeNotRegistered, "{platform}, {other}");
                // Nor under a name of its own.
                let disguised = PolicyDocument { id: profile(own[0]).id, ..profile(other) };
                let found = refused((platform, seed), &disguised, &base(own[0]));
                assert_eq!(found, RequestError::PurposeMismatch, "{platform}, {other}");
            }
        }
    }
}

/// What would be asked, and the change of the registered policy.
type Change = (&'static str, fn(&mut PolicyDocument));

/// What a platform might like to know beside.
fn changes() -> Vec<Change> {
    fn clause(json: &str) -> shiming::policy::ClauseDocument {
        serde_json::from_str(json).unwrap()
    }
    vec![
        ("a clause more", |p| p.credentials[0].require.push(clause(r#"{"attribute": "sex", "equal": 1}"#))),
        ("a region", |p| p.credentials[0].require.push(clause(r#"{"attribute": "region", "in": [110105]}"#))),
        ("a disclosure more", |p| p.credentials.iter_mut().for_each(|c| c.disclose.push("document_number".into()))),
        ("the name", |p| p.credentials[0].disclose.push("name_digest".into())),
        ("a credential more", |p| {
            let more =
                if p.credentials.iter().any(|c| c.schema == "cn-bank-card") { "credit-band" } else { "bank-card" };
            let (schema, issuer) = if more == "bank-card" {
                ("cn-bank-card", "card-network")
            } else {
                ("cn-credit-band", "credit-bureau")
            };
            let json = format!(r#"{{"schema": "{schema}", "issuers": ["{issuer}"]}}"#);
            p.credentials.push(serde_json::from_str(&json).unwrap());
        }),
        ("an issuer more", |p| p.credentials[0].issuers.push("authority".into())),
        ("another scope", |p| p.pseudonym.as_mut().unwrap().scope = "advertising".into()),
        ("a clause less", |p| p.credentials[0].omit.push("reverify_by".into())),
        ("one path less", |p| p.paths.truncate(1)),
    ]
}

#[test]
fn no_platform_changes_its_own_profile() {
    for (platform, profiles, seed) in PLATFORMS {
        for name in profiles {
            for (what, change) in changes() {
                let mut changed = profile(name);
                change(&mut changed);
                let found = refused((platform, seed), &changed, &base(name));
                assert_eq!(found, RequestError::PurposeMismatch, "{name}, {what}");
            }
        }
    }
}

#[test]
fn a_bound_is_neither_lowered_nor_raised() {
    for (name, credential, clause) in
        [("alipay-small-credit", 1, 0), ("alipay-wealth", 0, 2), ("douyin-live-commerce", 1, 1)]
    {
        let registered = profile(name).credentials[credential].require[clause].at_least.unwrap();
        for bound in [registered - 1, registered + 1] {
            let mut changed = profile(name);
            changed.credentials[credential].require[clause].at_least = Some(bound);
            assert_eq!(refused(owner(name), &changed, &base(name)), RequestError::PurposeMismatch, "{name} {bound}");
        }
    }
}

#[test]
fn advertising_is_no_purpose() {
    let base = base("wechat-payment");
    let mut ads = PolicyDocument { id: "wechat-ads:1".into(), ..profile("wechat-payment") };
    assert_eq!(refused(owner("wechat-payment"), &ads, &base), RequestError::PurposeNotRegistered);
    // Not even for less than the payment asks.
    ads.credentials[0].require.clear();
    ads.pseudonym = None;
    assert_eq!(refused(owner("wechat-payment"), &ads, &base), RequestError::PurposeNotRegistered);
    // The payment's answer does not go to an address of the advertising.
    let elsewhere = Request { response_endpoint: "https://ads.wechat.example/answers".into(), ..base };
    let (trust, now) = (&stage().world.trust, stage().world.now);
    let signed = elsewhere.sign(&es256(owner("wechat-payment").1)).unwrap();
    let found = signed.check(trust.bundle(), trust.schemas(), now, stage().world.today()).err();
    assert_eq!(found, Some(RequestError::EndpointNotRegistered));
}

#[test]
fn a_registered_profile_is_asked_and_answered() {
    for name in PLATFORMS.iter().flat_map(|(_, profiles, _)| *profiles) {
        assert_eq!(stage().ask(name).request().policy().document(), &profile(name));
    }
}
