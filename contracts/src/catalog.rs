//! The catalog of this build: the checked models as the build script packed them.

use std::sync::LazyLock;

use crate::model::Catalog;

/// What `build.rs` wrote.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.bin"));

/// The catalog of all services. Shapes and codes stay packed until they are read.
pub fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the build packs it, and a test reads it all")]
        postcard::from_bytes(PACKED).expect("packed by this build")
    });
    &CATALOG
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{FILES, load};

    #[test]
    fn the_packed_catalog_is_that_of_the_files() {
        let loaded = load(FILES).unwrap();
        assert_eq!(format!("{:?}", catalog()), format!("{loaded:?}"));
        assert_eq!(postcard::to_allocvec(&loaded).unwrap(), PACKED);
    }

    #[test]
    fn shapes_stay_packed_until_they_are_read() {
        let catalog: Catalog = postcard::from_bytes(PACKED).unwrap();
        let operation = catalog.operations().next().unwrap();
        assert!(operation.input.is_packed());
        assert!(!operation.input.members.is_empty());
        assert!(!operation.input.is_packed());
    }
}
