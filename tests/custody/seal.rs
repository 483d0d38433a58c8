//! Sealed evidence: the vector of RFC 8998, the `openssl` command line as recipient, and everything that can be done on the way.

use crate::*;
use aes_gcm::{AeadInOut, AesGcm, KeyInit, aead::consts::U12};
use proptest::prelude::*;
use shiming::{
    codec::DecodeError,
    custody::{
        PURGE_AFTER_SECONDS, SEALED_EVIDENCE, SealError, SealFormError, SealPublicKey, SealSecretKey, SealedEvidence,
    },
    signature::KeyError,
    time::UnixTime,
};
use std::{env, fs, process::Command};

const CONTENT: &[u8] = b"eighteen good bytes and an image";
/// Where things stand: `bio.face` and `case-1` have 8 and 6 bytes.
const KIND_AT: usize = 37;
const CAPTURED_AT: usize = KIND_AT + 9 + 7;
const TRANSPORT_AT: usize = CAPTURED_AT + 16;
const NONCE_AT: usize = TRANSPORT_AT + 113;
const LENGTH_AT: usize = NONCE_AT + 12;
const CONTENT_AT: usize = LENGTH_AT + 4;

fn key(seed: u64) -> SealSecretKey {
    SealSecretKey::generate(&mut rng(seed))
}

fn sealed() -> SealedEvidence {
    sealed_evidence(1, NOW, CONTENT)
}

fn parse(bytes: &[u8]) -> Result<SealedEvidence, SealFormError> {
    SealedEvidence::from_bytes(bytes)
}

/// What becomes of bytes in the hands of the recipient.
fn open(bytes: &[u8]) -> Result<Vec<u8>, SealFormError> {
    Ok(parse(bytes)?.open(&key(7), NOW)?.to_vec())
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

#[test]
fn sm4_gcm_is_rfc_8998_a_1() {
    let cipher = AesGcm::<sm4::Sm4, U12>::new_from_slice(&hex("0123456789ABCDEFFEDCBA9876543210")).unwrap();
    let nonce: [u8; 12] = hex("00001234567800000000ABCD").try_into().unwrap();
    let aad = hex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
    let mut text = hex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
    );
    let plain = text.clone();
    let tag = cipher.encrypt_inout_detached((&nonce).into(), &aad, text.as_mut_slice().into()).unwrap();
    let expected = hex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
    );
    assert_eq!(
        (text.as_slice(), tag.as_slice()),
        (expected.as_slice(), hex("83DE3541E4C2B58177E065A9BF7B62EC").as_slice())
    );
    cipher.decrypt_inout_detached((&nonce).into(), &aad, text.as_mut_slice().into(), &tag).unwrap();
    assert_eq!(text, plain);
}

#[test]
fn what_is_sealed_is_opened_by_its_recipient() {
    let sealed = sealed();
    let read = parse(sealed.as_bytes()).unwrap();
    assert_eq!(read, sealed);
    assert_eq!(read.digest(), sealed.digest());
    assert_eq!(read.header().recipient, key(7).public_key().id());
    assert_eq!((read.header().kind.as_str(), read.header().case.as_str()), ("bio.face", "case-1"));
    assert_eq!(read.header().purge_by(), NOW.plus(PURGE_AFTER_SECONDS));
    assert_eq!(*read.open(&key(7), NOW).unwrap(), CONTENT);
    assert_eq!(open(sealed_evidence(2, NOW, b"").as_bytes()).unwrap(), b"");
}

#[test]
fn the_same_content_is_never_sealed_the_same() {
    let (one, two) = (sealed_evidence(1, NOW, CONTENT), sealed_evidence(2, NOW, CONTENT));
    assert_ne!(one.digest(), two.digest());
    for at in [TRANSPORT_AT, NONCE_AT, CONTENT_AT] {
        assert_ne!(one.as_bytes()[at..at + 12], two.as_bytes()[at..at + 12]);
    }
    let bytes = one.as_bytes();
    assert!(!bytes.windows(8).any(|window| CONTENT.windows(8).any(|plain| plain == window)));
    assert_eq!(format!("{one:?}"), format!("SealedEvidence(bio.face of case-1, {} bytes)", bytes.len()));
}

#[test]
fn another_key_opens_nothing() {
    assert_eq!(sealed().open(&key(8), NOW), Err(SealError::OtherRecipient));
    // Under its own id, whoever has readdressed it: the key transport does not decrypt.
    let mut bytes = sealed().as_bytes().to_vec();
    bytes[5..37].copy_from_slice(key(8).public_key().id().digest().as_bytes());
    assert_eq!(parse(&bytes).unwrap().open(&key(8), NOW), Err(SealError::Key));
}

