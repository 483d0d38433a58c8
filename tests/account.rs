//! Payment accounts at every boundary of PBOC Announcement [2015] No. 43.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use shiming::account::{
    AccountClass, BankAccount, Channel, ChannelError, ChannelKind, Channels, DailyLimit, Factor, Factors, Fen,
    Identification, LimitError, MinorLimits, OpeningError, Payment, Purpose, TierLimits, TierTableError,
    UnknownAccountClass, check_payment, period_limit,
    table::{self, GAME_RECHARGE, Period, RISK_TIERS},
};
use shiming::digest::Digest;
use shiming::document::{Provenance, age::AgeBand};

use AccountClass::{One, Three, Two};

fn source(n: u8) -> Digest {
    Digest::from_bytes([n; 32])
}

fn bank(n: u8) -> Channel {
    Channel::bank(source(n), BankAccount::CreditCard).unwrap()
}

/// So many channels of banks.
fn remote(n: u8) -> Identification {
    Identification::Remote((0..n).map(bank).collect())
}

#[test]
fn one_three_and_five_channels_open_the_three_classes() {
    let few = |needed, found| Err(OpeningError::TooFewChannels { needed, found });
    for (found, one, two, three, highest) in [
        (0, few(1, 0), few(3, 0), few(5, 0), few(1, 0).map(|()| One)),
        (1, Ok(()), few(3, 1), few(5, 1), Ok(One)),
        (2, Ok(()), few(3, 2), few(5, 2), Ok(One)),
        (3, Ok(()), Ok(()), few(5, 3), Ok(Two)),
        (4, Ok(()), Ok(()), few(5, 4), Ok(Two)),
        (5, Ok(()), Ok(()), Ok(()), Ok(Three)),
        (6, Ok(()), Ok(()), Ok(()), Ok(Three)),
    ] {
        let by = remote(found);
        assert_eq!([One, Two, Three].map(|class| class.check_opening(&by, true)), [one, two, three], "{found}");
        assert_eq!(AccountClass::highest(&by, true), highest, "{found}");
    }
}

#[test]
fn face_to_face_opens_the_second_and_the_third_class() {
    let by = Identification::FaceToFace;
    assert_eq!(One.check_opening(&by, true), Err(OpeningError::FaceToFace));
    assert_eq!((Two.check_opening(&by, false), Three.check_opening(&by, false)), (Ok(()), Ok(())));
    assert_eq!(AccountClass::highest(&by, false), Ok(Three));
}

#[test]
fn the_first_class_is_for_a_first_account() {
    for n in [1, 2, 3, 5] {
        assert_eq!(One.check_opening(&remote(n), false), Err(OpeningError::NotFirst), "{n}");
    }
    assert_eq!(AccountClass::highest(&remote(2), false), Err(OpeningError::NotFirst));
    assert_eq!(AccountClass::highest(&remote(3), false), Ok(Two));
    // Too few channels are the cause even of somebody's second account.
    assert_eq!(One.check_opening(&remote(0), false), Err(OpeningError::TooFewChannels { needed: 1, found: 0 }));
}

#[test]
fn a_channel_counts_once() {
    let count = |channels: &[Channel]| channels.iter().copied().collect::<Channels>().count();
    let population = |n| Channel::new(ChannelKind::Population, source(n)).unwrap();
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&[population(1), population(1)]), 1);
    // One register behind two gateways is one channel, and so are two cards of one bank.
    assert_eq!(count(&[population(1), population(2)]), 1);
    assert_eq!(count(&[bank(1), Channel::bank(source(1), BankAccount::ClassOne).unwrap()]), 1);
    assert_eq!(count(&[bank(1), bank(2)]), 2);
    let database = |n| Channel::new(ChannelKind::CommercialDatabase, source(n)).unwrap();
    assert_eq!(count(&[database(1), database(1), database(2)]), 2);
    assert_eq!(bank(1).kind(), ChannelKind::Bank);
}

