//! Finds an operation by method and path, for the protocols that go by them.

use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::Operation;
use http::Method;
use matchit::Router;
use percent_encoding::percent_decode_str;

/// The paths of all operations of one protocol.
#[derive(Debug)]
pub(super) struct Routes {
    router: Router<Vec<Arc<Operation>>>,
}

/// The operations at a path.
#[derive(Debug)]
pub(super) enum Found<'r> {
    /// The operation, and the values of the named segments of its path, decoded.
    Operation(&'r Arc<Operation>, Vec<(String, String)>),
    /// Only operations of other methods.
    OtherMethods(&'r [Arc<Operation>]),
    /// Nothing.
    Nothing,
}

impl Routes {
    /// The routes of all services that speak this protocol. An operation whose path cannot be told
    /// from another's is left out; a test finds every one.
    pub(super) fn of(protocol: contracts::Protocol) -> Self {
        let mut by_path: BTreeMap<&str, Vec<Arc<Operation>>> = BTreeMap::new();
        let services = contracts::catalog().services.iter();
        for operation in services.filter(|s| s.protocol == protocol).flat_map(|s| &s.operations) {
            if let Some(http) = &operation.http {
                by_path.entry(&http.path).or_default().push(Arc::clone(operation));
            }
        }
        let mut router = Router::new();
        for (path, operations) in by_path {
            drop(router.insert(path, operations));
        }
        Self { router }
    }

    /// The operations at that path; upper and lower case differ.
    pub(super) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Ok(found) = self.router.at(path) else { return Found::Nothing };
        let takes = |operation: &&Arc<Operation>| {
            let http = operation.http.as_ref();
            http.is_some_and(|http| http.method.as_deref().is_none_or(|m| method.as_str() == m))
        };
        match found.value.iter().find(takes) {
            Some(operation) => {
                let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
                let named =
                    found.params.iter().map(|(name, text)| (name.to_owned(), decoded(text)));
                Found::Operation(operation, named.collect())
            }
            None => Found::OtherMethods(found.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_with_a_path_is_found_by_it() {
        for service in &contracts::catalog().services {
            let routes = Routes::of(service.protocol);
            for operation in &service.operations {
                let Some(http) = &operation.http else { continue };
                let method = http.method.as_deref().unwrap_or("POST").parse().unwrap();
                let path = http.path.replace(['{', '}'], "");
                match routes.find(&method, &path) {
                    Found::Operation(found, _) => assert_eq!(found.name, operation.name),
                    other => panic!("{}: {other:?}", operation.name),
                }
            }
        }
    }
}
