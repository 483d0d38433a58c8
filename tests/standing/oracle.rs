//! The life cycle once more, written from the rules and not from the code: facts with their times, and what follows from them.
//!
//! It says whether an event is taken and what can be seen afterwards, never why.

use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 86_400;

/// What happens to a person, as numbers: sessions, tags, transactions, and times in seconds.
#[derive(Clone, Debug)]
pub enum Happening {
    Review {
        document: Seen,
        face: Seen,
        tag: u8,
    },
    /// 0 an unlike portrait, 1 a like one, 2 changed features, 3 a cluster.
    Trigger {
        which: u8,
        seen: Seen,
    },
    Redo,
    Lose,
    /// The ledger is asked, and the event entered unless a crash comes between.
    Replace {
        old: u8,
        new: u8,
        crash: bool,
    },
    Issue {
        session: u8,
        tag: u8,
        verified: i64,
    },
    Expire,
    RenewDocument(Seen),
    Inconsistent,
    Freeze,
    Branch(Seen),
    Suspect {
        transaction: u8,
        seen: Seen,
    },
    Clear {
        transaction: u8,
        seen: Seen,
    },
    Password {
        transaction: u8,
        verified: i64,
    },
    Leave {
        case: u8,
    },
    Gate {
        number: u8,
        seen: Seen,
    },
    /// Gates 4 and 5.
    Wallet {
        number: u8,
        tag: u8,
        case: u8,
        challenged: i64,
    },
    Stay,
}

/// Evidence of a session, observed at a time.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub session: u8,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    Active,
    Due,
    Lapsed,
    Resetting,
    Leaving,
    Gone,
}

#[derive(Clone, Debug)]
pub struct Leaving {
    since: i64,
    pub case: u8,
    pub passed: u8,
    pub cool_until: i64,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub session: u8,
    pub used: BTreeSet<u8>,
    pub tag: u8,
    pub issue: u32,
    /// In days since the epoch in China.
    verified_day: i64,
    renewed: i64,
    /// Since when, and whether the wallet is lost.
    pub reset: Option<(i64, bool)>,
    pub leaving: Option<Leaving>,
    gone: bool,
    pub expired: Option<i64>,
    /// The first, the last, and whether somebody froze.
    pub inconsistent: Option<(i64, i64, bool)>,
    pub suspected: BTreeMap<u8, i64>,
}

/// Who has which tag, and what took whose place.
#[derive(Clone, Debug, Default)]
pub struct Tags {
    pub owner: BTreeMap<u8, usize>,
    pub replaced_by: BTreeMap<u8, u8>,
}

fn day(at: i64) -> i64 {
    (at + 8 * 3_600).div_euclid(DAY)
}

impl Person {
    pub fn new(tag: u8, at: i64) -> Self {
        Self {
            session: 1,
            used: BTreeSet::from([1]),
            tag,
            issue: 1,
            verified_day: day(at),
            renewed: at,
            reset: None,
            leaving: None,
            gone: false,
            expired: None,
            inconsistent: None,
            suspected: BTreeMap::new(),
        }
    }

    pub fn place(&self, now: i64) -> Where {
        let days = day(now) - self.verified_day;
        match () {
            () if self.gone => Where::Gone,
            () if self.reset.is_some() => Where::Resetting,
            () if self.leaving.is_some() => Where::Leaving,
            () if days >= 210 => Where::Lapsed,
            () if days >= 180 => Where::Due,
            () => Where::Active,
        }
    }

    pub fn frozen(&self, now: i64) -> bool {
        self.inconsistent.is_some_and(|(first, _, by_hand)| by_hand || now >= first + 72 * 3_600)
    }

    /// Present, transfer, receive.
    pub fn can(&self, now: i64) -> [bool; 3] {
        let open = matches!(self.place(now), Where::Active | Where::Due) && !self.frozen(now);
        let sends = open && self.expired.is_none();
        [sends, sends, open && self.suspected.is_empty()]
    }

    /// The number in the status list of the current issue.
    pub fn status(&self, now: i64) -> u8 {
        match self.place(now) {
            Where::Resetting | Where::Gone => 1,
            Where::Lapsed | Where::Leaving => 2,
            Where::Active | Where::Due => 2 * u8::from(self.expired.is_some() || self.frozen(now)),
        }
    }

    fn unsettled(&self) -> bool {
        self.expired.is_some() || self.inconsistent.is_some() || !self.suspected.is_empty()
    }

    /// Whether it is taken; if so, it has happened.
    pub fn take(&mut self, me: usize, what: &Happening, now: i64, tags: &mut Tags) -> bool {
        let mut next = self.clone();
        let taken = next.try_take(me, what, now, tags).is_some();
        if taken {
            *self = next;
        }
        taken
    }

