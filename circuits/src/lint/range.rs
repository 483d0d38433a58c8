//! Range rows, recognised from the matrices alone: booleans, and bits that make up an integer.
//!
//! A row `A B = 0` whose sides are multiples of each other up to the constant says that one linear combination has one of two
//! values; scaled, `L` is 0 or 1. If `L` is one variable, that is a bit. If `L` is `(x - sum b_i 2^i) / 2^(n-1)` for bits `b_0`
//! to `b_(n-2)`, then `x` is an integer of `n` bits: a decomposition, whose last bit is `L`. A linear row in which bits have the
//! coefficients `2^i` up to a factor is one as well, with all of its bits variables.

use super::system::{System, evaluate, split};
use crate::field::Fr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, One, PrimeField, Zero};
use std::collections::{BTreeMap, HashMap};

/// A linear combination with its constant at variable 0.
pub(super) type Combination = Vec<(Fr, usize)>;

/// An integer with its bits.
pub(super) struct Decomposition {
    /// The row that ties the bits to the integer.
    pub(super) row: usize,
    /// The bits that are variables, lowest first.
    pub(super) bits: Vec<usize>,
    /// The number of bits, the last one included if it is a combination.
    pub(super) width: usize,
    /// The integer as a combination of other variables.
    pub(super) value: Combination,
    /// All its rows, in order.
    pub(super) rows: Vec<usize>,
    /// The exclusive bound that a comparison of the high bits sets, with the decomposition that says so.
    pub(super) below: Option<(BigInt<4>, usize)>,
}

impl Decomposition {
    /// Whether a value has one vector of bits at most: all integers are below the modulus.
    pub(super) fn is_unique(&self) -> bool {
        self.width < Fr::MODULUS_BIT_SIZE as usize || self.below.is_some_and(|(bound, _)| bound <= Fr::MODULUS)
    }
}

/// Everything about ranges that the rows say.
pub(super) struct Ranges {
    /// For every row, the combination that it makes 0 or 1.
    pub(super) two_valued: Vec<Option<Combination>>,
    /// For every variable, the row that makes it 0 or 1.
    pub(super) boolean: Vec<Option<usize>>,
    /// For every variable, `n` if it is in an interval of `2^n` integers, else 0.
    pub(super) widths: Vec<usize>,
    /// In the order of their rows, those of one bit last.
    pub(super) decompositions: Vec<Decomposition>,
    /// The index in `decompositions` for its row.
    pub(super) at: BTreeMap<usize, usize>,
}

/// The exponents of the powers of two, negative ones included, and of their negatives.
pub(super) struct Powers(HashMap<Fr, (i32, bool)>);

impl Powers {
    pub(super) fn new() -> Self {
        let half = Fr::from(2u8).inverse().unwrap_or_default();
        let (mut up, mut down, mut map) = (Fr::one(), Fr::one(), HashMap::new());
        for i in 0..=Fr::MODULUS_BIT_SIZE as i32 {
            for (power, exponent) in [(up, i), (down, -i)] {
                map.insert(power, (exponent, false));
                map.insert(-power, (exponent, true));
            }
            up.double_in_place();
            down *= half;
        }
        Self(map)
    }

    /// `i` and whether negative, if the scalar is plus or minus `2^i`.
    pub(super) fn exponent(&self, scalar: &Fr) -> Option<(i32, bool)> {
        self.0.get(scalar).copied()
    }
}

impl Ranges {
    pub(super) fn of(system: &System, powers: &Powers) -> Self {
        let variables = system.assignment.len();
        let two_valued: Vec<_> = system.rows().map(|row| two_valued(system.sides(row))).collect();
        let mut boolean = vec![None; variables];
        for (row, combination) in two_valued.iter().enumerate() {
            if let Some(variable) = combination.as_deref().and_then(bit) {
                boolean[variable] = boolean[variable].or(Some(row));
            }
        }
        let mut all =
            Self { two_valued, boolean, widths: vec![0; variables], decompositions: Vec::new(), at: BTreeMap::new() };
        all.recognise(system, powers);
        all.compare();
        for variable in system.variables() {
            all.widths[variable] = usize::from(all.boolean[variable].is_some());
        }
        for decomposition in &all.decompositions {
            if let ([(c, variable)], true) = (split(&decomposition.value).1, decomposition.is_unique()) {
                let known = all.widths[*variable];
                if (c.is_one() || (-*c).is_one()) && (known == 0 || decomposition.width < known) {
                    all.widths[*variable] = decomposition.width;
                }
            }
        }
        all
    }

