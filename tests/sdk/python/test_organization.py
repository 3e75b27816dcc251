"""The whole life of Identity Center through the python SDK: every modelled action at least once, each
effect seen through another action."""

import base64
import pathlib
import unittest

import center
import twin
from center import MEMBER, ZONE

PEM = pathlib.Path(__file__).parents[2] / "organization" / "saml"


class Story(twin.Case):
    def test_the_life_of_a_zone(self):
        self.client = center.client("zone-story")
        self.look_around()
        anna, bert = self.welcome()
        staff = self.form_groups(anna, bert)
        self.sync(anna, staff)
        role = self.configure_a_role()
        self.assign(role, anna)
        self.request_a_role(role, anna)
        self.set_up_scim()
        self.set_up_saml()
        self.dissolve(anna, bert, staff, role)
        self.open_a_zone()
        heard = {entry["operation"] for entry in twin.journal("zone-story") + twin.journal("zone-new")}
        self.assertEqual(set(), center.actions() - heard, "the story has every action")

    def ask(self, action, **members):
        return center.call(self.client, action, **members)

    def in_zone(self, action, **members):
        return self.ask(action, ZoneId=ZONE, **members)

    def look_around(self):
        org = self.ask("DescribeOrganization")
        (first, *_) = self.ask("DescribeOrganizationMembers", Offset=0, Limit=10).Items
        self.assertEqual((MEMBER, True), (first.MemberUin, org.IsManager))
        (root,) = self.ask("DescribeOrganizationNodes", Offset=0, Limit=50).Items
        self.assertEqual(org.RootNodeId, root.NodeId)
        zone = self.ask("DescribeIdentityCenter")
        self.assertEqual((ZONE, "Enabled", "Disabled"), (zone.ZoneId, zone.ServiceStatus, zone.ScimSyncStatus))
        self.in_zone("UpdateZone", NewZoneName="harbour")
        self.assertEqual("harbour", self.ask("DescribeIdentityCenter").ZoneName)
        self.ask("UpdateIPWhitelist", IpWhitelist=["10.0.0.0/8"])
        self.assertEqual(["10.0.0.0/8"], self.ask("GetIPWhitelist").IpWhitelist)

    def welcome(self):
        made = self.in_zone("CreateUser", UserName="anna", FirstName="Anna", Email="anna@example.com").UserInfo
        self.assertTrue(made.Password)
        bert = self.in_zone("CreateUser", UserName="bert").UserInfo.UserId
        changed = self.in_zone("UpdateUser", UserId=made.UserId, NewDisplayName="Anna A").UserInfo
        self.assertEqual(("Anna A", "Anna"), (changed.DisplayName, changed.FirstName))
        self.in_zone("UpdateUserStatus", UserId=bert, NewUserStatus="Disabled")
        self.assertEqual("Disabled", self.in_zone("GetUser", UserId=bert).UserInfo.UserStatus)
        listed = self.in_zone("ListUsers", MaxResults=1)
        self.assertEqual((2, True, ["bert"]), (listed.TotalCounts, listed.IsTruncated, [u.UserName for u in listed.Users]))
        (last,) = self.in_zone("ListUsers", MaxResults=1, NextToken=listed.NextToken).Users
        self.assertEqual(made.UserId, last.UserId)
        self.assertEqual(2, self.in_zone("GetZoneStatistics").ZoneStatistics.UserCount)
        return made.UserId, bert

    def form_groups(self, anna, bert):
        staff = self.in_zone("CreateGroup", GroupName="staff").GroupInfo.GroupId
        self.in_zone("UpdateGroup", GroupId=staff, NewDescription="all of them")
        for user in (anna, bert):
            self.in_zone("AddUserToGroup", GroupId=staff, UserId=user)
        self.in_zone("RemoveUserFromGroup", GroupId=staff, UserId=bert)
        members = self.in_zone("ListGroupMembers", GroupId=staff)
        self.assertEqual([anna], [one.UserId for one in members.GroupMembers])
        joined = self.in_zone("ListJoinedGroupsForUser", UserId=anna)
        self.assertEqual([staff], [one.GroupId for one in joined.JoinedGroups])
        self.assertEqual(1, self.in_zone("GetGroup", GroupId=staff).GroupInfo.MemberCount)
        self.assertEqual([staff], [one.GroupId for one in self.in_zone("ListGroups").Groups])
        return staff

    def finished(self, action, task):
        """The task once it has ended well, as a client that polls finds it."""
        for _ in range(50):
            seen = self.in_zone(action, TaskId=task).TaskStatus
            if seen.Status != "InProgress":
                self.assertEqual(("Success", ""), (seen.Status, seen.FailureReason))
                return seen
        self.fail("the task never ends")

    def cam_users(self):
        listed = twin.control("GET", f"cam/{MEMBER}/users?tenant=zone-story")["users"]
        return [one["name"] for one in listed]

    def sync(self, anna, staff):
        item = {
            "TargetType": "MemberUin",
            "TargetUin": MEMBER,
            "DuplicationStrategy": "KeepBoth",
            "DeletionStrategy": "Delete",
        }
        user = {**item, "PrincipalType": "User", "PrincipalId": anna}
        group = {**item, "PrincipalType": "Group", "PrincipalId": staff}
        tasks = self.in_zone("CreateUserSyncProvisioning", UserSyncProvisionings=[user, group]).Tasks
        self.assertEqual(["StartProvisioning"] * 2, [task.TaskType for task in tasks])
        for task in tasks:
            self.finished("GetProvisioningTaskStatus", task.TaskId)
        self.assertEqual(["anna"], self.cam_users())
        with self.refused("FailedOperation.UserProvisioningAlreadyExists"):
            self.in_zone("CreateUserSyncProvisioning", UserSyncProvisionings=[user])
        self.in_zone(
            "UpdateUserSyncProvisioning", UserProvisioningId=tasks[0].UserProvisioningId, NewDescription="for anna"
        )
        read = self.in_zone("GetUserSyncProvisioning", UserProvisioningId=tasks[0].UserProvisioningId)
        self.assertEqual("for anna", read.UserProvisioning.Description)
        self.assertEqual(2, self.in_zone("ListUserSyncProvisionings", TargetUin=MEMBER).TotalCounts)
        for made in tasks:
            # One object, not a list.
            gone = self.in_zone("DeleteUserSyncProvisioning", UserProvisioningId=made.UserProvisioningId).Tasks
            self.finished("GetProvisioningTaskStatus", gone.TaskId)
        self.assertEqual([], self.cam_users())

    def configure_a_role(self):
        made = self.in_zone("CreateRoleConfiguration", RoleConfigurationName="readers").RoleConfigurationInfo
        role = made.RoleConfigurationId
        self.in_zone("UpdateRoleConfiguration", RoleConfigurationId=role, NewDescription="read only")
        read = self.in_zone("GetRoleConfiguration", RoleConfigurationId=role).RoleConfigurationInfo
        self.assertEqual("read only", read.Description)
        listed = self.in_zone("ListRoleConfigurations").RoleConfigurations
        self.assertEqual(["readers"], [one.RoleConfigurationName for one in listed])
        policy = {"PolicyId": 186457, "PolicyName": "QcloudVPCReadOnlyAccess"}
        add = {"RoleConfigurationId": role, "RolePolicyType": "System", "RolePolicies": [policy]}
        self.in_zone("AddPermissionPolicyToRoleConfiguration", **add)
        own = {"RoleConfigurationId": role, "RolePolicyType": "Custom", "RolePolicyNames": ["own"]}
        self.in_zone("AddPermissionPolicyToRoleConfiguration", CustomPolicyDocument="{}", **own)
        self.in_zone(
            "UpdateCustomPolicyForRoleConfiguration",
            RoleConfigurationId=role,
            CustomPolicyName="own",
            NewCustomPolicyDocument='{"version":"2.0"}',
        )
        policies = self.in_zone("ListPermissionPoliciesInRoleConfiguration", RoleConfigurationId=role).RolePolicies
        self.assertEqual({"QcloudVPCReadOnlyAccess", "own"}, {one.RolePolicyName for one in policies})
        return role

    def assign(self, role, anna):
        target = {"TargetType": "MemberUin", "TargetUin": MEMBER}
        who = {"PrincipalType": "User", "PrincipalId": anna}
        info = [{"RoleConfigurationId": role, **target, **who}]
        (task,) = self.in_zone("CreateRoleAssignment", RoleAssignmentInfo=info).Tasks
        self.finished("GetTaskStatus", task.TaskId)
        (listed,) = self.in_zone("ListRoleAssignments", RoleConfigurationId=role).RoleAssignments
        self.assertEqual((anna, "anna"), (listed.PrincipalId, listed.PrincipalName))
        again = self.in_zone("ProvisionRoleConfiguration", RoleConfigurationId=role, **target).Task
        self.finished("GetTaskStatus", again.TaskId)
        deployed = self.in_zone("ListRoleConfigurationProvisionings").RoleConfigurationProvisionings
        self.assertEqual(["Deployed"], [one.DeploymentStatus for one in deployed])
        gone = self.in_zone("DeleteRoleAssignment", RoleConfigurationId=role, **target, **who).Task
        self.finished("GetTaskStatus", gone.TaskId)
        dismantled = self.in_zone("DismantleRoleConfiguration", RoleConfigurationId=role, **target).Task
        self.finished("GetTaskStatus", dismantled.TaskId)
        self.assertEqual(4, self.in_zone("ListTasks").TotalCounts)

    def request_a_role(self, role, anna):
        target = {"TargetType": "MemberUin", "TargetUin": MEMBER}
        who = {"PrincipalType": "User", "PrincipalId": anna}
        scope = [{"RoleConfigurationId": role, **target, **who}]
        self.assertEqual(1, self.in_zone("CreateRoleConfigurationApplyScope", ApplyScopeInfo=scope).SuccessCount)
        scopes = self.in_zone("ListRoleConfigurationApplyScopes", **who).ApplyScopes
        self.assertEqual([role], [one.RoleConfigurationId for one in scopes])
        self.assertEqual([], self.in_zone("ListPermissionApplyOrders").ApplyOrders)
        with self.refused("ResourceNotFound.PermissionApplyOrderNotFound"):
            self.in_zone("AuditPermissionApplyOrder", ApplyId="apply-0000000000000000", AuditResult="Reject")
        gone = {"RoleConfigurationIds": [role], "TargetUin": MEMBER, **who}
        self.in_zone("DeleteRoleConfigurationApplyScope", **gone)

    def set_up_scim(self):
        self.in_zone("UpdateSCIMSynchronizationStatus", SCIMSynchronizationStatus="Enabled")
        status = self.in_zone("GetSCIMSynchronizationStatus").SCIMSynchronizationStatus
        self.assertEqual("Enabled", status)
        key = self.in_zone("CreateSCIMCredential")
        self.assertTrue(key.CredentialSecret)
        self.in_zone("UpdateSCIMCredentialStatus", CredentialId=key.CredentialId, NewStatus="Disabled")
        (listed,) = self.in_zone("ListSCIMCredentials").SCIMCredentials
        self.assertEqual((key.CredentialId, "Disabled"), (listed.CredentialId, listed.Status))
        self.in_zone("DeleteSCIMCredential", CredentialId=key.CredentialId)
        self.in_zone("UpdateSCIMSynchronizationStatus", SCIMSynchronizationStatus="Disabled")

    def set_up_saml(self):
        first, second = ((PEM / f"{name}.pem").read_text() for name in ("first", "second"))
        set_up = {"EntityId": "http://idp", "LoginUrl": "https://idp/sso", "X509Certificate": first}
        (certificate,) = self.in_zone("SetExternalSAMLIdentityProvider", **set_up).CertificateIds
        added = self.in_zone("AddExternalSAMLIdPCertificate", X509Certificate=second).CertificateId
        self.in_zone("RemoveExternalSAMLIdPCertificate", CertificateId=certificate)
        (left,) = self.in_zone("ListExternalSAMLIdPCertificates").SAMLIdPCertificates
        self.assertEqual(added, left.CertificateId)
        provider = self.in_zone("GetExternalSAMLIdentityProvider").SAMLIdentityProviderConfiguration
        self.assertEqual(("http://idp", "Disabled"), (provider.EntityId, provider.SSOStatus))
        self.in_zone("ClearExternalSAMLIdentityProvider")
        info = self.in_zone("GetZoneSAMLServiceProviderInfo").SAMLServiceProvider
        self.assertTrue(base64.b64decode(info.EncodedMetadataDocument).startswith(b"%3C"))

    def dissolve(self, anna, bert, staff, role):
        self.in_zone("RemoveUserFromGroup", GroupId=staff, UserId=anna)
        self.in_zone("DeleteGroup", GroupId=staff)
        for user in (anna, bert):
            self.in_zone("DeleteUser", UserId=user)
        with self.refused("ResourceNotFound.UserNotExist"):
            self.in_zone("GetUser", UserId=anna)
        system = {"RolePolicyType": "System", "RolePolicyId": 186457}
        own = {"RolePolicyType": "Custom", "RolePolicyId": 0, "RolePolicyName": "own"}
        for policy in (system, own):
            self.in_zone("RemovePermissionPolicyFromRoleConfiguration", RoleConfigurationId=role, **policy)
        self.in_zone("DeleteRoleConfiguration", RoleConfigurationId=role)

    def open_a_zone(self):
        new = center.client("zone-new")
        with self.refused("FailedOperation.IdentityCenterAlreadyOpen"):
            center.call(new, "OpenIdentityCenter", ZoneName="second")


if __name__ == "__main__":
    unittest.main()