    fn try_take(&mut self, me: usize, what: &Happening, now: i64, tags: &mut Tags) -> Option<()> {
        let place = self.place(now);
        let own = |seen: &Seen, age: i64| seen.session == self.session && seen.at <= now + 60 && now <= seen.at + age;
        let fresh = |seen: &Seen| own(seen, DAY);
        let lifting = place != Where::Resetting && place != Where::Gone;
        let ok = |yes: bool| yes.then_some(());
        ok(place != Where::Gone)?;
        match what {
            Happening::Review { document, face, tag } => {
                ok(matches!(place, Where::Active | Where::Due) && *tag == self.tag)?;
                ok(self.expired.is_none() && self.inconsistent.is_none())?;
                ok(fresh(document) && own(face, 3_600) && document.at > self.renewed && face.at > self.renewed)?;
                self.verified_day = day(document.at.min(face.at).min(now));
                self.renewed = now;
                self.issue += 1;
            }
            Happening::Trigger { which, seen } => {
                ok(*which != 1 && fresh(seen) && place != Where::Resetting)?;
                self.reset = Some((now, false));
                self.leaving = None;
            }
            Happening::Redo => {
                ok(place == Where::Lapsed)?;
                self.reset = Some((now, false));
            }
            Happening::Lose => {
                self.reset = Some((self.reset.map_or(now, |(since, _)| since), true));
                self.leaving = None;
            }
            Happening::Replace { old, new, crash } => {
                let (since, lost) = self.reset?;
                ok(lost && *old == self.tag && new != old)?;
                ok(tags.owner.get(new).is_none_or(|owner| *owner == me) && !tags.replaced_by.contains_key(new))?;
                ok(tags.replaced_by.get(old).is_none_or(|done| done == new))?;
                tags.owner.insert(*new, me);
                tags.replaced_by.insert(*old, *new);
                if !crash {
                    self.tag = *new;
                    self.reset = Some((since, false));
                }
            }
            Happening::Issue { session, tag, verified } => {
                let (since, lost) = self.reset?;
                ok(!lost && *tag == self.tag && *verified > since && *verified <= now)?;
                ok(self.used.insert(*session))?;
                (self.session, self.verified_day, self.renewed, self.reset) = (*session, day(*verified), now, None);
                self.issue += 1;
                self.expired = self.expired.filter(|expired| expired >= verified);
            }
            Happening::Expire => ok(self.expired.replace(now).is_none())?,
            Happening::RenewDocument(seen) => {
                let since = self.expired?;
                ok(lifting && fresh(seen) && seen.at > since)?;
                self.expired = None;
            }
            Happening::Inconsistent => {
                let (first, _, by_hand) = self.inconsistent.unwrap_or((now, now, false));
                self.inconsistent = Some((first, now, by_hand));
            }
            Happening::Freeze => {
                ok(!self.frozen(now))?;
                self.inconsistent = self.inconsistent.map(|(first, last, _)| (first, last, true));
                self.inconsistent?;
            }
            Happening::Branch(seen) => {
                let (_, last, _) = self.inconsistent?;
                ok(lifting && fresh(seen) && seen.at > last)?;
                self.inconsistent = None;
            }
            Happening::Suspect { transaction, seen } => {
                ok(fresh(seen) && self.suspected.insert(*transaction, now).is_none())?;
            }
            Happening::Clear { transaction, seen } => {
                let since = *self.suspected.get(transaction)?;
                ok(lifting && fresh(seen) && seen.at > since)?;
                self.suspected.remove(transaction);
            }
            Happening::Password { transaction, verified } => {
                let since = *self.suspected.get(transaction)?;
                ok(lifting && *verified >= since)?;
                self.suspected.remove(transaction);
            }
            Happening::Leave { case } => {
                ok(matches!(place, Where::Active | Where::Due | Where::Lapsed))?;
                self.leaving = Some(Leaving { since: now, case: *case, passed: 0, cool_until: i64::MAX });
            }
            Happening::Gate { number, seen } => {
                ok(*number != 3 || !self.unsettled())?;
                let taken = fresh(seen);
                let leaving = self.leaving.as_mut()?;
                ok(taken && leaving.passed + 1 == *number && seen.at > leaving.since)?;
                leaving.passed = *number;
            }
            Happening::Wallet { number, tag, case, challenged } => {
                let (own, unsettled) = (*tag == self.tag, self.unsettled());
                let leaving = self.leaving.as_mut()?;
                ok(own && leaving.case == *case && leaving.passed + 1 == *number)?;
                ok((*challenged..=*challenged + 900).contains(&now) && *challenged >= leaving.since)?;
                if *number == 4 {
                    leaving.cool_until = now + 7 * DAY;
                } else {
                    ok(*challenged >= leaving.cool_until && !unsettled)?;
                    self.gone = true;
                }
                leaving.passed = *number;
            }
            Happening::Stay => {
                self.leaving.take()?;
            }
        }
        Some(())
    }
}
