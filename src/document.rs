//! shim
/// x
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DocumentType {
    /// x
    CitizenCard = 1,
    /// x
    Passport = 6,
}
impl DocumentType {
    /// x
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }
}
