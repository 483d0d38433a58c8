//! Moments at which something may happen, and dice that draw what.

use crate::{
    cast::{BEGIN, DAY},
    oracle::{Happening as H, Person, Seen, Where},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

pub const SESSIONS: u8 = 4;
pub const TAGS: u8 = 8;
/// Seconds from the beginning to each moment at which something may happen or be observed: close together around the ends of
/// 72 hours, 7 days, 30, 180 and 210 days, and of what evidence may age.
pub const MOMENTS: [i64; 44] = {
    const H: i64 = 3_600;
    [
        0,
        1,
        60,
        61,
        600,
        H,
        H + 60,
        20 * H,
        DAY,
        DAY + 1,
        2 * DAY,
        3 * DAY - 1,
        3 * DAY,
        3 * DAY + 60,
        4 * DAY,
        7 * DAY - 1,
        7 * DAY,
        7 * DAY + 1,
        7 * DAY + 61,
        8 * DAY,
        10 * DAY + 600,
        11 * DAY,
        15 * DAY,
        30 * DAY,
        40 * DAY,
        47 * DAY + 1,
        90 * DAY,
        93 * DAY,
        170 * DAY,
        179 * DAY,
        180 * DAY - 12 * H - 1,
        180 * DAY - 12 * H,
        181 * DAY,
        185 * DAY,
        188 * DAY,
        195 * DAY,
        209 * DAY,
        210 * DAY - 12 * H - 1,
        210 * DAY - 12 * H,
        211 * DAY,
        220 * DAY,
        300 * DAY,
        365 * DAY,
        400 * DAY,
    ]
};

pub fn moment(index: usize) -> i64 {
    BEGIN.seconds() + MOMENTS[index]
}

/// Draws what happens next.
pub struct Dice(ChaCha20Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.0.next_u32() % n
    }

    /// True in `n` of 100.
    pub fn percent(&mut self, n: u32) -> bool {
        self.below(100) < n
    }

    /// Usually now, else one of the moments around it.
    fn near(&mut self, index: usize) -> i64 {
        if self.percent(75) {
            return moment(index);
        }
        let shifted = (index + self.below(6) as usize).saturating_sub(4);
        moment(shifted.min(MOMENTS.len() - 1))
    }

    fn seen(&mut self, person: &Person, index: usize) -> Seen {
        let session = if self.percent(95) { person.session } else { 1 + self.below(u32::from(SESSIONS)) as u8 };
        Seen { session, at: self.near(index) }
    }

    fn tag(&mut self, person: &Person) -> u8 {
        if self.percent(95) { person.tag } else { 1 + self.below(u32::from(TAGS)) as u8 }
    }

    fn wallet(&mut self, person: &Person, index: usize, number: u8) -> H {
        let case = person.leaving.as_ref().filter(|_| self.percent(95)).map_or(1, |leaving| leaving.case);
        H::Wallet { number, tag: self.tag(person), case, challenged: self.near(index) }
    }

    /// Half of the time something that fits, else anything.
    pub fn next(&mut self, person: &Person, index: usize) -> H {
        let place = person.place(moment(index));
        let fits = self.percent(55);
        match place {
            Where::Leaving if fits => {
                let passed = person.leaving.as_ref().map_or(0, |leaving| leaving.passed);
                if passed < 3 {
                    H::Gate { number: passed + 1, seen: self.seen(person, index) }
                } else {
                    self.wallet(person, index, passed + 1)
                }
            }
            Where::Resetting if fits => match person.reset {
                Some((_, true)) => H::Replace {
                    old: self.tag(person),
                    new: 1 + self.below(u32::from(TAGS)) as u8,
                    crash: self.percent(20),
                },
                _ => H::Issue {
                    session: 1 + self.below(u32::from(SESSIONS)) as u8,
                    tag: self.tag(person),
                    verified: self.near(index),
                },
            },
            Where::Due if fits => self.review(person, index),
            Where::Lapsed if fits && self.percent(50) => H::Redo,
            _ => self.anything(person, index),
        }
    }

    fn review(&mut self, person: &Person, index: usize) -> H {
        H::Review { document: self.seen(person, index), face: self.seen(person, index), tag: self.tag(person) }
    }

    fn anything(&mut self, person: &Person, index: usize) -> H {
        let transaction = 1 + self.below(2) as u8;
        let seen = self.seen(person, index);
        match self.below(24) {
            0 => H::Trigger { which: self.below(4) as u8, seen },
            1 => H::Redo,
            2 => H::Lose,
            3 => H::Replace { old: self.tag(person), new: 1 + self.below(u32::from(TAGS)) as u8, crash: false },
            4 => H::Issue { session: seen.session, tag: self.tag(person), verified: seen.at },
            5 => H::Expire,
            6 | 7 => H::RenewDocument(seen),
            8 => H::Inconsistent,
            9 => H::Freeze,
            10 | 11 => H::Branch(seen),
            12 => H::Suspect { transaction, seen },
            13 => H::Clear { transaction, seen },
            14 => H::Password { transaction, verified: seen.at },
            15..=18 => H::Leave { case: 1 + self.below(2) as u8 },
            19 => H::Gate { number: 1 + self.below(3) as u8, seen },
            20 => {
                let number = 4 + self.below(2) as u8;
                self.wallet(person, index, number)
            }
            21 => H::Stay,
            _ => self.review(person, index),
        }
    }
}