#[test]
fn identity_card_carrier_and_three_banks_are_five_channels() {
    let mut channels = vec![
        Channel::new(ChannelKind::Population, source(1)).unwrap(),
        Channel::new(ChannelKind::Carrier, source(2)).unwrap(),
        bank(3),
    ];
    let class = |channels: &[Channel]| {
        AccountClass::highest(&Identification::Remote(channels.iter().copied().collect()), true).unwrap()
    };
    assert_eq!(class(&channels), Two);
    channels.extend([bank(3), bank(3)]);
    assert_eq!(class(&channels), Two, "two more cards of the same bank");
    channels.extend([bank(4), bank(5)]);
    assert_eq!(class(&channels), Three);
    let others = [ChannelKind::SocialInsurance, ChannelKind::CreditBureau];
    let others = others.map(|kind| Channel::new(kind, source(9)).unwrap());
    assert_eq!(others.into_iter().chain(channels).collect::<Channels>().count(), 7);
}

#[test]
fn a_bank_answers_by_a_first_class_account_or_a_credit_card() {
    assert!(Channel::bank(source(1), BankAccount::ClassOne).is_ok());
    assert!(Channel::bank(source(1), BankAccount::CreditCard).is_ok());
    assert_eq!(Channel::bank(source(1), BankAccount::Other), Err(ChannelError::BankAccount));
    assert_eq!(Channel::new(ChannelKind::Bank, source(1)), Err(ChannelError::BankUnstated));
}

#[test]
fn the_table_has_the_numbers_of_articles_11_and_24() {
    let rows = AccountClass::ALL.map(|class| {
        let rule = class.rule();
        assert_eq!((rule.class, rule.provenance), (class, Provenance::Text));
        assert!(rule.article.starts_with("article 11"));
        (rule.channels, rule.limit.get(), rule.period, rule.own_transfers_count)
    });
    assert_eq!(
        rows,
        [
            (1, 100_000, Period::SinceOpening, true),
            (3, 10_000_000, Period::Year, false),
            (5, 20_000_000, Period::Year, false),
        ]
    );
    assert_eq!(One.rule().own_transfers_provenance, Provenance::Secondary);
    assert_eq!((table::SEVERAL_FACTORS, table::DAILY_SEVERAL.get(), table::DAILY_FEW.get()), (2, 500_000, 100_000));
    assert_eq!(RISK_TIERS, 16);
}

#[test]
fn class_codes_are_1_to_3() {
    for class in AccountClass::ALL {
        assert_eq!(AccountClass::from_code(class.code()), Ok(class));
    }
    assert_eq!(AccountClass::ALL.map(AccountClass::code), [1, 2, 3]);
    for code in [0, 4, 257] {
        assert_eq!(AccountClass::from_code(code), Err(UnknownAccountClass(code)));
    }
}

#[test]
fn only_the_third_class_invests() {
    let purposes = [Purpose::Consumption, Purpose::Transfer, Purpose::Investment];
    for (class, allowed) in [(One, [true, true, false]), (Two, [true, true, false]), (Three, [true; 3])] {
        assert_eq!(purposes.map(|purpose| class.allows(purpose)), allowed, "{class:?}");
        for purpose in purposes {
            let expected = if class.allows(purpose) { Ok((fen(1), fen(1))) } else { Err(LimitError::Purpose(class)) };
            let payment = Payment { purpose, ..payment(1, 0, 0) };
            assert_eq!(check_payment(class, &payment, class.rule().limit, fen(1)), expected);
        }
    }
}

const fn fen(n: u64) -> Fen {
    Fen::new(n)
}

const fn payment(amount: u64, paid_in_period: u64, paid_today: u64) -> Payment {
    Payment {
        amount: fen(amount),
        purpose: Purpose::Transfer,
        to_own_bank_account: false,
        paid_in_period: fen(paid_in_period),
        paid_today: fen(paid_today),
    }
}

