//! Turns the files of one service into values: names become what they name, or an error.
//!
//! Adds no facts of its own beyond the service's defaults.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::file::{Name, OperationTable, ResourceFile, ServiceFile, in_file_order, read};
use super::problems::{duplicate, known_code, unknown};
use super::shapes::{Shapes, shape};
use super::{LoadError, ModelFile, SERVICE_FILE, facts, protocol};
use crate::model::{
    Code, Http, Kind, Location, Member, Operation, Packed, ProtocolModel, Service, Shape,
};

/// The service of these files, its operations numbered from `first_index`.
pub(super) fn service(
    files: &[ModelFile<'_>],
    first_index: usize,
    protocols: &[ProtocolModel],
) -> Result<Service, LoadError> {
    let Some(main) = files.iter().find(|file| file.name == SERVICE_FILE) else {
        let file = format!("{}/{SERVICE_FILE}", files.first().map_or("", |file| file.folder));
        return Err(LoadError { file, line: 1, what: "the file is missing".to_owned() });
    };
    let mut about: ServiceFile = read(main)?;
    if about.name.get_ref() != main.folder {
        return Err(main.error(about.name.span().start, "the name is not that of the folder"));
    }
    let gateway = protocols.iter().find(|protocol| protocol.family == about.protocol);
    about.gateway_codes = gateway.into_iter().flat_map(|it| it.codes.keys().cloned()).collect();
    let of_rules = about.rules.values().map(|rule| &rule.code);
    let special = about.bad_input.iter().chain(&about.no_body).chain(of_rules);
    let listed = about.common_errors.iter().chain(about.error_sets.values().flatten());
    for code in special.chain(listed) {
        known_code(main, &about, code)?;
    }

    let mut shapes = Shapes::default();
    let mut tables = Vec::new();
    for file in files.iter().filter(|file| file.name != SERVICE_FILE) {
        let resource: ResourceFile = read(file)?;
        for (name, table) in in_file_order(resource.shape) {
            shapes.declare(file, name, table)?;
        }
        for (name, table) in in_file_order(resource.operation) {
            tables.push((file, name, table));
        }
        for line in resource.others {
            let (name, table) = other(file, &line)?;
            tables.push((file, name, table));
        }
    }

    let mut operations: Vec<Arc<Operation>> = Vec::with_capacity(tables.len());
    for (file, key, table) in tables {
        let index = first_index + operations.len();
        let operation = operation(file, &about, &mut shapes, &key, table, index)?;
        let same = |one: &Arc<Operation>| {
            (&one.name, &one.version) == (&operation.name, &operation.version)
        };
        if operations.iter().any(same) {
            return Err(duplicate(file, "operation", &key));
        }
        operations.push(Arc::new(operation));
    }
    check_by_force(main, &about, &operations)?;
    let shapes = shapes.finish()?;
    if let Some(gateway) = gateway {
        share_codes(&mut about.codes, gateway, &operations);
    }
    Ok(Service {
        name: about.name.into_inner(),
        title: about.title,
        protocol: about.protocol,
        versions: about.versions,
        hosts: about.hosts,
        region_required: about.region_required,
        source: about.source.trim().to_owned(),
        bad_input: about.bad_input.map(Name::into_inner),
        no_body: about.no_body.map(Name::into_inner),
        rules: protocol::rules(about.rules),
        request_id_header: about.request_id_header,
        codes: Packed::new(about.codes),
        operations,
        shapes: Packed::new(shapes),
    })
}

/// Adds the codes that operations list and that are the gateway's.
fn share_codes(
    codes: &mut BTreeMap<String, Code>,
    gateway: &ProtocolModel,
    operations: &[Arc<Operation>],
) {
    for name in operations.iter().flat_map(|operation| &operation.errors) {
        if let Some(code) = gateway.codes.get(name)
            && !codes.contains_key(name)
        {
            codes.insert(name.clone(), code.clone());
        }
    }
}

fn operation(
    file: &ModelFile<'_>,
    about: &ServiceFile,
    shapes: &mut Shapes<'_>,
    key: &Name,
    table: OperationTable,
    index: usize,
) -> Result<Operation, LoadError> {
    let errors = errors(file, about, &table)?;
    let (name, version) = match key.get_ref().split_once('@') {
        None => (key.get_ref().as_str(), about.versions.first()),
        Some((name, version)) => (name, about.versions.iter().find(|known| *known == version)),
    };
    let Some(version) = version else { return Err(unknown(file, "version", key)) };
    let envelope = match &table.envelope {
        None => None,
        Some(family) => match about.envelopes.get(family.get_ref()) {
            Some(envelope) => Some(envelope.clone()),
            None => return Err(unknown(file, "envelope", family)),
        },
    };
    let mut input = shape(file, about, shapes, name.to_owned(), table.input)?;
    if let Some(path) = &table.path {
        input.members.splice(0..0, segments(path));
        // Hundreds of operations have one member: room for more would be kept for ever.
        input.members.shrink_to_fit();
    }
    let output = shape(file, about, shapes, name.to_owned(), table.output)?;
    if let Some(code) = undocumented(&input, &errors) {
        let what = format!("a member's code `{code}` is not documented for `{name}`");
        return Err(file.error(key.span().start, what));
    }
    let idempotent_by = facts::idempotent_by(file, &input, table.idempotent_by)?;
    let paging = facts::paging(file, &input, &output, table.paging)?.map(Box::new);
    let polls = facts::polls(file, &output, table.polls)?.map(Box::new);
    Ok(Operation {
        index,
        service: about.name.get_ref().clone(),
        name: name.to_owned(),
        version: version.clone(),
        label: table.label,
        rate_per_second: table.rate_per_second.or(about.rate_per_second),
        http: table.path.map(|path| Http { method: table.method, path }),
        status: table.status.unwrap_or(200),
        body: table.body,
        envelope,
        idempotent_by,
        paging,
        polls,
        assumed: table.assumed,
        takes_secrets: input.holds_secrets(),
        input: Packed::new(Arc::new(input)),
        output: Packed::new(Arc::new(output)),
        errors,
    })
}

/// The operation of a line `METHOD /path Name`.
fn other(file: &ModelFile<'_>, line: &Name) -> Result<(Name, OperationTable), LoadError> {
    let mut words = line.get_ref().split(' ').map(str::to_owned);
    let (Some(method), Some(path), Some(name), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(file.error(line.span().start, "not of the form `METHOD /path Name`"));
    };
    let label = "known by its route alone".to_owned();
    let table = OperationTable {
        label,
        method: Some(method),
        path: Some(path),
        ..OperationTable::default()
    };
    Ok((Name::new(line.span(), name), table))
}

/// Longest segment of a path that stands for an id.
const SEGMENT_MAX: usize = 255;

/// The members in a path: each segment `{name}` is one.
fn segments(path: &str) -> impl Iterator<Item = Member> {
    let name = |segment: &str| segment.strip_prefix('{')?.strip_suffix('}').map(str::to_owned);
    path.split('/').filter_map(name).map(|name| Member {
        name,
        kind: Kind::String,
        required: true,
        nullable: false,
        optional: false,
        location: Location::Path,
        flag: false,
        secret: false,
        min_length: Some(1),
        max_length: Some(SEGMENT_MAX),
        element_length: None,
        pattern: None,
        min: None,
        max: None,
        ignore_case: false,
        empty_is_absent: false,
        values: Vec::new(),
        documented_values: Vec::new(),
        code: None,
        assumed: None,
    })
}

/// Each operation that answers a code only by force must document it, once.
fn check_by_force(
    main: &ModelFile<'_>,
    about: &ServiceFile,
    operations: &[Arc<Operation>],
) -> Result<(), LoadError> {
    for (code, known) in &about.codes {
        let Some(forced_only) = &known.forced_only_in else { continue };
        let at = main.text.find(&format!("[codes.\"{code}\"]")).unwrap_or(0);
        if known.forced_only.is_some() {
            return Err(main.error(at, format!("code `{code}` is only by force everywhere")));
        }
        let mut named = BTreeSet::new();
        for name in &forced_only.operations {
            let lists = operations.iter().any(|one| one.name == *name && one.errors.contains(code));
            if !lists || !named.insert(name) {
                let what =
                    format!("operation `{name}` does not list code `{code}`, or stands twice");
                return Err(main.error(at, what));
            }
        }
    }
    Ok(())
}

/// Common codes, sets and own codes together: sorted, each once.
fn errors(
    file: &ModelFile<'_>,
    about: &ServiceFile,
    table: &OperationTable,
) -> Result<Vec<String>, LoadError> {
    let mut all: BTreeSet<&String> = about.common_errors.iter().map(Name::get_ref).collect();
    for set in &table.error_sets {
        let Some(codes) = about.error_sets.get(set.get_ref()) else {
            return Err(unknown(file, "error set", set));
        };
        all.extend(codes.iter().map(Name::get_ref));
    }
    for code in &table.errors {
        known_code(file, about, code)?;
        if !all.insert(code.get_ref()) {
            return Err(duplicate(file, "code", code));
        }
    }
    Ok(all.into_iter().cloned().collect())
}

/// The first code set on a member, at any depth, that is not among the operation's.
fn undocumented<'a>(shape: &'a Shape, errors: &[String]) -> Option<&'a str> {
    shape.members.iter().find_map(|member| {
        let own = member.code.as_deref();
        own.filter(|code| errors.binary_search_by(|known| known.as_str().cmp(code)).is_err())
            .or_else(|| member.kind.shape().and_then(|shape| undocumented(shape, errors)))
    })
}
