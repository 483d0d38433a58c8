//! Check digits (ICAO Doc 9303, part 3, section 4.9).

/// The value of a character: digits are themselves, A to Z are 10 to 35, the filler is 0; none for any other.
pub(super) const fn value(c: u8) -> Option<u32> {
    match c {
        b'0'..=b'9' => Some((c - b'0') as u32),
        b'A'..=b'Z' => Some((c - b'A') as u32 + 10),
        b'<' => Some(0),
        _ => None,
    }
}

/// The check digit of a field, as an ASCII digit: the values with the weights 7, 3, 1 again and again, summed modulo 10; none if
/// a character is none of a zone.
#[must_use]
pub fn check_digit(field: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (c, weight) in field.iter().zip([7, 3, 1].into_iter().cycle()) {
        // Reduced at once, so that no length overflows.
        sum = (sum + value(*c)? * weight) % 10;
    }
    char::from_digit(sum, 10).map(|digit| digit as u8)
}
