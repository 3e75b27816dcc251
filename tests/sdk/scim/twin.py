"""What the programs of this folder share: a zone whose SCIM switch is on, and clients with a key of it."""

import os
import re

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

URL = os.environ["CLOUDTWIN_URL"]
ENDPOINT = os.environ["CLOUDTWIN_ENDPOINT"]
KEY = os.environ["TENCENTCLOUD_SECRET_ID"]
SECRET = os.environ["TENCENTCLOUD_SECRET_KEY"]
REGION = os.environ["TENCENTCLOUD_REGION"]
ZONE = "z-cloudtwin001"

# With an empty endpoint the SDK would call the real cloud.
assert re.fullmatch(r"127\.0\.0\.1:\d+", ENDPOINT) and URL.removeprefix("http://") == ENDPOINT, (URL, ENDPOINT)


def call(tenant, action, **members):
    """Calls an action of Identity Center in the tenant's zone."""
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=ENDPOINT))
    client = CommonClient("organization", "2021-03-31", Credential(f"{KEY}-{tenant}", SECRET), REGION, profile)
    return client.call_json(action, {"ZoneId": ZONE, **members})["Response"]


def switch(tenant, status):
    call(tenant, "UpdateSCIMSynchronizationStatus", SCIMSynchronizationStatus=status)


def http(tenant):
    """An HTTP client with a new key of the tenant's zone, whose switch is then on."""
    switch(tenant, "Enabled")
    key = call(tenant, "CreateSCIMCredential")["CredentialSecret"]
    headers = {"Authorization": f"Bearer {key}"}
    return httpx2.Client(base_url=f"{URL}/scim/v2", headers=headers, trust_env=False)


def client(tenant):
    """The same for the SCIM client library, which has read what the endpoint says of itself."""
    made = SyncSCIMClient(http(tenant))
    made.discover()
    return made
