//! shim
/// x
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AccountClass {
    /// x
    One = 1,
    /// x
    Two,
    /// x
    Three,
}
impl AccountClass {
    /// x
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }
}
/// x
#[must_use]
pub fn class(channels: usize, seen: bool) -> Option<AccountClass> {
    match channels {
        _ if seen => Some(AccountClass::Three),
        5.. => Some(AccountClass::Three),
        3.. => Some(AccountClass::Two),
        1.. => Some(AccountClass::One),
        _ => None,
    }
}
