//! Knobs: what can be chosen where a vendor's pages contradict themselves or are silent. Each service
//! declares its own; a file or an option chooses.

use toml::de::{DeTable, DeValue};

/// One choice that a service leaves open.
#[derive(Debug)]
pub struct Knob {
    /// Its name in the service.
    pub name: &'static str,
    /// Its values; the first is the default.
    pub values: &'static [&'static str],
    /// What it chooses, and why that is open.
    pub about: &'static str,
}

/// A value for each knob of each service.
#[derive(Debug, Clone)]
pub struct Choices(Vec<Choice>);

#[derive(Debug, Clone)]
struct Choice {
    service: &'static str,
    knob: &'static Knob,
    value: &'static str,
}

impl Choices {
    /// The defaults of these services.
    pub fn of(services: impl IntoIterator<Item = (&'static str, &'static [Knob])>) -> Self {
        let of_service = |(service, knobs): (&'static str, &'static [Knob])| {
            let default = |knob: &'static Knob| knob.values.first().copied().unwrap_or_default();
            knobs.iter().map(move |knob| Choice { service, knob, value: default(knob) })
        };
        Self(services.into_iter().flat_map(of_service).collect())
    }

    /// The value of a knob; empty where there is no such knob.
    pub fn get(&self, service: &str, knob: &str) -> &'static str {
        let mut all = self.0.iter();
        let found = all.find(|choice| choice.knob.name == knob && choice.service == service);
        debug_assert!(found.is_some(), "{service} declares no knob {knob}");
        found.map_or("", |choice| choice.value)
    }

    /// Chooses a value. An error names what is allowed.
    pub fn set(&mut self, service: &str, knob: &str, value: &str) -> Result<(), String> {
        let names = self.names();
        let mut all = self.0.iter_mut();
        let choice = all.find(|choice| choice.knob.name == knob && choice.service == service);
        let choice = choice.ok_or_else(|| {
            format!("unknown knob `{service}.{knob}`: there are {}", names.join(", "))
        })?;
        let mut allowed = choice.knob.values.iter();
        choice.value = allowed.find(|allowed| **allowed == value).copied().ok_or_else(|| {
            let allowed = choice.knob.values.join(", ");
            format!("`{value}` is no value of `{service}.{knob}`: allowed are {allowed}")
        })?;
        Ok(())
    }

    /// Chooses by an option: `aicc.bad_token=403`.
    pub fn set_option(&mut self, text: &str) -> Result<(), String> {
        let parts = text.split_once('=').and_then(|(knob, value)| {
            let (service, knob) = knob.split_once('.')?;
            Some((service.trim(), knob.trim(), value.trim()))
        });
        let (service, knob, value) =
            parts.ok_or_else(|| format!("{text:?} is not of the form `service.knob=value`"))?;
        self.set(service, knob, value)
    }

    /// Chooses by a file: TOML with a table `[assume.<service>]` for each service. Each problem has its
    /// line.
    pub fn set_file(&mut self, text: &str) -> Result<(), Vec<String>> {
        let at = |offset: usize, why: &str| {
            let before = text.get(..offset).unwrap_or_default();
            format!("line {}: {why}", before.matches('\n').count() + 1)
        };
        let table = DeTable::parse(text).map_err(|error| {
            vec![at(error.span().map_or(0, |span| span.start), error.message())]
        })?;
        let mut problems = Vec::new();
        for (key, value) in table.get_ref() {
            match value.get_ref() {
                DeValue::Table(services) if key.get_ref() == "assume" => {
                    for (service, knobs) in services {
                        self.set_table(service.get_ref(), knobs, |offset, why| {
                            problems.push(at(offset, why));
                        });
                    }
                }
                _ => {
                    let why =
                        format!("unknown key `{}`: allowed is [assume.<service>]", key.get_ref());
                    problems.push(at(key.span().start, &why));
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn set_table(
        &mut self,
        service: &str,
        knobs: &toml::Spanned<DeValue<'_>>,
        mut problem: impl FnMut(usize, &str),
    ) {
        let DeValue::Table(table) = knobs.get_ref() else {
            return problem(knobs.span().start, &format!("`assume.{service}` must be a table"));
        };
        for (knob, value) in table {
            let text = match value.get_ref() {
                DeValue::String(text) => text.as_ref(),
                DeValue::Integer(number) => number.as_str(),
                _ => "",
            };
            if let Err(why) = self.set(service, knob.get_ref(), text) {
                problem(knob.span().start, &why);
            }
        }
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|choice| format!("`{}.{}`", choice.service, choice.knob.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOBS: &[Knob] = &[
        Knob { name: "status", values: &["401", "403"], about: "" },
        Knob { name: "form", values: &["strict", "lenient"], about: "" },
    ];

    fn choices() -> Choices {
        Choices::of([("a", KNOBS), ("b", &[] as &[Knob])])
    }

    #[test]
    fn a_file_and_an_option_choose_the_same() {
        let (mut by_file, mut by_option) = (choices(), choices());
        assert_eq!((by_file.get("a", "status"), by_file.get("a", "form")), ("401", "strict"));
        by_file.set_file("[assume.a]\nstatus = 403\nform = \"lenient\"\n[assume.b]\n").unwrap();
        by_option.set_option("a.status=403").unwrap();
        by_option.set_option("a.form = lenient").unwrap();
        for chosen in [by_file, by_option] {
            assert_eq!((chosen.get("a", "status"), chosen.get("a", "form")), ("403", "lenient"));
        }
    }

    #[test]
    fn what_is_unknown_is_refused_with_its_line_and_what_is_allowed() {
        let text = "jobs = 1\n[assume.a]\nstatus = 404\nfrom = \"strict\"\n[assume.c]\nx = 1\n";
        let problems = choices().set_file(text).unwrap_err().join("\n");
        insta::assert_snapshot!(problems, @r"
        line 4: unknown knob `a.from`: there are `a.status`, `a.form`
        line 3: `404` is no value of `a.status`: allowed are 401, 403
        line 6: unknown knob `c.x`: there are `a.status`, `a.form`
        line 1: unknown key `jobs`: allowed is [assume.<service>]
        ");
        let problems = choices().set_file("[assume\n").unwrap_err();
        assert!(problems[0].starts_with("line 1: "), "{problems:?}");
        let problem = choices().set_option("a.status").unwrap_err();
        assert_eq!(problem, "\"a.status\" is not of the form `service.knob=value`");
    }
}