#[test]
fn an_altered_key_transport_does_not_decrypt() {
    // The point, the SM3 digest, the key.
    for at in [TRANSPORT_AT + 1, TRANSPORT_AT + 40, TRANSPORT_AT + 64, TRANSPORT_AT + 65, NONCE_AT - 16, NONCE_AT - 1] {
        let mut bytes = sealed().as_bytes().to_vec();
        bytes[at] ^= 1;
        assert_eq!(open(&bytes), Err(SealError::Key.into()), "{at}");
    }
}

#[test]
fn a_key_transport_from_another_envelope_opens_nothing() {
    let (mut bytes, other) = (sealed().as_bytes().to_vec(), sealed_evidence(2, NOW, CONTENT));
    bytes[TRANSPORT_AT..NONCE_AT].copy_from_slice(&other.as_bytes()[TRANSPORT_AT..NONCE_AT]);
    assert_eq!(open(&bytes), Err(SealError::Altered.into()));
}

#[test]
fn an_edited_header_is_altered_evidence() {
    for (at, from, to) in [(KIND_AT + 1, b'b', b'c'), (KIND_AT + 9 + 6, b'1', b'2')] {
        let mut bytes = sealed().as_bytes().to_vec();
        assert_eq!(bytes[at], from);
        bytes[at] = to;
        assert_eq!(open(&bytes), Err(SealError::Altered.into()), "{at}");
    }
    // A later capture with the purge that belongs to it: everything fits but the tag.
    let mut bytes = sealed().as_bytes().to_vec();
    bytes[CAPTURED_AT..CAPTURED_AT + 8].copy_from_slice(&NOW.plus(-60).seconds().to_be_bytes());
    let purge_by = NOW.plus(-60 + PURGE_AFTER_SECONDS).seconds().to_be_bytes();
    bytes[CAPTURED_AT + 8..TRANSPORT_AT].copy_from_slice(&purge_by);
    assert_eq!(open(&bytes), Err(SealError::Altered.into()));
}

#[test]
fn an_edited_nonce_content_or_tag_is_altered_evidence() {
    let length = sealed().as_bytes().len();
    for at in [NONCE_AT, LENGTH_AT - 1, CONTENT_AT, length - 17, length - 16, length - 1] {
        let mut bytes = sealed().as_bytes().to_vec();
        bytes[at] ^= 0x80;
        assert_eq!(open(&bytes), Err(SealError::Altered.into()), "{at}");
    }
}

#[test]
fn every_beginning_is_truncated_and_anything_more_is_trailing() {
    let sealed = sealed();
    let bytes = sealed.as_bytes();
    for length in 0..bytes.len() {
        assert_eq!(parse(&bytes[..length]), Err(DecodeError::Truncated.into()), "{length}");
    }
    let longer = [bytes, &[0]].concat();
    assert_eq!(parse(&longer), Err(DecodeError::TrailingBytes.into()));
    let mut shorter = bytes.to_vec();
    shorter[CONTENT_AT - 1] -= 1;
    assert_eq!(parse(&shorter), Err(DecodeError::TrailingBytes.into()), "a length that is one too small");
    shorter[CONTENT_AT - 1] += 2;
    assert_eq!(parse(&shorter), Err(DecodeError::Truncated.into()), "one too large");
}

#[test]
fn another_magic_version_name_or_point_is_no_sealed_evidence() {
    let changed = |at: usize, byte: u8| {
        let mut bytes = sealed().as_bytes().to_vec();
        bytes[at] = byte;
        parse(&bytes).unwrap_err()
    };
    assert_eq!(changed(0, b'X'), DecodeError::WrongHeader.into());
    assert_eq!(changed(4, 2), DecodeError::WrongHeader.into());
    assert_eq!(changed(KIND_AT, 0), DecodeError::NotCanonical.into(), "an empty name");
    assert_eq!(changed(KIND_AT, 65), DecodeError::NotCanonical.into(), "a long one");
    assert_eq!(changed(KIND_AT + 1, b' '), DecodeError::NotCanonical.into());
    assert_eq!(changed(KIND_AT + 1, 0xff), DecodeError::NotUtf8.into());
    assert_eq!(changed(TRANSPORT_AT, 2), DecodeError::NotCanonical.into(), "a compressed point");
    assert_eq!(changed(TRANSPORT_AT, 0), DecodeError::NotCanonical.into(), "the identity");
}