#[test]
fn each_class_pays_up_to_its_limit_and_not_a_fen_more() {
    let day = fen(u64::MAX);
    for (class, limit) in [(One, 100_000), (Two, 10_000_000), (Three, 20_000_000)] {
        let pay = |amount, before| check_payment(class, &payment(amount, before, 0), class.rule().limit, day);
        assert_eq!(pay(limit, 0), Ok((fen(limit), fen(limit))));
        assert_eq!(pay(limit + 1, 0), Err(LimitError::Period));
        assert_eq!(pay(1, limit - 1), Ok((fen(limit), fen(1))));
        assert_eq!(pay(1, limit), Err(LimitError::Period));
        assert_eq!(pay(0, limit), Ok((fen(limit), fen(0))));
        assert_eq!(pay(u64::MAX, 1), Err(LimitError::Period), "no sum overflows");
    }
}

#[test]
fn transfers_to_an_own_bank_account_count_in_the_first_class_only() {
    for (class, at_limit) in [(One, Err(LimitError::Period)), (Two, Ok(())), (Three, Ok(()))] {
        let limit = class.rule().limit;
        let own = Payment { to_own_bank_account: true, paid_in_period: limit, ..payment(500, 0, 7) };
        let expected = at_limit.map(|()| (limit, fen(507)));
        assert_eq!(check_payment(class, &own, limit, fen(507)), expected, "{class:?}");
        // They count on the day in every class.
        let day = Payment { paid_in_period: fen(0), ..own };
        assert_eq!(check_payment(class, &day, limit, fen(506)), Err(LimitError::Day), "{class:?}");
    }
}

#[test]
fn a_day_ends_at_its_limit() {
    for limit in [100_000, 500_000] {
        let pay = |amount, today| check_payment(Three, &payment(amount, 0, today), Three.rule().limit, fen(limit));
        assert_eq!(pay(limit, 0), Ok((fen(limit), fen(limit))));
        assert_eq!(pay(limit + 1, 0), Err(LimitError::Day));
        assert_eq!(pay(1, limit - 1), Ok((fen(1), fen(limit))));
        assert_eq!(pay(1, limit), Err(LimitError::Day));
    }
    // Of two broken limits the period's is the cause.
    assert_eq!(check_payment(One, &payment(2, 0, 0), fen(1), fen(1)), Err(LimitError::Period));
}

#[test]
fn daily_limits_follow_the_kinds_of_elements() {
    use Factor::{Biometric, Certificate, ElectronicSignature, OneTimePassword, Password};
    let few = DailyLimit::AtMost { limit: Fen::from_yuan(1_000), institution_bears_losses: true };
    let several = DailyLimit::AtMost { limit: Fen::from_yuan(5_000), institution_bears_losses: false };
    for (factors, kinds, expected) in [
        (&[][..], 0, few),
        (&[Password][..], 1, few),
        (&[Biometric], 1, few),
        (&[Certificate], 1, few),
        (&[ElectronicSignature], 1, few),
        (&[Password, Password], 1, few),
        // Both are what somebody has.
        (&[OneTimePassword, Certificate], 1, few),
        (&[Certificate, ElectronicSignature], 1, few),
        (&[Password, OneTimePassword], 2, several),
        (&[Password, Biometric], 2, several),
        (&[OneTimePassword, Biometric], 2, several),
        (&[Password, OneTimePassword, Biometric], 3, several),
        (&[Password, Certificate], 2, DailyLimit::ByAgreement),
        (&[ElectronicSignature, Biometric], 2, DailyLimit::ByAgreement),
        (&[Password, Certificate, Biometric], 3, DailyLimit::ByAgreement),
    ] {
        let factors: Factors = factors.iter().copied().collect();
        assert_eq!((factors.kinds(), factors.daily_limit()), (kinds, expected), "{factors:?}");
    }
    let agreed = fen(123);
    assert_eq!(
        [few, several, DailyLimit::ByAgreement].map(|limit| limit.amount(agreed).get()),
        [100_000, 500_000, 123]
    );
}

