"""A project's life with the unmodified SDK: users, groups, an export that is downloaded and opened."""

import io
import unittest

import openpyxl
from huaweicloudsdkworkspace.v2 import model

from twin import AK, HEX32, PROJECT, SK, asked, client, refused


def user(name, **members):
    body = model.CreateUserRequest(user_name=name, user_email=f"{name}@example.com", **members)
    return model.CreateDesktopUserRequest(body=body)


def rows(workspace, task):
    """The sheet of an export, once it is ready."""
    tasks = workspace.list_export_tasks(model.ListExportTasksRequest(task_id=task)).export_tasks
    assert [t.status for t in tasks] == ["SUCCESS"], tasks
    answer = workspace.download_export_file(model.DownloadExportFileRequest(task_id=task))
    book = openpyxl.load_workbook(io.BytesIO(answer.raw_content))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


class Story(unittest.TestCase):
    def test_users_groups_and_an_export(self):
        workspace = client("story")
        ada = workspace.create_desktop_user(user("ada", description="=1+1")).id
        bob = workspace.create_desktop_user(user("bob")).id
        with refused(self, 400, "WKS.EMU.0002"):
            workspace.create_desktop_user(user("ADA"))

        workspace.create_user_group(
            model.CreateUserGroupRequest(body=model.CreateUserGroupReq(group_name="ops", platform_type="LOCAL"))
        )
        (group,) = workspace.list_user_groups(model.ListUserGroupsRequest()).user_groups
        add = model.ActionsOfUsersInGroupRequest(user_ids=[ada], op_type="ADD")
        workspace.run_actions_on_group(model.RunActionsOnGroupRequest(group_id=group.id, body=add))
        members = workspace.list_users_of_group(model.ListUsersOfGroupRequest(group_id=group.id))
        self.assertEqual(([u.user_name for u in members.users], members.total_count), (["ada"], 1))

        change = model.EditUserReq(user_phone="+8613800000000", account_expires="2030-01-02T03:04:05Z")
        workspace.update_user_info(model.UpdateUserInfoRequest(user_id=bob, body=change))
        detail = workspace.list_user_detail(model.ListUserDetailRequest(user_id=bob)).user_detail
        self.assertEqual((detail.user_phone, detail.account_expires), ("+8613800000000", 1893553445000))
        lock = model.OperateUserReq(op_type="LOCK")
        workspace.change_user_status(model.ChangeUserStatusRequest(user_id=bob, body=lock))
        listed = workspace.list_users(model.ListUsersRequest(user_names=["bob", "nobody"], limit="10", offset="0"))
        self.assertEqual([(u.user_name, u.locked) for u in listed.users], [("bob", True)])

        # No body, an empty one, and one with a filter.
        tasks = [
            workspace.export_users_new(model.ExportUsersNewRequest(body=body)).task_id
            for body in (None, model.ExportUsersNewReq(), model.ExportUsersNewReq(user_name="AD", language="zh_CN"))
        ]
        whole, same, chinese = (rows(workspace, task) for task in tasks)
        self.assertEqual(whole, same)
        self.assertEqual([row[0] for row in whole], ["Username", "ada", "bob"])
        self.assertEqual(whole[1][4], "ops")
        self.assertEqual(whole[1][8], "=1+1")
        self.assertEqual([row[0] for row in chinese], ["用户名", "ada"])

        workspace.delete_user(model.DeleteUserRequest(user_id=ada))
        with refused(self, 400, "WKS.00170312"):
            workspace.list_user_detail(model.ListUserDetailRequest(user_id=ada))
        every = model.DeleteExportTaskRequestBody(task_ids=tasks)
        workspace.delete_export_tasks(model.DeleteExportTasksRequest(body=every))
        self.assertEqual(workspace.list_export_tasks(model.ListExportTasksRequest()).count, 0)

    def test_without_a_project_the_sdk_looks_it_up(self):
        for region in ("cn-north-4", "cn-south-1"):
            workspace = client("lookup", project=None, region=region)
            self.assertRegex(workspace.create_desktop_user(user(region.replace("-", ""))).id, HEX32)
            self.assertEqual(workspace.list_users(model.ListUsersRequest()).total_count, 1)

    def test_with_neither_project_nor_region_the_answer_says_what_is_missing(self):
        with refused(self, 400, "APIGW.0201"):
            client(project=None).list_users(model.ListUsersRequest())

    def test_a_wrong_secret_and_an_unknown_key_are_refused(self):
        for workspace in (client(sk="wrong"), client(ak="AKEXAMPLE")):
            with refused(self, 401, "APIGW.0301"):
                workspace.list_users(model.ListUsersRequest())

    def test_a_token_opens_the_same_door(self):
        client("tokens").create_desktop_user(user("ada"))
        password = {"user": {"domain": {"name": "twin-tokens"}, "name": "u", "password": SK}}
        identity = {"methods": ["password"], "password": password}
        scope = {"project": {"name": "cn-north-4"}}
        status, headers, body = asked("POST", "/v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        self.assertEqual(status, 201, body)
        token = {"X-Auth-Token": headers["X-Subject-Token"]}
        status, _, body = asked("GET", f"/v2/{PROJECT}/users", **token)
        self.assertEqual((status, [u["user_name"] for u in body["users"]]), (200, ["ada"]))

    def test_two_tenants_and_two_projects_never_meet(self):
        one, other = client("left"), client("right")
        elsewhere = client("left", project="0" * 32)
        one.create_desktop_user(user("ada"))
        counts = [c.list_users(model.ListUsersRequest()).total_count for c in (one, other, elsewhere)]
        self.assertEqual(counts, [1, 0, 0])

    def test_what_is_not_modelled_says_so(self):
        with self.assertRaises(Exception) as caught:
            client().list_desktops(model.ListDesktopsRequest())
        self.assertIn("does not model it yet", str(caught.exception))
        self.assertTrue(AK)


if __name__ == "__main__":
    unittest.main()