#[test]
fn the_purge_is_72_hours_after_the_capture_and_at_no_other_time() {
    assert_eq!(PURGE_AFTER_SECONDS, 259_200);
    for difference in [-1, 1] {
        let mut bytes = sealed().as_bytes().to_vec();
        let purge_by = NOW.plus(PURGE_AFTER_SECONDS + difference).seconds().to_be_bytes();
        bytes[CAPTURED_AT + 8..TRANSPORT_AT].copy_from_slice(&purge_by);
        assert_eq!(parse(&bytes), Err(SealError::PurgeBy.into()));
    }
    for seconds in [-1, 253_402_300_800, i64::MIN, i64::MAX] {
        let mut bytes = sealed().as_bytes().to_vec();
        let captured_at = UnixTime::from_seconds(seconds);
        bytes[CAPTURED_AT..CAPTURED_AT + 8].copy_from_slice(&seconds.to_be_bytes());
        bytes[CAPTURED_AT + 8..TRANSPORT_AT]
            .copy_from_slice(&captured_at.plus(PURGE_AFTER_SECONDS).seconds().to_be_bytes());
        assert_eq!(parse(&bytes), Err(SealError::PurgeBy.into()), "{seconds}");
        let (kind, case) = (id("bio.face"), id("case-1"));
        let seal = |now| SealedEvidence::seal(&key(7).public_key(), &kind, &case, captured_at, b"", now, &mut rng(1));
        assert_eq!(seal(captured_at), Err(SealError::PurgeBy.into()));
    }
}

#[test]
fn evidence_is_opened_from_its_capture_until_it_is_due() {
    let sealed = sealed();
    let open = |seconds| sealed.open(&key(7), NOW.plus(seconds)).map(drop);
    assert_eq!(open(-1), Err(SealError::CapturedInFuture));
    assert_eq!(open(0), Ok(()));
    assert_eq!(open(PURGE_AFTER_SECONDS - 1), Ok(()));
    assert_eq!(open(PURGE_AFTER_SECONDS), Err(SealError::PurgeDue));
    assert_eq!(open(PURGE_AFTER_SECONDS + 1), Err(SealError::PurgeDue));
}

#[test]
fn nothing_is_sealed_that_could_not_be_opened() {
    let (kind, case) = (id("bio.face"), id("case-1"));
    let seal = |now| SealedEvidence::seal(&key(7).public_key(), &kind, &case, NOW, CONTENT, now, &mut rng(1)).map(drop);
    assert_eq!(seal(NOW.plus(-1)), Err(SealError::CapturedInFuture.into()));
    assert_eq!(seal(NOW.plus(PURGE_AFTER_SECONDS)), Err(SealError::PurgeDue.into()));
    assert_eq!(seal(NOW.plus(PURGE_AFTER_SECONDS - 1)), Ok(()));
}

#[test]
fn the_cap_is_of_the_whole_and_the_same_for_sealing_and_reading() {
    let cap = SEALED_EVIDENCE.cap();
    let largest = cap - CONTENT_AT - 16;
    let sealed = sealed_evidence(1, NOW, &vec![0; largest]);
    assert_eq!(sealed.as_bytes().len(), cap);
    assert_eq!(open(sealed.as_bytes()).unwrap().len(), largest);
    let (kind, case) = (id("bio.face"), id("case-1"));
    let content = vec![0; largest + 1];
    let refused = SealedEvidence::seal(&key(7).public_key(), &kind, &case, NOW, &content, NOW, &mut rng(1));
    assert_eq!(refused, Err(DecodeError::TooLarge { cap }.into()));
    assert_eq!(parse(&vec![0; cap + 1]), Err(DecodeError::TooLarge { cap }.into()));
}

#[test]
fn keys_go_through_pem_and_points() {
    let key = key(7);
    let again = SealSecretKey::from_pkcs8_pem(&key.to_pkcs8_pem().unwrap()).unwrap();
    assert_eq!(again.public_key(), key.public_key());
    let public = key.public_key();
    assert_eq!(SealPublicKey::from_spki_pem(&public.to_spki_pem().unwrap()), Ok(public));
    assert_eq!(SealPublicKey::from_point_bytes(&public.to_point_bytes()), Ok(public));
    assert_eq!(SealPublicKey::from_point_bytes(&[0; 64]), Err(KeyError::Point));
    let mut off = public.to_point_bytes();
    off[63] ^= 1;
    assert_eq!(SealPublicKey::from_point_bytes(&off), Err(KeyError::Point));
    assert_eq!(SealPublicKey::from_spki_pem("no PEM"), Err(KeyError::Pem));
    assert!(matches!(SealSecretKey::from_pkcs8_pem("no PEM"), Err(KeyError::Pem)));
    let p256 = shiming::signature::Es256SigningKey::generate(&mut rng(1));
    assert!(matches!(SealSecretKey::from_pkcs8_pem(&p256.to_pkcs8_pem().unwrap()), Err(KeyError::Pem)));
    assert_ne!(public.id(), SealSecretKey::generate(&mut rng(8)).public_key().id());
}

