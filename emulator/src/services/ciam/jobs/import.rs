//! Bringing users in from a list. Rows run in order; a bad one is reported and skipped.
//! Passwords and salts are not even read: nothing could ever be done with them.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, Refusal, refuse, refuse_with};
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Outcome;
use crate::services::text::non_empty;

use super::super::groups;
use super::super::limits::{INDEXED_ATTRIBUTE_MAX, USERS_MAX};
use super::super::stores::{self, Store};
use super::super::users::attributes::{self, Attribute};
use super::super::users::new_user::{self, NewUser};
use super::super::users::{formats, status};

/// Why a row failed that was made to fail, where its job's outcome has no reason.
const MADE_TO_FAIL: &str = "the row was made to fail";

/// One row, as it is given and as it is kept.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImportUser {
    user_name: Option<String>,
    phone_number: Option<String>,
    email: Option<String>,
    resident_identity_card: Option<String>,
    nickname: Option<String>,
    address: Option<String>,
    user_group: Option<Vec<String>>,
    qq_open_id: Option<String>,
    qq_union_id: Option<String>,
    wechat_open_id: Option<String>,
    wechat_union_id: Option<String>,
    alipay_user_id: Option<String>,
    we_com_user_id: Option<String>,
    description: Option<String>,
    birthdate: Option<String>,
    name: Option<String>,
    locale: Option<String>,
    gender: Option<String>,
    identity_verification_method: Option<String>,
    identity_verified: Option<bool>,
    job: Option<String>,
    nationality: Option<String>,
    zone: Option<String>,
    customization_attributes: Option<Vec<Attribute<'static>>>,
    password_encrypt_type_enum: Option<String>,
    indexed_attribute1: Option<String>,
    indexed_attribute2: Option<String>,
    indexed_attribute3: Option<String>,
    indexed_attribute4: Option<String>,
    indexed_attribute5: Option<String>,
}

/// Keeps the rows of a new import.
pub(super) fn add_rows(
    tx: &Connection,
    store: Store,
    job: i64,
    rows: &[ImportUser],
) -> Result<(), Failure> {
    let mut statement =
        tx.prepare_cached("INSERT INTO ciam_import_rows VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (number, row) in (0_i64..).zip(rows) {
        let row = serde_json::to_string(row)?;
        statement.execute(params![store.tenant, store.store, job, number, row])?;
    }
    Ok(())
}

/// Drops the rows of an import up to one of them.
pub(super) fn drop_rows(
    tx: &Connection,
    store: Store,
    job: i64,
    last: i64,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM ciam_import_rows
         WHERE tenant = ?1 AND store = ?2 AND job = ?3 AND row <= ?4",
    )?
    .execute([store.tenant, store.store, job, last])
    .map(drop)
}

