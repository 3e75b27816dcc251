"""A program that names a region: the SDK calls the vendor's real hosts of it, with https."""

import os
import unittest

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspace.v2 import ListUsersRequest, WorkspaceClient
from huaweicloudsdkworkspace.v2.region.workspace_region import WorkspaceRegion

# Another region than the one whose endpoint `cloudtwin env` sets.
REGION = WorkspaceRegion.AP_SOUTHEAST_3


class RealHost(unittest.TestCase):
    def test_the_project_is_looked_up_and_its_users_are_listed(self):
        # `cloudtwin run` sets these for programs that take an address.
        for name in ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HUAWEICLOUD_SDK_PROJECT_ID"):
            os.environ.pop(name, None)
        keys = BasicCredentials(os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"])
        client = WorkspaceClient.new_builder().with_credentials(keys).with_region(REGION).build()
        self.assertEqual(client.list_users(ListUsersRequest()).total_count, 0)
