//! Tables of transitions: a machine with named phases moves by one constant table alone, and its diagram is made of that table.

use std::fmt::{Debug, Write};

/// One transition: from a phase, by a cause, to a phase.
pub type Transition<P, C> = (P, C, P);

/// The phase after a cause; `None` if the table has no such transition.
///
/// Where a cause leads back to one of several phases, `held` is the one that was left.
#[must_use]
pub fn after<P: Copy + PartialEq, C: PartialEq>(
    table: &[Transition<P, C>],
    from: P,
    cause: &C,
    held: Option<P>,
) -> Option<P> {
    let mut targets = table.iter().filter(|(phase, by, _)| *phase == from && by == cause).map(|(.., to)| *to);
    let first = targets.next()?;
    match held {
        None => targets.next().is_none().then_some(first),
        Some(held) => std::iter::once(first).chain(targets).find(|to| *to == held),
    }
}

/// The state diagram of a table in Mermaid's language (`stateDiagram-v2`), in the table's order. A phase that nothing leaves is
/// final.
#[must_use]
pub fn mermaid<P: Copy + PartialEq + Debug, C: Debug>(initial: P, table: &[Transition<P, C>]) -> String {
    let mut text = format!("stateDiagram-v2\n    [*] --> {initial:?}\n");
    let mut finals = Vec::new();
    for (from, cause, to) in table {
        // Writing to a string does not fail.
        let _ = writeln!(text, "    {from:?} --> {to:?}: {cause:?}");
        if !finals.contains(to) && table.iter().all(|(from, ..)| from != to) {
            finals.push(*to);
        }
    }
    for phase in finals {
        let _ = writeln!(text, "    {phase:?} --> [*]");
    }
    text
}