/// An import that is due, and what came of the rows that are done.
pub(super) struct Import {
    store: Store,
    /// The number of its job.
    seq: i64,
    failed: Vec<FailedUser>,
    /// How it is to end.
    outcome: Outcome,
    /// Users that came in.
    pub(super) added: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FailedUser {
    failed_user_identification: String,
    failed_reason: String,
}

impl Import {
    /// The import of that job.
    pub(super) fn read(
        tx: &Connection,
        store: Store,
        seq: i64,
        outcome: &Outcome,
    ) -> Result<Self, Failure> {
        let (failed, added): (Option<String>, i64) = tx
            .prepare_cached(
                "SELECT failed_users, added FROM ciam_jobs
                 WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
            )?
            .query_row([store.tenant, store.store, seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let failed = failed.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
        Ok(Self { store, seq, failed, outcome: outcome.clone(), added })
    }

    /// Brings the next users in, as of `moment`, until the step is over; true once none are left.
    pub(super) fn advance(
        &mut self,
        call: &mut Call<'_>,
        moment: Timestamp,
    ) -> Result<bool, Failure> {
        let Store { tenant, store, .. } = self.store;
        let tx = call.tx;
        // Read anew: another import may just have been applied.
        let (first, room) =
            (stores::next_seq(tx, self.store)?, stores::room(tx, self.store, USERS_MAX)?);
        let mut statement = tx.prepare_cached(
            "SELECT row, user FROM ciam_import_rows
             WHERE tenant = ?1 AND store = ?2 AND job = ?3 ORDER BY row",
        )?;
        let mut rows = statement.query([tenant, store, self.seq])?;
        let (mut last, mut added) = (None, 0);
        let complete = loop {
            let Some(row) = rows.next()? else { break true };
            if last.is_some() && call.step.is_over() {
                break false;
            }
            last = Some(row.get(0)?);
            let text: String = row.get(1)?;
            let user: ImportUser = serde_json::from_str(&text)?;
            let is_made_to_fail = match &mut self.outcome.rows {
                Some(rows) => rows.fails_next(&serde_json::from_str(&text)?),
                None => false,
            };
            let outcome = if is_made_to_fail {
                Err(Failure::Refused(self.made_to_fail()))
            } else if added < room {
                user.insert(call, self.store, first + added, moment)
            } else {
                user.check().and(Err(refuse("FailedOperation.QuotaLimitExceeded")))
            };
            match outcome {
                Ok(()) => added += 1,
                Err(Failure::Refused(refusal)) => self.failed.push(user.failed(&refusal)),
                Err(other) => return Err(other),
            }
        };
        stores::count_added(tx, self.store, added)?;
        self.added += added;
        if let Some(last) = last {
            drop_rows(tx, self.store, self.seq, last)?;
        }
        Ok(complete)
    }

    /// Why a row fails that its outcome makes fail.
    fn made_to_fail(&self) -> Refusal {
        let rows = self.outcome.rows.as_ref();
        let reason = rows.and_then(|rows| rows.reason.as_deref()).unwrap_or(MADE_TO_FAIL);
        Refusal { code: reason.to_owned().into(), message: "".into() }
    }

    /// Notes how far it has come, and the job's status with it.
    pub(super) fn write(&self, tx: &Connection, status: &str) -> Result<(), Failure> {
        let failed = serde_json::to_string(&self.failed)?;
        tx.prepare_cached(
            "UPDATE ciam_jobs SET status = ?4, failed_users = ?5, added = ?6, outcome = ?7
             WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
        )?
        .execute(params![
            self.store.tenant,
            self.store.store,
            self.seq,
            status,
            failed,
            self.added,
            self.outcome
        ])?;
        Ok(())
    }
}

impl ImportUser {
    /// A refused row leaves nothing behind: the database undoes the one statement that can fail.
    fn insert(
        &self,
        call: &mut Call<'_>,
        store: Store,
        seq: i64,
        moment: Timestamp,
    ) -> Result<(), Failure> {
        self.check()?;
        let groups =
            groups::resolve(call.tx, store, self.user_group.as_deref().unwrap_or_default())?;
        let attributes =
            attributes::to_column(self.customization_attributes.as_deref().unwrap_or_default())?;
        let user_id = new_user::id(call.ids, store, seq);
        let gender = non_empty(self.gender.as_deref()).map(usual_gender);
        let user = NewUser {
            user_id: &user_id,
            created: moment.0,
            groups: &groups,
            attributes: attributes.as_deref(),
            gender: gender.as_deref(),
            ..self.user()
        };
        new_user::insert(call.tx, store, seq, &user)
    }

    fn user(&self) -> NewUser<'_> {
        NewUser {
            user_name: non_empty(self.user_name.as_deref()),
            phone: non_empty(self.phone_number.as_deref()),
            email: non_empty(self.email.as_deref()),
            status: status::NOT_ENABLED,
            data_source: new_user::IMPORTED,
            nickname: non_empty(self.nickname.as_deref()),
            address: non_empty(self.address.as_deref()),
            birthdate: non_empty(self.birthdate.as_deref()).and_then(formats::day_ms),
            identity_card: non_empty(self.resident_identity_card.as_deref()),
            qq_open_id: non_empty(self.qq_open_id.as_deref()),
            qq_union_id: non_empty(self.qq_union_id.as_deref()),
            wechat_open_id: non_empty(self.wechat_open_id.as_deref()),
            wechat_union_id: non_empty(self.wechat_union_id.as_deref()),
            alipay_user_id: non_empty(self.alipay_user_id.as_deref()),
            we_com_user_id: non_empty(self.we_com_user_id.as_deref()),
            description: non_empty(self.description.as_deref()),
            name: non_empty(self.name.as_deref()),
            locale: non_empty(self.locale.as_deref()),
            verification_method: non_empty(self.identity_verification_method.as_deref()),
            verified: self.identity_verified.unwrap_or(false),
            job: non_empty(self.job.as_deref()),
            nationality: non_empty(self.nationality.as_deref()),
            zone: non_empty(self.zone.as_deref()),
            indexed: self.indexed(),
            ..NewUser::default()
        }
    }

    fn indexed(&self) -> [Option<&str>; 5] {
        [
            non_empty(self.indexed_attribute1.as_deref()),
            non_empty(self.indexed_attribute2.as_deref()),
            non_empty(self.indexed_attribute3.as_deref()),
            non_empty(self.indexed_attribute4.as_deref()),
            non_empty(self.indexed_attribute5.as_deref()),
        ]
    }

    /// By what a reader can recognise the row, most telling first; any of these makes a user.
    fn identities(&self) -> impl Iterator<Item = &str> {
        [
            &self.user_name,
            &self.phone_number,
            &self.email,
            &self.wechat_open_id,
            &self.wechat_union_id,
            &self.alipay_user_id,
            &self.qq_open_id,
            &self.qq_union_id,
            &self.we_com_user_id,
        ]
        .into_iter()
        .filter_map(|identity| non_empty(identity.as_deref()))
    }

    fn check(&self) -> Result<(), Failure> {
        let user = self.user();
        if self.identities().next().is_none() {
            let text = "a user needs a user name, a phone number, an email or an id elsewhere";
            return Err(refuse_with("InvalidParameter.ParameterIllegal", text));
        }
        if !is_verification_complete(&user) {
            let text = "the identity verification lacks its method or what the method verifies";
            return Err(refuse_with("InvalidParameter.ParameterIllegal", text));
        }
        let encryption = non_empty(self.password_encrypt_type_enum.as_deref());
        if encryption.is_some_and(|name| !["MD5", "SHA1", "BCRYPT"].contains(&name)) {
            return Err(refuse("InvalidParameterValue"));
        }
        formats::require(user.user_name.is_none_or(formats::is_user_name))?;
        formats::require(user.phone.is_none_or(formats::is_phone))?;
        formats::require(user.email.is_none_or(formats::is_email))?;
        let birthdate = non_empty(self.birthdate.as_deref());
        formats::require(birthdate.is_none_or(|day| formats::day_ms(day).is_some()))?;
        let indexed = self.indexed().into_iter().flatten();
        if indexed.map(|text| text.chars().count()).any(|length| length > INDEXED_ATTRIBUTE_MAX) {
            return Err(refuse("FailedOperation.IndexedAttributeTooLong"));
        }
        Ok(())
    }

    fn failed(&self, refusal: &Refusal) -> FailedUser {
        FailedUser {
            failed_user_identification: self.identities().next().unwrap_or_default().to_owned(),
            failed_reason: reason(refusal),
        }
    }
}

/// Each method of verification asks for what it verifies.
fn is_verification_complete(user: &NewUser<'_>) -> bool {
    let has_name_and_card = user.name.is_some() && user.identity_card.is_some();
    match user.verification_method {
        None => !user.verified,
        Some("nameAndIdCard") => has_name_and_card,
        Some("nameIdCardAndPhone") => has_name_and_card && user.phone.is_some(),
        Some(_) => false,
    }
}

/// The three documented values in whatever case; the vendor's own example sends another text.
fn usual_gender(text: &str) -> String {
    let upper = text.to_uppercase();
    if ["MALE", "FEMALE", "UNKNOWN"].contains(&upper.as_str()) { upper } else { text.to_owned() }
}

/// What a refusal means: here the reader gets words, and no code.
fn reason(refusal: &Refusal) -> String {
    if !refusal.message.is_empty() {
        return refusal.message.clone().into_owned();
    }
    let text = match refusal.code.as_ref() {
        "InvalidParameterValue" => "a parameter's value is not acceptable",
        "FailedOperation.AttributeFormatError" => {
            "a user attribute breaks its configured format rule"
        }
        "FailedOperation.IndexedAttributeTooLong" => {
            "an indexed attribute is longer than 512 characters"
        }
        "FailedOperation.UserGroupNotFound" => "a named user group does not exist",
        "FailedOperation.UserNameAlreadyExists" => {
            "another user of the directory has that user name"
        }
        "FailedOperation.PhoneNumberAlreadyExists" => {
            "the phone number belongs to another user of the directory"
        }
        "FailedOperation.EmailAlreadyExists" => {
            "the email belongs to another user of the directory"
        }
        "FailedOperation.QuotaLimitExceeded" => "tenant quota used up; the vendor can raise it",
        code => code,
    };
    text.to_owned()
}

#[cfg(test)]
mod tests;
