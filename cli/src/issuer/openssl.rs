//! What to type where the private key is a file: the commands of OpenSSL 3 that sign what this program wrote.

use shiming::signature::{Algorithm, Distid};
use std::path::Path;

/// The file that stands for the private key in printed commands.
const KEY: &str = "key.pem";

/// The command that signs a file, and writes the DER beside it. An HSM does the same with its own.
pub(super) fn sign(input: &Path, algorithm: Algorithm, distid: &Distid, digest: bool) -> String {
    let (name, out) = (quoted(&input.to_string_lossy()), quoted(&format!("{}.sig", input.display())));
    match algorithm {
        _ if digest => format!("openssl pkeyutl -sign -inkey {KEY} -in {name} -out {out}"),
        Algorithm::Es256 => format!("openssl dgst -sha256 -sign {KEY} -out {out} {name}"),
        Algorithm::Sm2 => {
            let option = quoted(&format!("distid:{}", distid.as_str()));
            format!("openssl dgst -sm3 -sign {KEY} -sigopt {option} -out {out} {name}")
        }
    }
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_word_ends_early() {
        assert_eq!(quoted("distid:shiming-tbs:bureau"), "distid:shiming-tbs:bureau");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("a'; rm -r $HOME"), r"'a'\''; rm -r $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
