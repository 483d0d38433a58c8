//! Objects in files, in their canonical form or as text.

use crate::{
    args::Out,
    error::{Failure, Outcome},
    state::{self, Readers},
};
use shiming::codec::{self, Kind};
use std::path::Path;
use zeroize::Zeroizing;

/// Whether bytes are the text form. Every canonical form has a byte outside base64url's alphabet: JSON a brace, a JWS a dot,
/// binary objects their version.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    !bytes.is_empty() && bytes.iter().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(c))
}

/// The canonical bytes of an object in a file, which may have the text form.
pub(crate) fn read(kind: Kind, path: &Path) -> Outcome<Zeroizing<Vec<u8>>> {
    // The text form of the greatest object, with its newline.
    let bytes = state::read(path, kind.cap().div_ceil(3) * 4 + 1)?;
    if is_text(&bytes) {
        return codec::from_text(kind, &bytes).map(Zeroizing::new).map_err(|error| Failure::file(path, error));
    }
    kind.check_size(&bytes).map_err(|error| Failure::file(path, error))?;
    Ok(bytes)
}

/// Writes an object as the command was told.
pub(crate) fn write(out: &Out, bytes: &[u8], readers: Readers) -> Outcome<()> {
    if out.text {
        let text = Zeroizing::new(codec::to_text(bytes) + "\n");
        state::write(&out.out, text.as_bytes(), readers)
    } else {
        state::write(&out.out, bytes, readers)
    }
}
