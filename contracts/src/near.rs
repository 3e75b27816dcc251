//! Hints about unknown words.

use std::collections::BTreeSet;

/// What may have been meant by an unknown word.
pub fn near<'n>(word: &str, known: impl Iterator<Item = &'n str>) -> String {
    let known: BTreeSet<&str> = known.collect();
    let nearest = known.iter().map(|one| (strsim::damerau_levenshtein(one, word), *one)).min();
    match nearest {
        Some((distance, nearest)) if distance <= word.len() / 3 + 1 => {
            format!("did you mean {nearest:?}?")
        }
        _ if known.len() <= 30 => {
            format!("there are: {}", known.into_iter().collect::<Vec<_>>().join(", "))
        }
        _ => "`cloudtwin operations` lists them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_recognised_and_a_strange_one_gets_the_list() {
        let known = ["ListUsers", "GetUser"];
        assert_eq!(near("ListUser", known.into_iter()), "did you mean \"ListUsers\"?");
        assert_eq!(near("zzz", known.into_iter()), "there are: GetUser, ListUsers");
    }
}
