//! Any change of a byte is refused, and nothing panics.

use crate::forge::Binding;
use proptest::prelude::*;
use shiming::conventional::sd_jwt::{Disclosure, KeyBoundSdJwt, SdJwt};
use shiming::signature::Algorithm::{self, Es256, Sm2};

fn algorithms() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Es256), Just(Sm2)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_single_change_is_refused(algorithm in algorithms(), place in any::<prop::sample::Index>(), to in 0u8..128) {
        let binding = Binding::new(algorithm);
        let mut bytes = binding.text().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != to);
        bytes[place] = to;
        prop_assert!(binding.check(std::str::from_utf8(&bytes).unwrap()).is_err());
    }

    #[test]
    fn any_single_insertion_or_removal_is_refused(
        algorithm in algorithms(), place in any::<prop::sample::Index>(), to in prop::option::of(0u8..128),
    ) {
        let binding = Binding::new(algorithm);
        let mut bytes = binding.text().into_bytes();
        let place = place.index(bytes.len());
        match to {
            Some(to) => bytes.insert(place, to),
            None => drop(bytes.remove(place)),
        }
        prop_assert!(binding.check(std::str::from_utf8(&bytes).unwrap()).is_err());
    }

    #[test]
    fn no_text_panics(text in ".{0,200}", tail in "[A-Za-z0-9_~.-]{0,200}") {
        for text in [&text, &tail, &format!("{text}~{tail}")] {
            let _ = (SdJwt::parse(text), KeyBoundSdJwt::parse(text), Disclosure::parse(text));
        }
    }
}
