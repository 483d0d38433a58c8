//! The native functions against published vectors and against other implementations.

use proptest::prelude::*;
use shiming_circuits::{sha256, sm3};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// GB/T 32905-2016, appendix A, and the empty message.
#[test]
fn sm3_vectors() {
    let long = b"abcd".repeat(16);
    for (message, digest) in [
        (&b""[..], "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (&long, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ] {
        assert_eq!(hex(&sm3::digest(message)), digest);
    }
}

/// FIPS 180-4 examples, and the empty message.
#[test]
fn sha256_vectors() {
    for (message, digest) in [
        (&b""[..], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
    ] {
        assert_eq!(hex(&sha256::digest(message)), digest);
    }
}

fn assert_same_as_others(message: &[u8]) {
    assert_eq!(sm3::digest(message)[..], <::sm3::Sm3 as ::sm3::Digest>::digest(message)[..]);
    assert_eq!(sha256::digest(message)[..], <sha2::Sha256 as sha2::Digest>::digest(message)[..]);
}

/// Every length across three boundaries of the padding.
#[test]
fn every_length_up_to_200_bytes() {
    for length in 0..=200u8 {
        assert_same_as_others(&(0..length).map(|i| i.wrapping_mul(151) ^ length).collect::<Vec<_>>());
    }
}

proptest! {
    #[test]
    fn random_messages(message in prop::collection::vec(any::<u8>(), 0..2000)) {
        assert_same_as_others(&message);
    }
}
