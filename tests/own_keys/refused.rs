//! A signature over the TBS that fails natively is refused before anything is proved, with the reason. The proving keys are
//! there: nothing else would keep the holder from trying.

use crate::world::*;
use shiming::{
    codec::{from_base64url, to_base64url},
    credential::{Credential, CredentialError},
    holder::{self, HolderError},
    issuer::Issuer,
    signature::SignatureError,
    suite::{Suite, TbsSignatureError},
};
use std::sync::OnceLock;

const RANGE: TbsSignatureError = TbsSignatureError::External(SignatureError::Range);
const INVALID: TbsSignatureError = TbsSignatureError::External(SignatureError::Invalid);
const SUITES: [Suite; 2] = [Suite::Sm2Sm3, Suite::Es256];

type Number = [u8; 32];

/// A credential of each suite for wallet 1, as files.
struct Scene {
    world: World,
    files: [serde_json::Value; 2],
}

fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let world = World::new();
        let file = |issuer: &Issuer| {
            let credential = world.issue(issuer, &World::wallet(1), ADULT.attributes(&world.trust)).unwrap();
            serde_json::from_slice(&credential.to_json().unwrap()).unwrap()
        };
        let files = [file(&world.ministry), file(&world.bureau)];
        Scene { world, files }
    })
}

fn order(suite: Suite) -> Number {
    let text = match suite {
        Suite::Sm2Sm3 => "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
        _ => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    };
    std::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
}

/// `a - b`, for `b` not above `a`.
fn minus(a: &Number, b: &Number) -> Number {
    let (mut out, mut borrow) = ([0; 32], false);
    for i in (0..32).rev() {
        let (difference, first) = a[i].overflowing_sub(b[i]);
        let (difference, second) = difference.overflowing_sub(u8::from(borrow));
        (out[i], borrow) = (difference, first || second);
    }
    assert!(!borrow);
    out
}

fn small(n: u8) -> Number {
    let mut out = [0; 32];
    out[31] = n;
    out
}

/// The credential of a suite with other bytes in a member of its file.
fn edited(suite: Suite, member: &str, edit: impl FnOnce(&mut [u8])) -> Credential {
    let Scene { world, files } = scene();
    let mut file = files[SUITES.iter().position(|s| *s == suite).unwrap()].clone();
    let mut bytes = from_base64url(file[member].as_str().unwrap()).unwrap();
    edit(&mut bytes);
    file[member] = to_base64url(&bytes).into();
    Credential::from_json(&serde_json::to_vec(&file).unwrap(), world.trust.schemas()).unwrap()
}

/// The credential with another r and s.
fn signed(suite: Suite, change: impl FnOnce(Number, Number) -> (Number, Number)) -> Credential {
    edited(suite, "signature", |bytes| {
        let (r, s) = change(bytes[..32].try_into().unwrap(), bytes[32..].try_into().unwrap());
        bytes[..32].copy_from_slice(&r);
        bytes[32..].copy_from_slice(&s);
    })
}

/// Both ways in refuse it for its signature.
#[track_caller]
fn assert_refused(credential: Credential, expected: TbsSignatureError) {
    let Scene { world, .. } = scene();
    let (wallet, suite) = (World::wallet(1), credential.suite());
    let reason = |found: Option<HolderError>| match found {
        Some(HolderError::Credential(CredentialError::Signature(reason))) => reason,
        other => panic!("{suite}: {other:?}"),
    };
    assert_eq!(reason(holder::accept(&wallet, &credential, &world.trust, world.now).err()), expected, "{suite}");
    assert_eq!(reason(world.prepare(&wallet, credential).err()), expected, "{suite}");
}

#[test]
fn the_unedited_credentials_are_accepted() {
    let Scene { world, .. } = scene();
    for suite in SUITES {
        let credential = signed(suite, |r, s| (r, s));
        assert!(holder::accept(&World::wallet(1), &credential, &world.trust, world.now).is_ok(), "{suite}");
    }
}

#[test]
fn r_is_zero() {
    for suite in SUITES {
        assert_refused(signed(suite, |_, s| (small(0), s)), RANGE);
        assert_refused(signed(suite, |_, _| (small(0), small(0))), RANGE);
    }
}

#[test]
fn s_is_zero() {
    for suite in SUITES {
        assert_refused(signed(suite, |r, _| (r, small(0))), RANGE);
    }
}

#[test]
fn r_and_s_sum_to_the_order() {
    // Only SM2 has a reason of its own for this, which natively is the same as for any other signature.
    for suite in SUITES {
        assert_refused(signed(suite, |r, _| (r, minus(&order(suite), &r))), INVALID);
        assert_refused(signed(suite, |_, s| (minus(&order(suite), &s), s)), INVALID);
        assert_refused(signed(suite, |_, _| (minus(&order(suite), &small(1)), small(1))), INVALID);
    }
}

#[test]
fn r_or_s_is_not_below_the_order() {
    for suite in SUITES {
        let n = order(suite);
        let mut above = n;
        above[31] += 1;
        for value in [n, above, [0xff; 32]] {
            assert_refused(signed(suite, |_, s| (value, s)), RANGE);
            assert_refused(signed(suite, |r, _| (r, value)), RANGE);
        }
        let last = minus(&n, &small(1));
        assert_refused(signed(suite, |_, s| (last, s)), INVALID);
        assert_refused(signed(suite, |r, _| (r, last)), INVALID);
    }
}

#[test]
fn r_and_s_are_swapped_or_of_a_flipped_bit() {
    for suite in SUITES {
        assert_refused(signed(suite, |r, s| (s, r)), INVALID);
        for position in [15, 31, 47, 63] {
            assert_refused(edited(suite, "signature", |bytes| bytes[position] ^= 1), INVALID);
        }
    }
}

#[test]
fn s_is_negated() {
    let negated = |suite| signed(suite, |r, s| (r, minus(&order(suite), &s)));
    assert_refused(negated(Suite::Sm2Sm3), INVALID);
    // ECDSA has two signatures for one, and FIPS 186-5 accepts both.
    let Scene { world, .. } = scene();
    assert!(holder::accept(&World::wallet(1), &negated(Suite::Es256), &world.trust, world.now).is_ok());
}

#[test]
fn the_signed_bytes_are_edited() {
    for suite in SUITES {
        // The handle of revocation, which has no rule but the signature.
        assert_refused(edited(suite, "tbs", |bytes| bytes[107] ^= 1), INVALID);
    }
}
