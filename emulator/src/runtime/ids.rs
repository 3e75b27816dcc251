//! The only source of ids and chance. With a seed, the same calls give the same ids.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use ring::digest;

mod file_token;

pub use file_token::FileToken;

/// A stream of ids and random numbers; cryptographically strong unless the seed was chosen.
#[derive(Debug, Clone)]
pub struct Ids {
    rng: ChaCha8Rng,
    /// Whether something was drawn from it.
    drawn: bool,
}

impl Ids {
    /// The stream that belongs to this seed and these words: others never share its ids.
    pub fn derived(seed: &[u8], words: &[&str]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(seed);
        for word in words {
            context.update(&[0]);
            context.update(word.as_bytes());
        }
        let mut key = [0; 32];
        key.copy_from_slice(context.finish().as_ref());
        Self { rng: ChaCha8Rng::from_seed(key), drawn: false }
    }

    /// A stream for operations that only look. It gives the same ids each time, so its owner
    /// checks [`Ids::was_drawn`] afterwards.
    pub fn none() -> Self {
        Self { rng: ChaCha8Rng::from_seed([0; 32]), drawn: false }
    }

    /// Whether something was drawn from this stream.
    pub fn was_drawn(&self) -> bool {
        self.drawn
    }

    fn rng(&mut self) -> &mut ChaCha8Rng {
        self.drawn = true;
        &mut self.rng
    }

    /// 32 lower-case hex digits, the form of most Tencent ids.
    pub fn hex32(&mut self) -> String {
        let mut bytes = [0; 16];
        self.rng().fill_bytes(&mut bytes);
        hex::encode(bytes)
    }

    /// The token of a new file of the tenant whose rows have that key: two keys never share a token,
    /// even where a reset makes the ids repeat.
    pub fn file_token(&mut self, key: i64) -> FileToken {
        let mut bits = [0; 16];
        self.rng().fill_bytes(&mut bits);
        let bits = u128::from_be_bytes(bits) ^ u128::from(key.unsigned_abs());
        FileToken::new(bits.to_be_bytes())
    }

    /// The form of `hex32`, but ids with a higher `rank` come later in the alphabet.
    pub fn rising_hex32(&mut self, rank: u32) -> String {
        let mut bytes = [0; 16];
        let (head, rest) = bytes.split_at_mut(4);
        head.copy_from_slice(&rank.to_be_bytes());
        self.rng().fill_bytes(rest);
        hex::encode(bytes)
    }

    /// So many lower-case letters and digits, as in Identity Center's ids.
    pub fn base36(&mut self, length: usize) -> String {
        self.text(length, b"0123456789abcdefghijklmnopqrstuvwxyz")
    }

    /// A password of 16 letters, digits and marks.
    pub fn password(&mut self) -> String {
        self.text(16, b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!@#$%^&*")
    }

    fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        let size = u32::try_from(alphabet.len()).unwrap_or(0);
        let one = |_| alphabet.get(self.below(size) as usize).map_or('0', |byte| char::from(*byte));
        (0..length).map(one).collect()
    }

    /// A UUID version 4 in lower case, the form of request ids.
    pub fn uuid(&mut self) -> uuid::Uuid {
        let mut bytes = [0; 16];
        self.rng().fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A number below `bound`, evenly spread; zero where `bound` is zero.
    pub fn below(&mut self, bound: u32) -> u32 {
        // The high half of a 64-bit product: biased by less than one in four thousand million.
        let product = u64::from(self.rng().next_u32()) * u64::from(bound);
        u32::try_from(product >> 32).unwrap_or(0)
    }
}

/// A fresh seed from the machine's own randomness.
pub fn random_seed() -> Result<[u8; 32], getrandom::Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_ids_and_words_keep_streams_apart() {
        let ids = |word| Ids::derived(b"7", &[word]);
        assert_eq!(ids("a").hex32(), ids("a").hex32());
        assert_ne!(ids("a").hex32(), ids("b").hex32());
        assert_ne!(
            Ids::derived(b"7", &["ab", "c"]).hex32(),
            Ids::derived(b"7", &["a", "bc"]).hex32()
        );
    }

    #[test]
    fn a_stream_knows_whether_something_was_drawn() {
        let draws: [fn(&mut Ids); 7] = [
            |ids| drop(ids.base36(1)),
            |ids| drop(ids.password()),
            |ids| drop(ids.hex32()),
            |ids| _ = ids.file_token(1),
            |ids| drop(ids.rising_hex32(1)),
            |ids| _ = ids.uuid(),
            |ids| _ = ids.below(2),
        ];
        for draw in draws {
            let mut ids = Ids::none();
            assert!(!ids.was_drawn());
            draw(&mut ids);
            assert!(ids.was_drawn());
        }
    }

    #[test]
    fn ids_have_the_forms_of_the_vendors() {
        let mut ids = Ids::derived(b"", &[]);
        let hex = ids.hex32();
        assert!(
            hex.len() == 32
                && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        );
        assert!(ids.rising_hex32(7) < ids.rising_hex32(8));
        assert_eq!(ids.uuid().get_version_num(), 4);
        assert!((0..1000).all(|_| ids.below(3) < 3));
        assert_eq!(ids.below(0), 0);
    }
}
