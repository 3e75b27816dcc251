// How users come into a zone and log in: SCIM keys, and the SAML identity provider with its certificates.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import { URL as TWIN, refused } from "./twin.mjs";

const [FIRST, SECOND, THIRD] = ["first", "second", "third"].map((name) =>
  readFileSync(new URL(`../../organization/saml/${name}.pem`, import.meta.url), "utf8"),
);

/** The status of a SCIM request with the key. */
async function scimStatus(key) {
  const answer = await fetch(`${TWIN}/scim/v2/Users`, { headers: { Authorization: `Bearer ${key}` } });
  await answer.arrayBuffer();
  return answer.status;
}

/** Two keys: the first one works while the switch is on and the key is enabled. */
export async function setUpScim({ ask, inZone }) {
  const setStatus = (status) =>
    inZone("UpdateSCIMSynchronizationStatus", { SCIMSynchronizationStatus: status });
  const key = await inZone("CreateSCIMCredential", { ExpireDuration: 3600 });
  const second = await inZone("CreateSCIMCredential");
  assert.notEqual(key.CredentialSecret, second.CredentialSecret);
  await refused("LimitExceeded.ScimCredentialLimitExceeded", inZone("CreateSCIMCredential"));
  assert.equal(await scimStatus(key.CredentialSecret), 403, "the switch is off");
  await setStatus("Enabled");
  assert.equal((await inZone("GetSCIMSynchronizationStatus")).SCIMSynchronizationStatus, "Enabled");
  assert.equal((await ask("DescribeIdentityCenter")).ScimSyncStatus, "Enabled");
  assert.equal(await scimStatus(key.CredentialSecret), 200);
  await refused("InvalidParameter.ScimSyncStatusError", setStatus("On"));

  const { CredentialId } = key;
  await inZone("UpdateSCIMCredentialStatus", { CredentialId, NewStatus: "Disabled" });
  assert.equal(await scimStatus(key.CredentialSecret), 401);
  const { SCIMCredentials: listed } = await inZone("ListSCIMCredentials");
  assert.deepEqual(
    listed.map((one) => [one.CredentialId, one.Status, one.ExpireTime]),
    [
      [CredentialId, "Disabled", key.ExpireTime],
      [second.CredentialId, "Enabled", second.ExpireTime],
    ],
  );
  assert.ok(!JSON.stringify(listed).includes(key.CredentialSecret), "a secret is shown once");
  for (const one of listed) await inZone("DeleteSCIMCredential", { CredentialId: one.CredentialId });
  await refused("InvalidParameter.ScimCredentialNotFound", inZone("DeleteSCIMCredential", { CredentialId }));
  assert.equal((await inZone("ListSCIMCredentials")).TotalCounts, 0);
  await setStatus("Disabled");
}

/** An identity provider, its certificates, and what the zone says of itself. */
export async function setUpSaml({ inZone }) {
  const set = (members) => inZone("SetExternalSAMLIdentityProvider", members);
  const get = async () => (await inZone("GetExternalSAMLIdentityProvider")).SAMLIdentityProviderConfiguration;
  const add = (pem) => inZone("AddExternalSAMLIdPCertificate", { X509Certificate: pem });
  const remove = (id) => inZone("RemoveExternalSAMLIdPCertificate", { CertificateId: id });
  await refused("ResourceNotFound.SAMLIdentityProviderNotFound", get());
  await refused("InvalidParameterValue.X509CertificateFormatError", add("no certificate"));
  await refused("FailedOperation.X509CertificateParsingFailed", add("AAAA"));
  const provider = { EntityId: "http://idp.example.com", LoginUrl: "https://idp.example.com/sso?a=1&b=2" };
  const [first] = (await set({ ...provider, SSOStatus: "Enabled", X509Certificate: FIRST })).CertificateIds;
  const read = await get();
  assert.deepEqual(
    [read.EntityId, read.LoginUrl, read.SSOStatus, read.CertificateIds],
    [provider.EntityId, provider.LoginUrl, "Enabled", [first]],
  );

  await refused("FailedOperation.X509CertificateAlreadyExist", add(FIRST));
  const { CertificateId: second } = await add(SECOND);
  await refused("FailedOperation.X509CertificateLimitExceeded", add(THIRD));
  const { SAMLIdPCertificates: listed } = await inZone("ListExternalSAMLIdPCertificates");
  assert.deepEqual(
    listed.map((one) => [one.CertificateId, BigInt(one.SerialNumber)]),
    [
      [first, serialNumber(FIRST)],
      [second, serialNumber(SECOND)],
    ],
  );
  await remove(first);
  await refused("ResourceNotFound.X509CertificateNotFound", remove(first));
  await refused("FailedOperation.X509CertificateMinimumRequired", remove(second));
  assert.deepEqual((await get()).CertificateIds, [second]);

  const clear = () => inZone("ClearExternalSAMLIdentityProvider");
  await refused("FailedOperation.SSoStatusEnableNotClearIdentityProvider", clear());
  await set({ SSOStatus: "Disabled" });
  await clear();
  await refused("ResourceNotFound.SAMLIdentityProviderNotFound", get());
  assert.equal((await inZone("ListExternalSAMLIdPCertificates")).TotalCounts, 0);

  const { SAMLServiceProvider: info } = await inZone("GetZoneSAMLServiceProviderInfo");
  const document = decodeURIComponent(Buffer.from(info.EncodedMetadataDocument, "base64").toString());
  assert.ok(document.startsWith("<?xml"), document);
  for (const member of ["EntityId", "AcsUrl"]) assert.ok(document.includes(info[member]), member);
}

function serialNumber(pem) {
  return BigInt(`0x${new X509Certificate(pem).serialNumber}`);
}
