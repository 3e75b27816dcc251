//! Seeds of single tenants, in place of the one with which all begin.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Seed;

/// The tenants that begin with a seed of their own.
#[derive(Debug, Default)]
pub struct OwnSeeds(Mutex<HashMap<String, Arc<Seed>>>);

impl OwnSeeds {
    /// The seed of that tenant, if it has its own.
    pub fn of(&self, tenant: &str) -> Option<Arc<Seed>> {
        self.seeds().get(tenant).cloned()
    }

    /// Gives a tenant its own seed, for its next beginning. False: so many tenants have one that there is no
    /// room for more.
    pub fn set(&self, tenant: &str, seed: Seed, most: usize) -> bool {
        let mut seeds = self.seeds();
        if seeds.len() >= most && !seeds.contains_key(tenant) {
            return false;
        }
        seeds.insert(tenant.to_owned(), Arc::new(seed));
        true
    }

    /// Lets a tenant begin as all do.
    pub fn unset(&self, tenant: &str) {
        self.seeds().remove(tenant);
    }

    fn seeds(&self) -> MutexGuard<'_, HashMap<String, Arc<Seed>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_set_takes_no_more_tenants_but_new_seeds_of_known_ones() {
        let seeds = OwnSeeds::default();
        assert!(seeds.set("a", Seed::default(), 1));
        assert!(!seeds.set("b", Seed::default(), 1));
        assert!(seeds.set("a", Seed::starter(), 1));
        assert_eq!(seeds.of("a").map(|seed| seed.ciam.directories.len()), Some(1));
        seeds.unset("a");
        assert!(seeds.of("a").is_none() && seeds.set("b", Seed::default(), 1));
    }
}
