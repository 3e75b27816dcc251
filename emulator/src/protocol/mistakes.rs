//! What explanations of a wrong signature have in common, whatever was signed.

use std::fmt::Write as _;

/// Hosts that a client may have signed in place of the one it sent; `bare` is that without its port.
pub(super) fn hosts(sent: &str, bare: &str) -> Vec<String> {
    let port = sent.rsplit_once(':').map(|(_, port)| port).unwrap_or_default();
    let named = contracts::catalog().services.iter().flat_map(|service| service.hosts.clone());
    let local = ["127.0.0.1", "localhost"]
        .into_iter()
        .flat_map(|name| [name.to_owned(), format!("{name}:{port}")]);
    named.chain(local).chain([bare.to_owned(), format!("http://{sent}")]).collect()
}

/// Tells the mistake, the first line in which both canonical requests differ, and both whole.
pub(super) fn differing(mistake: &str, ours: &str, theirs: &str) -> String {
    let mut text = format!("{mistake}\n");
    let line = ours.lines().zip(theirs.lines()).enumerate().find(|(_, (our, their))| our != their);
    if let Some((number, (our, their))) = line {
        // Writing to memory cannot fail.
        _ = write!(
            text,
            "first line that differs: {}\n  the twin's:   {our}\n  the client's: {their}\n",
            number + 1
        );
    }
    _ = write!(
        text,
        "canonical request of the twin:\n{ours}\ncanonical request of the client:\n{theirs}"
    );
    text
}
