//! What every command works with: the state directory, the clock, the RNG, and how to speak.

use crate::state::State;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use shiming::time::UnixTime;

/// The operating system's RNG. It fails only where the system cannot start, so its failure ends the process.
pub(crate) type Rng = UnwrapErr<SysRng>;

/// One run of the program.
pub(crate) struct Session {
    /// The state directory.
    pub(crate) state: State,
    /// Whether to print JSON.
    pub(crate) json: bool,
    /// Whether keys of the insecure development setup are accepted.
    pub(crate) development: bool,
    /// The time to work with, instead of the clock's.
    pub(crate) fixed_now: Option<UnixTime>,
}

impl Session {
    /// Now.
    pub(crate) fn now(&self) -> UnixTime {
        self.fixed_now.unwrap_or_else(|| UnixTime::from_seconds(jiff::Timestamp::now().as_second()))
    }

    /// The RNG.
    pub(crate) fn rng(&self) -> Rng {
        UnwrapErr(SysRng)
    }
}
