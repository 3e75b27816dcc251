//! Whether a service has the limits that a rule sets.

use contracts::near;
use std::ops::Range;

use toml::Spanned;

use super::super::Problems;
use crate::scenario::file::EffectTable;
use crate::services;

impl Problems<'_> {
    /// Nothing where a limit is wrong.
    pub(super) fn limits(
        &mut self,
        effect: &EffectTable,
        service: Option<&Spanned<String>>,
        span: &Range<usize>,
    ) -> Option<()> {
        let Some(limits) = &effect.limits else { return Some(()) };
        let Some(name) = service else {
            self.add(span.clone(), "a limit belongs to a service: add `service`");
            return None;
        };
        let all = services::all();
        // An unknown service is a problem of its own.
        let service = all.iter().find(|service| service.name == name.get_ref())?;
        if service.limits.is_empty() {
            self.add(name.span(), format!("the service {:?} has no limits", service.name));
            return None;
        }
        if limits.is_empty() {
            self.add(span.clone(), "`limits` names a limit at least: `{ users = 3 }`");
            return None;
        }
        let mut is_good = true;
        for unknown in limits.keys().filter(|name| !service.limits.contains(&name.as_str())) {
            let hint = near(unknown, service.limits.iter().copied());
            self.add(span.clone(), format!("there is no limit {unknown:?}; {hint}"));
            is_good = false;
        }
        is_good.then_some(())
    }
}
