//! Refusals of a gateway, made from the model of its protocol.

use std::borrow::Cow;

use contracts::{
    Cause, Code, Protocol as Family, ProtocolModel, Rule, Service, Violation, template,
};

use crate::error::Refusal;

/// A protocol's gateway.
pub(super) struct Gateway(pub(super) Family);

impl Gateway {
    fn model(&self) -> Option<&'static ProtocolModel> {
        contracts::catalog().protocol(self.0)
    }

    /// What the model says of one of the gateway's codes.
    pub(super) fn code(&self, code: &str) -> Option<&'static Code> {
        self.model()?.codes.get(code)
    }

    /// A refusal with the code's own text, these values in its places.
    pub(super) fn refusal(&self, code: &'static str, values: &[(&str, &str)], zh: bool) -> Refusal {
        let known = self.code(code);
        let text =
            known.and_then(|known| pick(known.message.as_deref(), known.message_zh.as_deref(), zh));
        worded(code, text, values)
    }

    /// A refusal for one cause of a code.
    pub(super) fn because(
        &self,
        code: &'static str,
        cause: &str,
        values: &[(&str, &str)],
        zh: bool,
    ) -> Refusal {
        let text = self
            .cause(code, cause)
            .and_then(|it| pick(it.message.as_deref(), it.message_zh.as_deref(), zh));
        worded(code, text, values)
    }

    fn cause(&self, code: &str, cause: &str) -> Option<&'static Cause> {
        self.code(code)?.when.get(cause)
    }

    /// The refusal that says: our fault.
    pub(super) fn internal_error(&self) -> Refusal {
        let code = self.model().map_or("", |model| &model.internal_error);
        Refusal { code: Cow::Borrowed(code), message: Cow::Borrowed("") }
    }

    /// The refusal that says: this operation is known, and the twin does not implement it.
    pub(super) fn not_modelled(&self, operation: &str) -> Refusal {
        let code = self.model().map_or("", |model| &model.not_modelled);
        self.because(code, "not_modelled", &[("operation", operation)], false)
    }

    /// The code's own text, with samples in its places; that of its first cause where it has none.
    pub(super) fn text(&self, code: &str, zh: bool) -> Option<Cow<'static, str>> {
        let known = self.code(code)?;
        let own = pick(known.message.as_deref(), known.message_zh.as_deref(), zh);
        let mut causes = known.when.values();
        let text = own.or_else(|| {
            causes.find_map(|it| pick(it.message.as_deref(), it.message_zh.as_deref(), zh))
        });
        text.map(|text| template::fill(text, &[]))
    }

    /// The HTTP status of a refusal.
    pub(super) fn status(&self, refusal: &Refusal) -> Option<u16> {
        Some(self.model()?.status_of(&refusal.code, &refusal.message))
    }

    /// The code that answers input which the service cannot read.
    pub(super) fn bad_input(&self, service: &Service) -> Cow<'static, str> {
        let usual = || self.model().map_or("", |model| &model.bad_input).into();
        service.bad_input.clone().map_or_else(usual, Cow::Owned)
    }

    /// The refusal of input that breaks the model: the code by the member, the service or the
    /// protocol, the text by the service or the protocol.
    pub(super) fn violation(
        &self,
        service: Option<&Service>,
        violation: &Violation,
        zh: bool,
    ) -> Refusal {
        let kind = violation.rule.kind();
        let own = service.and_then(|service| service.rule(kind));
        let usual = self.model().and_then(|model| model.rules.get(&kind));
        let code = self.model().map_or("", |model| violation.answered_by(service, model));
        let of_code = || {
            let known = service.and_then(|service| service.codes.get(code));
            let known = known.or_else(|| self.code(code))?;
            pick(known.message.as_deref(), known.message_zh.as_deref(), zh)
        };
        let of_rule = [own, usual].into_iter().flatten().find_map(|rule| rule.message.as_deref());
        let joined_by = usual.map_or(", ", |rule| &rule.joined_by);
        let text = of_rule.or_else(of_code).unwrap_or_default();
        let message = Cow::Owned(violated(text, violation, joined_by));
        Refusal { code: Cow::Owned(code.to_owned()), message }
    }
}

/// The text in the language of the client, where it is known.
fn pick<'a>(english: Option<&'a str>, chinese: Option<&'a str>, zh: bool) -> Option<&'a str> {
    chinese.filter(|_| zh).or(english)
}

fn worded(code: &'static str, text: Option<&'static str>, values: &[(&str, &str)]) -> Refusal {
    let message = text.map_or(Cow::Borrowed(""), |text| template::fill(text, values));
    Refusal { code: Cow::Borrowed(code), message }
}

/// The text of a broken rule with what the violation says in its places.
fn violated(text: &str, violation: &Violation, joined_by: &str) -> String {
    let path = violation.path.as_str();
    let name = path.rsplit('.').next().unwrap_or(path);
    let (mut word, mut bound, mut range, mut values) =
        ("", String::new(), String::new(), String::new());
    match &violation.rule {
        Rule::WrongType(expected) => word = expected,
        Rule::TooShort(length) | Rule::TooLong(length) => bound = length.to_string(),
        Rule::OutOfRange(min, max) => {
            let part = |name, bound: &Option<i64>| {
                bound.map_or(String::new(), |bound| format!(" {name} {bound}"))
            };
            range = part("at least", min) + &part("at most", max);
        }
        Rule::NotAllowed(allowed) => values = allowed.join(joined_by),
        Rule::Unknown | Rule::Missing | Rule::PatternMismatch => {}
    }
    let places = [
        ("parameter", path),
        ("name", name),
        ("type", word),
        ("bound", &bound),
        ("range", &range),
        ("values", &values),
    ];
    template::fill(text, &places).into_owned()
}
