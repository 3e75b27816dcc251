//! The stories of the folder `scenarios/`, which are part of the program.

/// Their names and their texts, by name.
pub const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/stories.rs"));

/// The text of the story of that name, with blanks or with hyphens.
pub fn shipped(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase().replace(' ', "-");
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What a story says of itself above its first line that is not a comment.
pub fn about(text: &str) -> String {
    let comments = text.lines().filter(|line| !line.starts_with("#:"));
    let comments = comments.map_while(|line| line.strip_prefix('#')).map(str::trim);
    comments.collect::<Vec<_>>().join(" ")
}
