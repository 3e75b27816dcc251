"""The vendor's own example requests of Identity Center, as the command line's package has them: each is
answered, or refused for a reason that this file names."""

import json
import os
import pathlib
import unittest

import tccli
from commands import URL, Commands, fetch, options
from tencentcloud.common import credential
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

VERSION = "2021-03-31"
EXAMPLES = pathlib.Path(tccli.__file__).parent / "services" / "organization" / "v20210331" / "examples.json"

# What an example in another zone is refused with.
OTHER_ZONE = {
    "GetIPWhitelist": "FailedOperation.PermissionDenied",
    "UpdateIPWhitelist": "FailedOperation.PermissionDenied",
}

# What an example is refused with in the twin's own zone: users, groups and all else that the examples
# name are not there, tokens and documents are masked with asterisks, and the zone's name has a letter in
# upper case. An action that is not here is answered.
REASONS = {
    "AddExternalSAMLIdPCertificate": "InvalidParameterValue.X509CertificateFormatError",
    "AddPermissionPolicyToRoleConfiguration": "InvalidParameter.RoleConfigurationNotExist",
    "AddUserToGroup": "InvalidParameter.GroupNotExist",
    "AuditPermissionApplyOrder": "ResourceNotFound.PermissionApplyOrderNotFound",
    "ClearExternalSAMLIdentityProvider": "ResourceNotFound.SAMLIdentityProviderNotFound",
    "CreateRoleAssignment": "FailedOperation.OrganizationMemberNotExist",
    "CreateRoleConfigurationApplyScope": "FailedOperation.OrganizationMemberNotExist",
    "CreateUserSyncProvisioning": "FailedOperation.OrganizationMemberNotExist",
    "DeleteGroup": "InvalidParameter.GroupNotExist",
    "DeleteRoleAssignment": "ResourceNotFound.RoleConfigurationAuthorizationNotFound",
    "DeleteRoleConfiguration": "InvalidParameter.RoleConfigurationNotExist",
    "DeleteRoleConfigurationApplyScope": "ResourceNotFound.PermissionApplyScopeNotFound",
    "DeleteSCIMCredential": "InvalidParameter.ScimCredentialNotFound",
    "DeleteUser": "ResourceNotFound.UserNotExist",
    "DeleteUserSyncProvisioning": "ResourceNotFound.UserProvisioningNotFound",
    "DismantleRoleConfiguration": "FailedOperation.OrganizationMemberNotExist",
    "GetExternalSAMLIdentityProvider": "ResourceNotFound.SAMLIdentityProviderNotFound",
    "GetGroup": "InvalidParameter.GroupNotExist",
    "GetProvisioningTaskStatus": "ResourceNotFound.UserProvisioningTaskNotFound",
    "GetRoleConfiguration": "InvalidParameter.RoleConfigurationNotExist",
    "GetTaskStatus": "ResourceNotFound.RoleConfigurationTaskNotFound",
    "GetUser": "ResourceNotFound.UserNotExist",
    "GetUserSyncProvisioning": "ResourceNotFound.UserProvisioningNotFound",
    "ListGroupMembers": "InvalidParameter.GroupNotExist",
    "ListJoinedGroupsForUser": "ResourceNotFound.UserNotExist",
    "ListPermissionPoliciesInRoleConfiguration": "InvalidParameter.RoleConfigurationNotExist",
    "ListRoleConfigurationProvisionings": "InvalidParameter.NextTokenInvalid",
    "ListRoleConfigurations": "InvalidParameter.NextTokenInvalid",
    "ListTasks": "InvalidParameter.NextTokenInvalid",
    "OpenIdentityCenter": "InvalidParameterValue.ZoneNameFormatError",
    "ProvisionRoleConfiguration": "FailedOperation.OrganizationMemberNotExist",
    "RemoveExternalSAMLIdPCertificate": "ResourceNotFound.X509CertificateNotFound",
    "RemovePermissionPolicyFromRoleConfiguration": "InvalidParameter.RoleConfigurationNotExist",
    "RemoveUserFromGroup": "InvalidParameter.GroupNotExist",
    "SetExternalSAMLIdentityProvider": "FailedOperation.DecodeMetadataDocumentFailed",
    "UpdateCustomPolicyForRoleConfiguration": "InvalidParameter.RoleConfigurationNotExist",
    "UpdateGroup": "InvalidParameter.GroupNotExist",
    "UpdateRoleConfiguration": "InvalidParameter.RoleConfigurationNotExist",
    "UpdateSCIMCredentialStatus": "InvalidParameter.ScimCredentialNotFound",
    "UpdateUser": "ResourceNotFound.UserNotExist",
    "UpdateUserStatus": "ResourceNotFound.UserNotExist",
    "UpdateUserSyncProvisioning": "ResourceNotFound.UserProvisioningNotFound",
}


def requests():
    """Action and members of every example."""
    actions = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for action, examples in actions.get("actions", actions).items():
        for example in examples:
            yield action, json.loads(example["input"].partition("\n\n")[2] or "{}")


class Examples(Commands):
    tenant = "tccli-examples"

    def client(self):
        key = credential.Credential(
            self.environment["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"]
        )
        http = HttpProfile(protocol="http", endpoint=os.environ["CLOUDTWIN_ENDPOINT"])
        profile = ClientProfile(httpProfile=http)
        return CommonClient("organization", VERSION, key, "", profile=profile)

    def test_every_example_is_answered_or_refused_for_a_known_reason(self):
        listed = {row["operation"] for row in self.operations() if row["modelled"]}
        client, codes = self.client(), {}
        for action, members in requests():
            if action not in listed:
                continue
            if "ZoneId" in members:
                expected = OTHER_ZONE.get(action, "FailedOperation.ZoneIdNotExist")
                self.assertEqual(expected, self.code(client, action, members), action)
                members["ZoneId"] = "z-cloudtwin001"
            codes.setdefault(action, set()).add(self.code(client, action, members))
        self.assertEqual({action: {REASONS.get(action)} for action in listed}, codes)

    def operations(self):
        return json.loads(fetch(f"{URL}/_twin/operations?service=organization"))

    def code(self, client, action, members):
        """The code of a refusal; nothing if the call is answered."""
        try:
            client.call_json(action, members)
        except TencentCloudSDKException as error:
            return error.get_code()
        return None

    def test_the_command_line_lives_with_a_zone(self):
        zone = self.organization("DescribeIdentityCenter")["ZoneId"]
        user = self.organization("CreateUser", ZoneId=zone, UserName="anna")["UserInfo"]["UserId"]
        target = {"TargetType": "MemberUin", "TargetUin": 200000000001}
        item = {"PrincipalType": "User", "PrincipalId": user, **target}
        strategies = {"DuplicationStrategy": "KeepBoth", "DeletionStrategy": "Delete"}
        (task,) = self.organization(
            "CreateUserSyncProvisioning", ZoneId=zone, UserSyncProvisionings=[{**item, **strategies}]
        )["Tasks"]
        status = self.organization("GetProvisioningTaskStatus", ZoneId=zone, TaskId=task["TaskId"])
        self.assertEqual("Success", status["TaskStatus"]["Status"])

    def organization(self, action, **members):
        """What a call that must succeed answers."""
        command = ["organization", action, "--endpoint", URL, *options(members)]
        status, printed, complaint = self.run_command(*command)
        self.assertEqual((0, ""), (status, complaint), printed)
        return json.loads(printed)


if __name__ == "__main__":
    unittest.main()
