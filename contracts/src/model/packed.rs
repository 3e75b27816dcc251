//! A part of the catalog that stays packed until somebody reads it.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that is unpacked when it is first read: most runs use few operations of few services.
pub struct Packed<T> {
    /// Empty where the value was never packed.
    bytes: &'static [u8],
    value: OnceLock<T>,
}

impl<T> Packed<T> {
    /// A value that is already there, as the model files gave it.
    pub fn new(value: T) -> Self {
        Self { bytes: &[], value: OnceLock::from(value) }
    }

    /// Whether it was not read yet.
    pub fn is_packed(&self) -> bool {
        self.value.get().is_none()
    }
}

impl<T: DeserializeOwned> Deref for Packed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| {
            #[expect(clippy::expect_used, reason = "the build packs it, and a test reads it all")]
            postcard::from_bytes(self.bytes).expect("packed by this build")
        })
    }
}

impl<T: DeserializeOwned + fmt::Debug> fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: DeserializeOwned + Serialize> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = postcard::to_allocvec(&**self).map_err(S::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&'static [u8]>::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(Self { bytes, value: OnceLock::new() })
    }
}