#[test]
fn the_lower_of_class_and_tier_limit_holds() {
    let mut limits = [None; RISK_TIERS];
    for (tier, limit) in limits.iter_mut().enumerate().skip(1) {
        *limit = Some(fen(150_000 - 10_000 * tier as u64));
    }
    let tiers = TierLimits::new(limits).unwrap();
    for (class, tier, expected) in [
        (One, 0, 100_000),
        (One, 4, 100_000),
        (One, 5, 100_000),
        (One, 6, 90_000),
        (One, 15, 0),
        (Two, 0, 10_000_000),
        (Two, 1, 140_000),
        (Three, 15, 0),
    ] {
        assert_eq!(period_limit(class, tier, &tiers), Ok(fen(expected)), "{class:?} {tier}");
    }
    for tier in [16, 255, u32::MAX] {
        assert_eq!(period_limit(Three, tier, &tiers), Err(LimitError::Tier(tier)));
    }
}

#[test]
fn without_a_table_tiers_limit_nothing() {
    for class in AccountClass::ALL {
        for tier in 0..16 {
            assert_eq!(period_limit(class, tier, &TierLimits::default()), Ok(class.rule().limit));
        }
        assert_eq!(period_limit(class, 16, &TierLimits::default()), Err(LimitError::Tier(16)));
    }
}

#[test]
fn more_risk_never_allows_more() {
    let table = |low, high| {
        let mut limits = [Some(fen(0)); RISK_TIERS];
        (limits[3], limits[4]) = (low, high);
        (limits[0], limits[1], limits[2]) = (None, None, None);
        TierLimits::new(limits).err()
    };
    assert_eq!(table(Some(fen(5)), Some(fen(5))), None);
    assert_eq!(table(None, Some(fen(5))), None);
    assert_eq!(table(Some(fen(5)), Some(fen(6))), Some(TierTableError::Rising(4)));
    assert_eq!(table(Some(fen(5)), None), Some(TierTableError::Rising(4)));
}

#[test]
fn minors_recharge_games_up_to_their_limits() {
    let limits = MinorLimits::new(&GAME_RECHARGE);
    for (band, payment, month) in [
        (AgeBand::BelowEight, 0, 0),
        (AgeBand::FromEight, 5_000, 20_000),
        (AgeBand::FromFourteen, 5_000, 20_000),
        (AgeBand::FromSixteen, 10_000, 40_000),
    ] {
        assert_eq!(limits.check(band, fen(payment), fen(0)), Ok(fen(payment)), "{band:?}");
        assert_eq!(limits.check(band, fen(payment + 1), fen(0)), Err(LimitError::MinorPayment), "{band:?}");
        assert_eq!(limits.check(band, fen(payment), fen(month - payment)), Ok(fen(month)), "{band:?}");
        assert_eq!(limits.check(band, fen(payment), fen(month - payment + 1)), Err(LimitError::MinorMonth), "{band:?}");
        assert_eq!(limits.check(band, fen(1), fen(u64::MAX)), Err(LimitError::MinorMonth), "{band:?}");
    }
    assert_eq!(limits.check(AgeBand::Adult, fen(1_000_000), fen(1_000_000)), Ok(fen(2_000_000)));
}

#[test]
fn without_a_table_minors_have_no_limits_of_their_own() {
    let limits = MinorLimits::default();
    assert_eq!(limits.check(AgeBand::FromEight, fen(1_000_000), fen(0)), Ok(fen(1_000_000)));
    assert_eq!(limits.check(AgeBand::FromEight, fen(1), fen(u64::MAX)), Err(LimitError::MinorMonth));
}

#[test]
fn amounts_are_fen() {
    assert_eq!(Fen::from_yuan(1_000), fen(100_000));
    assert_eq!(Fen::from_yuan(u32::MAX).get(), 429_496_729_500);
    assert_eq!(fen(u64::MAX).checked_add(fen(1)), None);
    assert_eq!(fen(1).checked_add(fen(2)), Some(fen(3)));
    assert_eq!(serde_json::to_string(&fen(5)).unwrap(), "5");
    for text in ["5.0", "-1", "\"5\"", "18446744073709551616"] {
        assert!(serde_json::from_str::<Fen>(text).is_err(), "{text}");
    }
}