    /// Collects the decompositions; every bit belongs to the first one that it fits into.
    fn recognise(&mut self, system: &System, powers: &Powers) {
        let mut owned = vec![false; system.assignment.len()];
        let mut found = Vec::new();
        for row in system.rows() {
            if let Some(combination) = self.two_valued[row].as_deref().filter(|combination| bit(combination).is_none())
            {
                found.push(self.with_last_bit(row, combination, &owned, powers));
                own(&mut owned, &found);
            }
        }
        for row in system.rows().filter(|row| self.two_valued[*row].is_none()) {
            if let Some(decomposition) = linear(system.sides(row)).and_then(|l| self.of_bits(row, &l, &owned, powers)) {
                found.push(decomposition);
                own(&mut owned, &found);
            }
        }
        found.sort_by_key(|decomposition| decomposition.row);
        // A bit that belongs to none is an integer of one bit.
        for row in system.rows() {
            let Some(variable) = self.two_valued[row].as_deref().and_then(bit) else { continue };
            if !owned[variable] || self.boolean[variable] != Some(row) {
                let value = vec![(Fr::one(), variable)];
                found.push(Decomposition { row, bits: Vec::new(), width: 1, value, rows: vec![row], below: None });
            }
        }
        self.at = found.iter().enumerate().map(|(i, decomposition)| (decomposition.row, i)).collect();
        self.decompositions = found;
    }

    /// The decomposition whose last bit is the combination.
    fn with_last_bit(&self, row: usize, last: &[(Fr, usize)], owned: &[bool], powers: &Powers) -> Decomposition {
        // The bits of `last = (x - sum b_i 2^i) / 2^(n-1)` have the coefficients -1/2, -1/4, ..; those of `1 - last` 1/2, 1/4, ..
        let chain = |positive: bool| {
            let mut candidates: BTreeMap<i32, usize> = BTreeMap::new();
            for (coefficient, variable) in split(last).1 {
                let free = self.boolean[*variable].is_some() && !owned[*variable];
                let Some((exponent, negative)) = powers.exponent(coefficient).filter(|_| free) else { continue };
                if negative != positive && exponent < 0 {
                    // Of two, the one whose row is nearer.
                    candidates.insert(-exponent, *variable);
                }
            }
            let mut bits: Vec<usize> = (1..).map_while(|j| candidates.get(&j).copied()).collect();
            bits.reverse();
            bits
        };
        let (down, up) = (chain(false), chain(true));
        let positive = up.len() > down.len();
        let bits = if positive { up } else { down };
        let scale = Fr::from(2u8).pow([bits.len() as u64]);
        let scale = if positive { -scale } else { scale };
        let mut value: Combination =
            last.iter().filter(|(_, v)| !bits.contains(v)).map(|(c, v)| (*c * scale, *v)).collect();
        if positive {
            add_constant(&mut value, -scale);
        }
        self.decomposition(row, bits, 1, value)
    }

    /// The decomposition whose bits are all variables of a linear row.
    fn of_bits(&self, row: usize, sum: &[(Fr, usize)], owned: &[bool], powers: &Powers) -> Option<Decomposition> {
        let free = |v: &usize| *v != 0 && self.boolean[*v].is_some() && !owned[*v];
        let mut bits: Vec<(Fr, usize)> = sum.iter().filter(|(_, v)| free(v)).copied().collect();
        let inverse = bits.first()?.0.inverse()?;
        let mut exponents = bits.iter().map(|(c, _)| powers.exponent(&(*c * inverse))).collect::<Option<Vec<_>>>()?;
        if bits.len() < 2 || exponents.iter().any(|(_, negative)| *negative) {
            return None;
        }
        bits.sort_by_key(|(c, _)| powers.exponent(&(*c * inverse)));
        exponents.sort_unstable();
        if exponents.windows(2).any(|pair| pair[0].0 + 1 != pair[1].0) {
            return None;
        }
        let unit = -bits.first()?.0.inverse()?;
        let bits: Vec<usize> = bits.into_iter().map(|(_, v)| v).collect();
        let value = sum.iter().filter(|(_, v)| !bits.contains(v)).map(|(c, v)| (*c * unit, *v)).collect();
        Some(self.decomposition(row, bits, 0, value))
    }

    fn decomposition(&self, row: usize, bits: Vec<usize>, last: usize, value: Combination) -> Decomposition {
        let mut rows: Vec<usize> = bits.iter().filter_map(|v| self.boolean[*v]).collect();
        rows.push(row);
        rows.sort_unstable();
        Decomposition { row, width: bits.len() + last, bits, value, rows, below: None }
    }

    /// Finds the comparisons: `E = c - 1 - hi` has `m` bits, where `hi` are the bits of an integer `X` from bit `t` on. As `hi`
    /// and `E` are below `2^252`, their sum is `c - 1` over the integers, so `X < c 2^t`.
    fn compare(&mut self) {
        let mut owner = BTreeMap::new();
        for (i, decomposition) in self.decompositions.iter().enumerate() {
            owner.extend(decomposition.bits.iter().map(|bit| (*bit, i)));
        }
        let mut bounds = Vec::new();
        for (e, comparison) in self.decompositions.iter().enumerate() {
            let shared = comparison.value.iter().find_map(|(_, v)| owner.get(v).copied());
            let Some(d) = shared.filter(|d| *d != e) else { continue };
            if let Some(bound) = bound(&self.decompositions[d], comparison) {
                bounds.push((d, bound, e));
            }
        }
        for (d, bound, e) in bounds {
            let below = &mut self.decompositions[d].below;
            if below.is_none_or(|(other, _)| bound < other) {
                *below = Some((bound, e));
            }
        }
    }
}

