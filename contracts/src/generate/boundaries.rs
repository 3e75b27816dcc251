//! Valid requests at the edges of what the model allows. The same model gives the same list in the same order.

use serde_json::{Value, json};

use super::broken::{least, minimal};
use super::pattern;
use super::space::{Length, Space};
use crate::model::{Kind, Location, Member, Shape};

/// Texts and lists above this length are left out where no bound is known to the model.
const LONG: usize = 64;

/// The least request, the one with every member, and the least one with each member at each of its edges.
pub fn boundaries(shape: &Shape) -> Vec<Value> {
    let base = minimal(shape);
    let mut all = vec![base.clone(), whole(shape)];
    for member in &shape.members {
        let mut values = edges(&member.kind, member);
        if !member.required && member.location == Location::Body {
            // Null counts as absent.
            values.push(Value::Null);
        }
        for value in values {
            let mut request = base.clone();
            if let Some(members) = request.as_object_mut() {
                members.insert(member.name.clone(), value);
            }
            if !all.contains(&request) {
                all.push(request);
            }
        }
    }
    all
}

/// The request with every member, each at its simplest, at every depth.
fn whole(shape: &Shape) -> Value {
    let simplest = |member: &Member| {
        let value = match &member.kind {
            Kind::Object(shape) => whole(shape),
            Kind::List(element) => {
                let one = match &**element {
                    Kind::Object(shape) => whole(shape),
                    element => least(element, member),
                };
                vec![one; member.min_length.unwrap_or(0).max(1)].into()
            }
            kind => least(kind, member),
        };
        (member.name.clone(), value)
    };
    shape.members.iter().map(simplest).collect()
}

/// The values of a kind at the edges of what the member allows.
fn edges(kind: &Kind, member: &Member) -> Vec<Value> {
    match Space::of(kind, member) {
        Space::Listed(texts) => texts.iter().map(|text| text.clone().into()).collect(),
        Space::Pattern(pattern, length) => {
            let (short, long) = pattern::extremes(pattern, length).unzip();
            short.into_iter().chain(long).map(Value::from).collect()
        }
        Space::Text(length, documented) => {
            let known = documented.iter().cloned();
            let lengths = [length.least, length.most.unwrap_or(LONG)];
            known.chain(lengths.map(|count| "x".repeat(count))).map(Value::from).collect()
        }
        Space::IntegerString => vec!["0".into(), u64::MAX.to_string().into(), json!(1)],
        Space::Integer(min, max) => {
            let all = [min, 0.max(min).min(max), max];
            all.into_iter().map(super::whole_number).collect()
        }
        Space::Float(min, max) => vec![min.into(), max.into()],
        Space::Bool => vec![true.into(), false.into()],
        Space::List(element, length) => lists(element, length, member),
        Space::Object(shape) => boundaries(shape),
    }
}

/// The shortest list, the longest one if a bound is known, and one of each edge of its elements.
fn lists(element: &Kind, length: Length, member: &Member) -> Vec<Value> {
    let of = |value: &Value, count: usize| Value::from(vec![value.clone(); count]);
    let simplest = least(element, member);
    let lengths = [Some(length.least), length.most];
    let mut all: Vec<_> = lengths.into_iter().flatten().map(|count| of(&simplest, count)).collect();
    all.extend(edges(element, member).iter().map(|edge| of(edge, length.least.max(1))));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog, validate};

    #[test]
    fn boundary_requests_keep_the_model_of_every_operation() {
        for operation in catalog().operations() {
            for input in boundaries(&operation.input) {
                let found = validate(&input, &operation.input);
                assert_eq!(found, None, "{} {input}", operation.name);
            }
        }
    }

    fn of(service: &str, name: &str) -> Vec<Value> {
        let mut operations = catalog().service(service).unwrap().operations.iter();
        boundaries(&operations.find(|operation| operation.name == name).unwrap().input)
    }

    #[test]
    fn lengths_ranges_values_and_absence_are_all_tried() {
        let stores = of("ciam", "CreateUserStore");
        let lengths: Vec<_> =
            stores.iter().map(|input| input["UserPoolName"].as_str().unwrap().len()).collect();
        assert!(lengths.contains(&1) && lengths.contains(&128), "{lengths:?}");
        assert!(stores.iter().any(|input| input.get("UserPoolDesc").is_none()));
        assert!(stores.iter().any(|input| input.get("UserPoolDesc") == Some(&Value::Null)));
        let exports = of("ciam", "CreateFileExportUserJob");
        for format in ["NDJSON", "CSV"] {
            assert!(exports.iter().any(|input| input["Format"] == format), "{format}");
        }
        let sizes: Vec<_> =
            of("ciam", "ListUser").iter().map(|i| i["Pageable"]["PageSize"].as_i64()).collect();
        assert!(sizes.contains(&Some(1)) && sizes.contains(&Some(100)), "{sizes:?}");
        let deletes = of("ciam", "DeleteUsers");
        assert!(deletes.iter().any(|input| input["UserIds"].as_array().unwrap().len() == 100));
    }

    #[test]
    fn a_path_and_a_query_hold_no_null() {
        let listed = of("workspace", "ListUsers");
        assert!(
            listed.iter().all(|input| input.as_object().unwrap().values().all(|v| !v.is_null()))
        );
    }
}
