//! Errors that several parts of the loading report.

use super::file::{Name, ServiceFile};
use super::{LoadError, ModelFile};

pub(super) fn known_code(
    file: &ModelFile<'_>,
    about: &ServiceFile,
    code: &Name,
) -> Result<(), LoadError> {
    if about.codes.contains_key(code.get_ref()) || about.gateway_codes.contains(code.get_ref()) {
        return Ok(());
    }
    Err(file.error(code.span().start, format!("code `{}` is not in `[codes]`", code.get_ref())))
}

pub(super) fn unknown(file: &ModelFile<'_>, what: &str, name: &Name) -> LoadError {
    file.error(name.span().start, format!("unknown {what} `{}`", name.get_ref()))
}

pub(super) fn duplicate(file: &ModelFile<'_>, what: &str, name: &Name) -> LoadError {
    file.error(name.span().start, format!("duplicate {what} `{}`", name.get_ref()))
}
