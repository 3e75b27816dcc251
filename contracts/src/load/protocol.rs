//! Turns the file of one protocol into a value, or says where it is wrong.

use std::collections::BTreeMap;

use super::file::{Name, ProtocolFile, RuleTable, in_file_order, read};
use super::{LoadError, ModelFile};
use crate::model::{Code, Packed, ProtocolModel, RuleAnswer, RuleKind};

/// The cause of [`ProtocolModel::not_modelled`].
const NOT_MODELLED: &str = "not_modelled";

/// The protocol of this file.
pub(super) fn model(file: &ModelFile<'_>) -> Result<ProtocolModel, LoadError> {
    let about: ProtocolFile = read(file)?;
    let family = *about.name.get_ref();
    if file.name.strip_suffix(".toml") != Some(family.name()) {
        return Err(file.error(about.name.span().start, "the name is not that of the file"));
    }
    let mut codes = BTreeMap::new();
    for (name, code) in in_file_order(about.codes) {
        if code.retry.is_none() {
            let what = format!("code `{}` has no `retry`", name.get_ref());
            return Err(file.error(name.span().start, what));
        }
        codes.insert(name.into_inner(), code);
    }
    let special = [&about.internal_error, &about.not_modelled, &about.bad_input];
    let of_rules = about.rules.values().map(|rule| &rule.code);
    for code in special.into_iter().chain(of_rules) {
        if !codes.contains_key(code.get_ref()) {
            let what = format!("code `{}` is not in `[codes]`", code.get_ref());
            return Err(file.error(code.span().start, what));
        }
    }
    let not_modelled = codes.get(about.not_modelled.get_ref());
    if !not_modelled.is_some_and(|code: &Code| code.when.contains_key(NOT_MODELLED)) {
        let what = format!("code `{}` has no cause `{NOT_MODELLED}`", about.not_modelled.get_ref());
        return Err(file.error(about.not_modelled.span().start, what));
    }
    Ok(ProtocolModel {
        family,
        title: about.title,
        source: about.source.trim().to_owned(),
        status: about.status,
        internal_error: about.internal_error.into_inner(),
        not_modelled: about.not_modelled.into_inner(),
        bad_input: about.bad_input.into_inner(),
        codes: Packed::new(codes),
        rules: rules(about.rules),
        assumed: about.assumed,
    })
}

/// The lines of `[rules]`, their codes known.
pub(super) fn rules(tables: BTreeMap<RuleKind, RuleTable>) -> BTreeMap<RuleKind, RuleAnswer> {
    let answer = |rule: RuleTable| RuleAnswer {
        code: Name::into_inner(rule.code),
        message: rule.message,
        joined_by: rule.joined_by.unwrap_or_else(|| ", ".to_owned()),
        assumed: rule.assumed,
    };
    tables.into_iter().map(|(kind, rule)| (kind, answer(rule))).collect()
}
