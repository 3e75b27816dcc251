//! Offsets into a list whose rows are numbered from 1 in the order of their creation, some of them
//! deleted since. A count of deleted rows is kept for each block of numbers. The sum of a few counts
//! leads to any page from either end, and a new row costs nothing.

/// Numbers in a block.
pub(super) const BLOCK: i64 = 1_024;

/// The block of a number.
pub(super) const fn block_of(seq: i64) -> i64 {
    (seq - 1) / BLOCK
}

/// Where to start reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seek {
    /// Numbers to leave out, counted from the end that the search began at.
    pub(super) passed: i64,
    /// Rows to skip after those; fewer than [`BLOCK`].
    pub(super) skip: i64,
}

/// The row with `before` older ones. `counts` holds the blocks with deleted rows and their counts, in
/// rising order.
pub(super) fn from_oldest(
    counts: impl Iterator<Item = rusqlite::Result<(i64, i64)>>,
    before: i64,
) -> rusqlite::Result<Seek> {
    let to_block =
        |(block, deleted): (i64, i64)| Block { first: block * BLOCK, length: BLOCK, deleted };
    find(counts.map(|count| count.map(to_block)), before)
}

/// The row with `before` newer ones. `counts` holds the blocks with deleted rows and their counts, in
/// falling order; `next` is the number of the next new row.
pub(super) fn from_newest(
    counts: impl Iterator<Item = rusqlite::Result<(i64, i64)>>,
    next: i64,
    before: i64,
) -> rusqlite::Result<Seek> {
    let to_block = |(block, deleted): (i64, i64)| {
        let last = ((block + 1) * BLOCK).min(next - 1);
        Block { first: next - 1 - last, length: last - block * BLOCK, deleted }
    };
    find(counts.map(|count| count.map(to_block)), before)
}

/// Neighbouring numbers.
struct Block {
    /// Count of numbers before it.
    first: i64,
    length: i64,
    deleted: i64,
}

fn find(
    blocks: impl Iterator<Item = rusqlite::Result<Block>>,
    before: i64,
) -> rusqlite::Result<Seek> {
    let mut gone = 0;
    for block in blocks {
        let Block { first, length, deleted } = block?;
        let members_before = first - gone;
        if before < members_before {
            break;
        }
        if before < members_before + length - deleted {
            return Ok(Seek { passed: first, skip: before - members_before });
        }
        gone += deleted;
    }
    Ok(Seek { passed: before.saturating_add(gone), skip: 0 })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Deleted numbers of `given`: single ones and whole ranges.
    fn gone(given: i64) -> impl Strategy<Value = Vec<i64>> {
        let range = (1..=given, 1..2_500_i64)
            .prop_map(move |(first, length)| (first..(first + length).min(given + 1)).collect());
        let alone = prop::collection::vec(1..=given, 0..5);
        prop::collection::vec(prop_oneof![range, alone], 0..4).prop_map(|lists| {
            let mut all = lists.concat();
            all.sort_unstable();
            all.dedup();
            all
        })
    }

    #[test]
    fn a_block_whose_members_all_come_before_is_passed_as_a_whole() {
        let passed = Seek { passed: BLOCK, skip: 0 };
        for (deleted, before) in [(BLOCK, 0), (1_000, BLOCK - 1_000), (1, BLOCK - 1)] {
            let counts = || [Ok((0, deleted))].into_iter();
            assert_eq!(from_oldest(counts(), before), Ok(passed), "{deleted}");
            assert_eq!(from_newest(counts(), BLOCK + 1, before), Ok(passed), "{deleted}");
        }
    }

    proptest! {
        #[test]
        fn every_member_is_found_from_both_ends(
            (given, gone) in (1..4_000_i64).prop_flat_map(|given| (Just(given), gone(given)))
        ) {
            let members: Vec<i64> =
                (1..=given).filter(|number| gone.binary_search(number).is_err()).collect();
            let mut deleted = BTreeMap::new();
            for seq in gone {
                *deleted.entry(block_of(seq)).or_insert(0) += 1;
            }
            let rising = || deleted.iter().map(|(block, deleted)| Ok((*block, *deleted)));
            for before in (0..members.len() + 3).step_by(41) {
                let asked = i64::try_from(before).unwrap();
                let oldest = from_oldest(rising(), asked).unwrap();
                let newest = from_newest(rising().rev(), given + 1, asked).unwrap();
                prop_assert!(oldest.skip < BLOCK && newest.skip < BLOCK);
                let mut up = members.iter().filter(|seq| **seq > oldest.passed);
                let mut down =
                    members.iter().rev().filter(|seq| **seq < given + 1 - newest.passed);
                let skip = |seek: Seek| usize::try_from(seek.skip).unwrap();
                prop_assert_eq!(up.nth(skip(oldest)), members.get(before));
                prop_assert_eq!(down.nth(skip(newest)), members.iter().rev().nth(before));
            }
        }
    }
}
