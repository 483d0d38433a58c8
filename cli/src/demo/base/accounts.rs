//! Accounts: which class an identification opens, what it may pay, and what may be paid in a day.

use super::{bureau::Bureau, failed, people, rows::Rows, walk::Walk};
use crate::error::Outcome;
use shiming::{
    account::{
        AccountClass, DailyLimit, Factor, Factors, Fen, Identification, LimitError, OpeningError, Payment, Purpose,
        TierLimits, check_payment, period_limit, table::Period,
    },
    evidence::EvidenceKind as K,
    proofing::Path,
    time::UnixTime,
};

/// A hundredth of a yuan.
const FEN: Fen = Fen::new(1);

/// Plays classes, limits and factors.
pub(super) fn play(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    rows.group("accounts");
    classes(bureau, rows)?;
    factors(rows, bureau.world.now)
}

/// Channels come with the evidence of a case; 1, 3 and 5 open the classes.
fn classes(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    let person = people::zhang_wei(bureau.world.today, 3_000)?;
    let mut walk = Walk::open(bureau, &person, "case-zhang-wei", Path::Ordinary)?;
    let steps: [(&[K], usize, AccountClass); 5] = [
        (&[K::Population], 1, AccountClass::One),
        (&[K::BankCard, K::Face], 2, AccountClass::One),
        (&[K::SocialInsurance], 3, AccountClass::Two),
        (&[K::CarrierRealName], 4, AccountClass::Two),
        (&[K::CreditBureau], 5, AccountClass::Three),
    ];
    for (kinds, count, expected) in steps {
        walk.pass(kinds)?;
        let channels = walk.case()?.channels();
        let what = format!("{count} external channel{} verified him", if count == 1 { "" } else { "s" });
        if channels.count() != count {
            return Err(failed(format!("{count} channels should have been counted, not {}", channels.count())));
        }
        opened(rows, &what, walk.at, &Identification::Remote(channels), expected)?;
    }
    let three = walk.case()?.channels();
    let two = Walk::open(bureau, &person, "case-zhang-wei", Path::Ordinary)?.case()?.channels();
    let refused = AccountClass::One.check_opening(&Identification::Remote(two), true);
    let none = OpeningError::TooFewChannels { needed: 1, found: 0 };
    rows.refused(("no channel verified him", "0.2"), walk.at, refused, &none, None)?;
    let second = AccountClass::One.check_opening(&Identification::Remote(three), false);
    let what = ("a second account of class I at one institution", "0.2");
    rows.refused(what, walk.at, second, &OpeningError::NotFirst, None)?;
    opened(rows, "he was seen face to face", walk.at, &Identification::FaceToFace, AccountClass::Three)?;
    payments(rows, walk.at)
}

fn opened(
    rows: &mut Rows,
    what: &str,
    at: UnixTime,
    identification: &Identification,
    expected: AccountClass,
) -> Outcome<()> {
    let class = AccountClass::highest(identification, true).map_err(failed)?;
    let rule = class.rule();
    let period = match rule.period {
        Period::SinceOpening => "since it was opened",
        Period::Year => "a year",
    };
    let told = format!("{} {period}", yuan(rule.limit));
    let word = |class: AccountClass| format!("class {}", class.code());
    let uses = rule.purposes.iter().map(|purpose| format!("{purpose:?}").to_lowercase()).collect();
    rows.found((what, "0.2"), at, (word(class), &word(expected)), (told, Some(uses)))
}

/// Exactly the limit passes, a fen more does not.
fn payments(rows: &mut Rows, at: UnixTime) -> Outcome<()> {
    for class in AccountClass::ALL {
        let limit = period_limit(class, 0, &TierLimits::default()).map_err(failed)?;
        let payment = |amount, purpose| Payment {
            amount,
            purpose,
            to_own_bank_account: false,
            paid_in_period: Fen::new(0),
            paid_today: Fen::new(0),
        };
        let code = class.code();
        let (sum, _) = check_payment(class, &payment(limit, Purpose::Consumption), limit, limit).map_err(failed)?;
        let paid = if sum == limit { "accepted" } else { "another sum" };
        let what = format!("class {code} pays exactly its limit");
        rows.found((&what, "0.2"), at, (paid.to_owned(), "accepted"), (yuan(sum), None))?;
        let more = limit.checked_add(FEN).ok_or_else(|| failed("a limit without a successor"))?;
        let refused = check_payment(class, &payment(more, Purpose::Consumption), limit, more);
        let what = format!("class {code} pays a fen more");
        rows.refused((&what, "0.2"), at, refused, &LimitError::Period, None)?;
        if class < AccountClass::Three {
            let refused = check_payment(class, &payment(FEN, Purpose::Investment), limit, limit);
            let what = format!("class {code} buys a fund");
            rows.refused((&what, "0.2, 7.2"), at, refused, &LimitError::Purpose(class), None)?;
        }
    }
    // The least of class and risk tier.
    let tiers = std::array::from_fn(|tier| (tier >= 10).then_some(Fen::from_yuan(20_000)));
    let tiers = TierLimits::new(tiers).map_err(failed)?;
    let limit = period_limit(AccountClass::Three, 10, &tiers).map_err(failed)?;
    let row = (yuan(limit), "20,000 yuan");
    let told = format!("of the class {}", yuan(AccountClass::Three.rule().limit));
    rows.found(("class 3 at risk tier 10", "0.6"), at, row, (told, None))
}

fn factors(rows: &mut Rows, at: UnixTime) -> Outcome<()> {
    use Factor as F;
    let cases: [(&str, &[Factor], &str); 4] = [
        ("a password", &[F::Password], "1,000 yuan a day"),
        (
            "certificate and one-time password, which are one kind",
            &[F::Certificate, F::OneTimePassword],
            "1,000 yuan a day",
        ),
        ("password and one-time password", &[F::Password, F::OneTimePassword], "5,000 yuan a day"),
        ("face and certificate", &[F::Biometric, F::Certificate], "as agreed"),
    ];
    for (what, factors, expected) in cases {
        let factors = Factors::from_iter(factors.iter().copied());
        let (found, told) = match factors.daily_limit() {
            DailyLimit::ByAgreement => ("as agreed".to_owned(), String::new()),
            DailyLimit::AtMost { limit, institution_bears_losses } => {
                let bears = if institution_bears_losses { "; the institution bears every loss" } else { "" };
                (format!("{} a day", yuan(limit)), bears.to_owned())
            }
        };
        let told = format!("{} of 3 kinds of element{told}", factors.kinds());
        rows.found((&format!("he pays with {what}"), "0.2"), at, (found, expected), (told, None))?;
    }
    Ok(())
}

/// Whole yuan with separators.
fn yuan(amount: Fen) -> String {
    let digits = (amount.get() / 100).to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let rest = amount.get() % 100;
    if rest == 0 { format!("{text} yuan") } else { format!("{text}.{rest:02} yuan") }
}
