"""A directory pushes 1,000 users and 50 groups through the SCIM client library, changes them, removes them,
and Identity Center shows each step."""

import unittest

from scim2_models import PatchOp, PatchOperation, SCIMException

import twin

USERS = 1000
GROUPS = 50
TENANT = "directory"


def count(action):
    return twin.call(TENANT, action, MaxResults=1)["TotalCounts"]


class Directory(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.client = twin.client(TENANT)
        cls.User, cls.Group = (cls.client.get_resource_model(name) for name in ("User", "Group"))

    def patch(self, resource, *operations):
        model = type(resource)
        body = PatchOp[model](operations=[PatchOperation[model](**one) for one in operations])
        return self.client.modify(model, resource.id, body)

    def test_a_directory_pushes_changes_and_removes_its_people(self):
        client, User, Group = self.client, self.User, self.Group
        users = []
        for number in range(USERS):
            name = f"user-{number}"
            email = {"value": f"{name}@example.com", "type": "work", "primary": True}
            parts = {"givenName": f"Given {number}", "familyName": "Family"}
            user = User.model_validate(
                {"userName": name, "displayName": name.title(), "active": True, "name": parts, "emails": [email]}
            )
            users.append(client.create(user))
        size = USERS // GROUPS
        groups = []
        for number in range(GROUPS):
            members = [{"value": user.id} for user in users[number * size : (number + 1) * size]]
            groups.append(client.create(Group.model_validate({"displayName": f"group-{number}", "members": members})))
        self.assertEqual((USERS, GROUPS), (count("ListUsers"), count("ListGroups")))
        shown = twin.call(TENANT, "ListUsers", MaxResults=100)["Users"]
        self.assertEqual({"Synchronized"}, {user["UserType"] for user in shown})

        # Nothing more fits, and a name that is taken is found by a look-up.
        with self.assertRaises(SCIMException) as refused:
            client.create(User.model_validate({"userName": "one-more", "active": True}))
        self.assertIn("UserOverUpperLimit", str(refused.exception))
        found = client.query(User, query_parameters={"filter": 'userName eq "USER-7"'})
        self.assertEqual([users[7].id], [user.id for user in found.resources])

        seen, start = [], 1
        while start <= USERS:
            page = client.query(User, query_parameters={"startIndex": start, "count": 200})
            self.assertEqual(USERS, page.total_results)
            seen += [user.id for user in page.resources]
            start += page.items_per_page
        self.assertEqual([user.id for user in users], seen)

        for user in users[::2]:
            changed = self.patch(user, {"op": "replace", "path": "active", "value": False})
            self.assertIs(False, changed.active)
        for user in users[1::2]:
            user.display_name = "Changed"
            self.assertEqual("Changed", client.replace(user).display_name)
        disabled = twin.call(TENANT, "ListUsers", MaxResults=1, UserStatus="Disabled")["TotalCounts"]
        self.assertEqual(USERS // 2, disabled)

        # Each group passes its first member on to the next one.
        for number, group in enumerate(groups):
            first = users[number * size]
            self.patch(group, {"op": "remove", "path": f'members[value eq "{first.id}"]'})
            following = groups[(number + 1) % GROUPS]
            self.patch(following, {"op": "add", "path": "members", "value": [{"value": first.id}]})
        for number, group in enumerate(groups):
            members = {member.value for member in client.query(Group, group.id).members}
            previous = users[(number - 1) % GROUPS * size]
            own = users[number * size + 1 : (number + 1) * size]
            self.assertEqual({user.id for user in [previous, *own]}, members)

        for group in groups:
            client.delete(Group, group.id)
        for user in users:
            client.delete(User, user.id)
        self.assertEqual((0, 0), (count("ListUsers"), count("ListGroups")))

    def test_everything_is_refused_while_the_switch_is_off(self):
        twin.switch(TENANT, "Disabled")
        self.addCleanup(twin.switch, TENANT, "Enabled")
        with self.assertRaises(SCIMException):
            self.client.query(self.User)


if __name__ == "__main__":
    unittest.main()
