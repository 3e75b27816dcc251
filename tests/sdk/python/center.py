"""Clients of the unmodified SDK for Tencent Cloud Organization."""

import json

import twin
from tencentcloud.common import credential
from tencentcloud.organization.v20210331 import models, organization_client

# The zone and the first member account of the starter fixture.
ZONE = "z-cloudtwin001"
MEMBER = 200000000001


def client(tenant):
    """A client in the name of a tenant."""
    key = credential.Credential(f"{twin.KEY}-{tenant}", twin.SECRET)
    return organization_client.OrganizationClient(key, twin.REGION, twin.profile())


def actions():
    """The actions that the twin models."""
    rows = twin.control("GET", "operations?service=organization")
    return {row["operation"] for row in rows if row["modelled"]}


def call(made_by, action, **members):
    """Calls an action through the client's own method."""
    request = getattr(models, f"{action}Request")()
    request.from_json_string(json.dumps(members))
    return getattr(made_by, action)(request)
