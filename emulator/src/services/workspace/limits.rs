//! The bounds that look at more than one request, and those of uploaded sheets; the model holds the
//! others.

use super::sheet::Bounds;

/// The names by which a scenario sets the first two.
pub(super) const NAMES: &[&str] = &["users", "open_exports"];

/// Most users of a project where the seed says nothing else (`ShowQuotas` page, example).
pub(super) const USERS_MAX: i64 = 3_000;

/// Exports of a tenant that are under way, at most: no page names a bound.
pub(super) const OPEN_EXPORTS_MAX: i64 = 100;

/// Groups on a page of a list, at most and where nothing else is asked for (`ListUserGroups` page).
pub(super) const GROUPS_PAGE: i64 = 100;

/// Groups in a sheet that is answered at once, at most and where nothing else is asked for
/// (`ExportUserGroups` page has the bound; that it is the usual number too is ours).
pub(super) const GROUPS_SHEET: i64 = 50;

/// Rows of a sheet of users that are brought in, at most: they run in one transaction.
pub(super) const IMPORT_ROWS_MAX: usize = 10_000;

/// What reading an uploaded sheet of users may cost. In memory at a time are the shared strings, the
/// texts of the rows and their offsets: a sheet that exhausts them all was measured at 76 MiB for the
/// whole process, buffers that grew and the answer included.
pub(super) const IMPORT_SHEET: Bounds = Bounds {
    parts: 1_000,
    unpacked: 64 << 20,
    // The longest text of a cell has 224 KiB where each of its characters is escaped.
    xml_piece: 256 << 10,
    // A sheet needs about ten.
    xml_depth: 64,
    // As many as a full sheet has cells.
    shared_strings: (IMPORT_ROWS_MAX + 1) * IMPORT_COLUMNS_MAX,
    shared_text: 16 << 20,
    // Spreadsheets themselves stop at 65,490.
    cell_formats: 65_536,
    // The format's own bound.
    cell_characters: 32_767,
    columns: IMPORT_COLUMNS_MAX,
    rows: IMPORT_ROWS_MAX,
    text: 16 << 20,
};

/// Columns of an uploaded sheet that are looked at.
const IMPORT_COLUMNS_MAX: usize = 64;

/// Characters of a name or an address in the answer's entry of a row that made no user: as many as
/// the longer of the two may have.
pub(super) const IMPORT_ECHO_MAX: usize = 64;

/// Characters of the description in an answer's entry: as many as a user's may have.
pub(super) const IMPORT_REASON_MAX: usize = 255;

/// Groups of a new user, as the model has it: no more are looked up.
pub(super) const USER_GROUPS_MAX: usize = 5;

/// Members on a page of a list where nothing else is asked for (`ListUsersOfGroup` page).
pub(super) const MEMBERS_PAGE: i64 = 2_000;

/// Sub-jobs on a page of a list where nothing else is asked for (`ListItaSubJobs` page).
pub(super) const SUB_JOBS_PAGE: i64 = 1_000;

/// Characters of a drawn password.
pub(super) const PASSWORD_LENGTH: usize = 12;