fn own(owned: &mut [bool], found: &[Decomposition]) {
    for bit in found.last().into_iter().flat_map(|decomposition| &decomposition.bits) {
        owned[*bit] = true;
    }
}

/// The bound that `comparison` sets on the integer of `bits`, if it is one.
fn bound(bits: &Decomposition, comparison: &Decomposition) -> Option<BigInt<4>> {
    let low: Vec<usize> = bits.bits.iter().copied().filter(|b| comparison.value.iter().any(|(_, v)| v == b)).collect();
    let t = low.len();
    let fits = bits.bits.starts_with(&low) && comparison.width <= 252 && bits.width.checked_sub(t)? <= 252;
    // 2^t E = 2^t (c - 1) - (X - low bits)
    let scale = Fr::from(2u8).pow([t as u64]);
    let mut sum: BTreeMap<usize, Fr> = BTreeMap::new();
    for (c, v) in &comparison.value {
        *sum.entry(*v).or_default() += *c * scale;
    }
    for (c, v) in &bits.value {
        *sum.entry(*v).or_default() += c;
    }
    for (i, v) in low.iter().enumerate() {
        *sum.entry(*v).or_default() -= Fr::from(2u8).pow([i as u64]);
    }
    let constant = sum.remove(&0).unwrap_or_default() * scale.inverse()?;
    let exact = fits && sum.values().all(Zero::is_zero);
    let mut bound = constant.into_bigint();
    (!bound.add_with_carry(&BigInt::one())).then_some(())?;
    let room = exact && bound.num_bits() as usize + t <= 256;
    room.then(|| bound << t as u32)
}

/// The combination that a row makes 0 or 1, if it does that and nothing else.
fn two_valued([a, b, c]: [&[(Fr, usize)]; 3]) -> Option<Combination> {
    let ((a0, left), (b0, right)) = (split(a), split(b));
    if let ([(a1, variable)], [(b1, other)], (c0, product)) = (left, right, split(c)) {
        // b b = b and its like: a polynomial of degree two with the roots 0 and 1.
        let of_one = *variable == *other && product.iter().all(|(_, v)| v == variable);
        let c1 = product.first().map_or(Fr::zero(), |(c1, _)| *c1);
        if of_one && a0 * b0 == c0 && (a0 + a1) * (b0 + b1) == c0 + c1 {
            return Some(vec![(Fr::one(), *variable)]);
        }
    }
    if !c.is_empty() || left.is_empty() || left.len() != right.len() {
        return None;
    }
    let (first, second) = (left.first()?.0, right.first()?.0);
    let proportional = left.iter().zip(right).all(|((x, v), (y, w))| v == w && *x * second == *y * first);
    // Where A is zero the combination is 0, where B is zero it is 1.
    let scale = (a0 - b0 * first * second.inverse()?).inverse()?;
    proportional.then(|| a.iter().map(|(x, v)| (*x * scale, *v)).collect())
}

/// The variable of a combination that is 0 or 1, if it is a bit: the variable or one minus it.
fn bit(combination: &[(Fr, usize)]) -> Option<usize> {
    match combination {
        [(one, variable)] if one.is_one() && *variable != 0 => Some(*variable),
        [(one, 0), (minus, variable)] if one.is_one() && (-*minus).is_one() => Some(*variable),
        _ => None,
    }
}

/// The combination that a row with a constant side makes zero.
pub(super) fn linear([a, b, c]: [&[(Fr, usize)]; 3]) -> Option<Combination> {
    let (factor, other) = match (split(a), split(b)) {
        ((factor, []), _) => (factor, b),
        (_, (factor, [])) => (factor, a),
        _ => return None,
    };
    let mut sum: BTreeMap<usize, Fr> = other.iter().map(|(x, v)| (*v, *x * factor)).collect();
    for (x, v) in c {
        *sum.entry(*v).or_default() -= x;
    }
    Some(sum.into_iter().filter(|(_, x)| !x.is_zero()).map(|(v, x)| (x, v)).collect())
}

fn add_constant(combination: &mut Combination, constant: Fr) {
    match combination.first_mut() {
        Some((c, 0)) => *c += constant,
        _ => combination.insert(0, (constant, 0)),
    }
}

/// The integer that a decomposition has by its combination.
pub(super) fn integer(decomposition: &Decomposition, assignment: &[Fr]) -> BigInt<4> {
    evaluate(&decomposition.value, assignment).into_bigint()
}
