//! Pages of a list whose members are numbered from 1 in the order of their creation, some of them
//! gone since. How many are gone is kept for each run of numbers, so that any page is found from
//! either end by adding up a few small numbers, and a new member costs nothing.

/// Numbers in a run.
pub(super) const RUN: i64 = 1_024;

/// The run in which a number stands.
pub(super) const fn run_of(seq: i64) -> i64 {
    (seq - 1) / RUN
}

/// Where to begin looking for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Numbers to leave out, from the end that was counted from.
    pub(super) passed: i64,
    /// Members to pass over from there; fewer than a run has.
    pub(super) skip: i64,
}

/// The member with so many older ones before it. `runs` are those with holes and how many they
/// have, rising.
pub(super) fn from_oldest(
    runs: impl Iterator<Item = rusqlite::Result<(i64, i64)>>,
    before: i64,
) -> rusqlite::Result<Place> {
    let stretch = |(run, holes): (i64, i64)| Stretch { first: run * RUN, length: RUN, holes };
    find(runs.map(|run| run.map(stretch)), before)
}

/// The member with so many newer ones before it. `runs` are those with holes and how many they
/// have, falling; `next` is the number that comes next.
pub(super) fn from_newest(
    runs: impl Iterator<Item = rusqlite::Result<(i64, i64)>>,
    next: i64,
    before: i64,
) -> rusqlite::Result<Place> {
    let stretch = |(run, holes): (i64, i64)| {
        let last = ((run + 1) * RUN).min(next - 1);
        Stretch { first: next - 1 - last, length: last - run * RUN, holes }
    };
    find(runs.map(|run| run.map(stretch)), before)
}

/// Neighbouring numbers, of which some have no member any more.
struct Stretch {
    /// How many numbers come before it.
    first: i64,
    length: i64,
    holes: i64,
}

fn find(
    stretches: impl Iterator<Item = rusqlite::Result<Stretch>>,
    before: i64,
) -> rusqlite::Result<Place> {
    let mut gone = 0;
    for stretch in stretches {
        let Stretch { first, length, holes } = stretch?;
        let members_before = first - gone;
        if before < members_before {
            break;
        }
        if before < members_before + length - holes {
            return Ok(Place { passed: first, skip: before - members_before });
        }
        gone += holes;
    }
    Ok(Place { passed: before.saturating_add(gone), skip: 0 })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Numbers that are gone, of so many: alone, or whole stretches.
    fn gone(given: i64) -> impl Strategy<Value = Vec<i64>> {
        let stretch = (1..=given, 1..2_500_i64)
            .prop_map(move |(first, length)| (first..(first + length).min(given + 1)).collect());
        let alone = prop::collection::vec(1..=given, 0..5);
        prop::collection::vec(prop_oneof![stretch, alone], 0..4).prop_map(|lists| {
            let mut all = lists.concat();
            all.sort_unstable();
            all.dedup();
            all
        })
    }

    proptest! {
        #[test]
        fn every_member_is_found_from_both_ends(
            (given, gone) in (1..4_000_i64).prop_flat_map(|given| (Just(given), gone(given)))
        ) {
            let members: Vec<i64> =
                (1..=given).filter(|number| gone.binary_search(number).is_err()).collect();
            let mut holes = BTreeMap::new();
            for seq in gone {
                *holes.entry(run_of(seq)).or_insert(0) += 1;
            }
            let rising = || holes.iter().map(|(run, holes)| Ok((*run, *holes)));
            for before in (0..members.len() + 3).step_by(41) {
                let asked = i64::try_from(before).unwrap();
                let oldest = from_oldest(rising(), asked).unwrap();
                let newest = from_newest(rising().rev(), given + 1, asked).unwrap();
                prop_assert!(oldest.skip < RUN && newest.skip < RUN);
                let mut up = members.iter().filter(|seq| **seq > oldest.passed);
                let mut down =
                    members.iter().rev().filter(|seq| **seq < given + 1 - newest.passed);
                let skip = |place: Place| usize::try_from(place.skip).unwrap();
                prop_assert_eq!(up.nth(skip(oldest)), members.get(before));
                prop_assert_eq!(down.nth(skip(newest)), members.iter().rev().nth(before));
            }
        }
    }
}
