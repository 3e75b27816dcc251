//! Reads the texts of large zones before a search needs them.

use rusqlite::Connection;

use super::user_texts::UserTexts;
use super::user_versions;
use crate::services::WarmUp;
use crate::state::CachedRead;

/// Zones with at least one full block of users. A first search in a smaller zone is fast anyway.
pub(crate) const WARM_UP: WarmUp =
    WarmUp { large: "SELECT tenant FROM organization_zones WHERE user_count >= 1024", read };

fn read(
    tx: &Connection,
    read: &CachedRead<'_>,
    tenant: i64,
    goes_on: &dyn Fn() -> bool,
) -> rusqlite::Result<()> {
    for (block, version) in user_versions::all(tx, tenant)? {
        if !goes_on() {
            break;
        }
        UserTexts::of_version(tx, read, tenant, block, version)?;
    }
    Ok(())
}
