//! Shapes and members: from the tables of a file to linked values.
//!
//! Judges each member's keys against its type; knows nothing of operations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::file::{MemberTable, Name, ServiceFile, ShapeTable};
use super::problems::{duplicate, known_code, unknown};
use super::{LoadError, ModelFile};
use crate::model::{Kind, Member, Pattern, Shape};

/// The shapes of a service while they are being linked.
#[derive(Default)]
pub(super) struct Shapes<'f> {
    waiting: BTreeMap<String, (ModelFile<'f>, Name, ShapeTable)>,
    open: BTreeSet<String>,
    done: BTreeMap<String, Arc<Shape>>,
}

impl<'f> Shapes<'f> {
    pub(super) fn declare(
        &mut self,
        file: &ModelFile<'f>,
        name: Name,
        table: ShapeTable,
    ) -> Result<(), LoadError> {
        if simple(name.get_ref()).is_some() || self.waiting.contains_key(name.get_ref()) {
            return Err(duplicate(file, "shape", &name));
        }
        self.waiting.insert(name.get_ref().clone(), (*file, name, table));
        Ok(())
    }

    /// The shape of that name, linked on its first use.
    fn resolve(
        &mut self,
        user: &ModelFile<'_>,
        about: &ServiceFile,
        name: &Name,
    ) -> Result<Arc<Shape>, LoadError> {
        let key = name.get_ref();
        if let Some(done) = self.done.get(key) {
            return Ok(Arc::clone(done));
        }
        if self.open.contains(key) {
            return Err(user.error(name.span().start, format!("shape `{key}` holds itself")));
        }
        let Some((file, _, table)) = self.waiting.remove(key) else {
            return Err(unknown(user, "shape", name));
        };
        self.open.insert(key.clone());
        let linked = Arc::new(shape(&file, about, self, key.clone(), table.members)?);
        self.done.insert(key.clone(), Arc::clone(&linked));
        Ok(linked)
    }

    /// All shapes, once everything that uses them is linked.
    pub(super) fn finish(self) -> Result<BTreeMap<String, Arc<Shape>>, LoadError> {
        match self.waiting.into_values().next() {
            None => Ok(self.done),
            Some((file, name, _)) => {
                let what = format!("nobody uses shape `{}`", name.get_ref());
                Err(file.error(name.span().start, what))
            }
        }
    }
}

/// The shape of these members.
pub(super) fn shape(
    file: &ModelFile<'_>,
    about: &ServiceFile,
    shapes: &mut Shapes<'_>,
    name: String,
    tables: Vec<MemberTable>,
) -> Result<Shape, LoadError> {
    let mut members: Vec<Member> = Vec::with_capacity(tables.len());
    for table in tables {
        if members.iter().any(|member| member.name == *table.name.get_ref()) {
            return Err(duplicate(file, "member", &table.name));
        }
        if let Some(code) = &table.code {
            known_code(file, about, code)?;
        }
        let kind = kind(file, about, shapes, &table)?;
        if let Some(what) = misfit(&kind, &table) {
            return Err(file.error(table.name.span().start, what));
        }
        let pattern = match &table.pattern {
            None => None,
            Some(text) => Some(Pattern::new(text.get_ref()).map_err(|error| {
                file.error(text.span().start, format!("not a regular expression: {error}"))
            })?),
        };
        members.push(Member {
            name: table.name.into_inner(),
            kind,
            required: table.required,
            nullable: table.nullable,
            optional: table.optional,
            location: table.location,
            flag: table.flag,
            secret: table.secret,
            min_length: table.min_length,
            max_length: table.max_length,
            element_length: table.element_length,
            pattern,
            ignore_case: table.ignore_case,
            empty_is_absent: table.empty_is_absent,
            min: table.min,
            max: table.max,
            values: table.values,
            documented_values: table.documented_values,
            code: table.code.map(Name::into_inner),
            assumed: table.assumed,
        });
    }
    Ok(Shape { name, members })
}

fn kind(
    file: &ModelFile<'_>,
    about: &ServiceFile,
    shapes: &mut Shapes<'_>,
    table: &MemberTable,
) -> Result<Kind, LoadError> {
    let at = table.kind.span().start;
    match (table.kind.get_ref().as_str(), &table.element, &table.shape) {
        ("list", Some(element), None) => {
            let element = match simple(element.get_ref()) {
                Some(kind) => kind,
                None => Kind::Object(shapes.resolve(file, about, element)?),
            };
            Ok(Kind::List(Box::new(element)))
        }
        ("list", _, _) => Err(file.error(at, "a list needs `element`, and no `shape`")),
        ("object", None, Some(shape)) => Ok(Kind::Object(shapes.resolve(file, about, shape)?)),
        ("object", _, _) => Err(file.error(at, "an object needs `shape`, and no `element`")),
        (word, None, None) => simple(word).ok_or_else(|| unknown(file, "type", &table.kind)),
        _ => Err(file.error(at, "`element` is for lists and `shape` for objects")),
    }
}

fn simple(word: &str) -> Option<Kind> {
    Some(match word {
        "string" => Kind::String,
        "integer_string" => Kind::IntegerString,
        "int64" => Kind::Integer { unsigned: false },
        "uint64" => Kind::Integer { unsigned: true },
        "float" => Kind::Float,
        "bool" => Kind::Bool,
        _ => return None,
    })
}

/// What the member says that its kind cannot keep.
fn misfit(kind: &Kind, table: &MemberTable) -> Option<&'static str> {
    let element = match kind {
        Kind::List(element) => element.as_ref(),
        other => other,
    };
    let texts = !(table.values.is_empty() && table.documented_values.is_empty());
    let ranged = table.min.is_some() || table.max.is_some();
    let long = table.max_length.is_some() || table.min_length.is_some();
    let shaped = table.pattern.is_some() || table.element_length.is_some();
    let bounded = !table.values.is_empty() || ranged || long || shaped;
    if texts && !matches!(element, Kind::String) {
        Some("`values` and `documented_values` are for texts")
    } else if ranged && !matches!(element, Kind::Integer { .. } | Kind::Float) {
        Some("`min` and `max` are for numbers")
    } else if table.min.zip(table.max).is_some_and(|(min, max)| min > max) {
        Some("`min` is above `max`")
    } else if long && !matches!(kind, Kind::String | Kind::List(_)) {
        Some("`min_length` and `max_length` are for texts and lists")
    } else if table.pattern.is_some() && !matches!(kind, Kind::String) {
        Some("`pattern` is for texts")
    } else if table.element_length.is_some()
        && !matches!((kind, element), (Kind::List(_), Kind::String))
    {
        Some("`element_length` is for lists of texts")
    } else if table.code.is_some() && !bounded {
        Some("`code` needs a bound that it answers")
    } else {
        None
    }
}