/// The DER of a SEQUENCE of x, y, the digest and the ciphertext, which GM/T 0009 gives SM2 ciphertexts, of `04 x y C3 C2`.
fn der_of_transport(transport: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| {
        let mut bytes: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        if bytes[0] >= 0x80 {
            bytes.insert(0, 0);
        }
        [&[0x02, bytes.len() as u8], bytes.as_slice()].concat()
    };
    let octets = |bytes: &[u8]| [&[0x04, bytes.len() as u8], bytes].concat();
    let body =
        [integer(&transport[1..33]), integer(&transport[33..65]), octets(&transport[65..97]), octets(&transport[97..])]
            .concat();
    [&[0x30, body.len() as u8], body.as_slice()].concat()
}

/// OpenSSL 3.0 as the recipient: `pkeyutl -decrypt` for the SM4 key, and for the content the counter mode inside GCM, whose
/// first block of content has the counter 2.
#[test]
fn the_openssl_command_line_opens_what_is_sealed_for_its_key() {
    let openssl = |arguments: &[&str]| Command::new("openssl").args(arguments).output();
    if !openssl(&["version"]).is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: there is no openssl command line");
        return;
    }
    let folder = env::temp_dir().join(format!("shiming-seal-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let done = |arguments: &[&str]| {
        let output = openssl(arguments).unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    done(&["genpkey", "-algorithm", "SM2", "-out", &path("key.pem")]);
    done(&["pkey", "-in", &path("key.pem"), "-pubout", "-out", &path("key.pub")]);
    let public = SealPublicKey::from_spki_pem(&fs::read_to_string(path("key.pub")).unwrap()).unwrap();
    // Several times, since the integers of the DER have leading zeros now and then.
    for seed in 0..8 {
        let (kind, case) = (id("bio.face"), id("case-1"));
        let sealed = SealedEvidence::seal(&public, &kind, &case, NOW, CONTENT, NOW, &mut rng(seed)).unwrap();
        let bytes = sealed.as_bytes();
        fs::write(path("transport"), der_of_transport(&bytes[TRANSPORT_AT..NONCE_AT])).unwrap();
        done(&["pkeyutl", "-decrypt", "-inkey", &path("key.pem"), "-in", &path("transport"), "-out", &path("sm4.key")]);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let sm4 = fs::read(path("sm4.key")).unwrap();
        assert_eq!(sm4.len(), 16);
        let counter = hex(&bytes[NONCE_AT..LENGTH_AT]) + "00000002";
        fs::write(path("content"), &bytes[CONTENT_AT..bytes.len() - 16]).unwrap();
        done(&[
            "enc",
            "-d",
            "-sm4-ctr",
            "-K",
            &hex(&sm4),
            "-iv",
            &counter,
            "-in",
            &path("content"),
            "-out",
            &path("plain"),
        ]);
        assert_eq!(fs::read(path("plain")).unwrap(), CONTENT);
    }
    // And the key that the command line wrote opens it here.
    let key = SealSecretKey::from_pkcs8_pem(&fs::read_to_string(path("key.pem")).unwrap()).unwrap();
    let (kind, case) = (id("bio.face"), id("case-1"));
    let sealed = SealedEvidence::seal(&public, &kind, &case, NOW, CONTENT, NOW, &mut rng(9)).unwrap();
    assert_eq!(*sealed.open(&key, NOW).unwrap(), CONTENT);
    fs::remove_dir_all(folder).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_changed_byte_is_opened(at in any::<prop::sample::Index>(), mask in 1u8..) {
        let mut bytes = sealed().as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        prop_assert!(open(&bytes).is_err(), "{}", at);
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), own in any::<bool>()) {
        let bytes = if own { [&sealed().as_bytes()[..TRANSPORT_AT], &bytes].concat() } else { bytes };
        prop_assert!(open(&bytes).is_err());
    }
}
