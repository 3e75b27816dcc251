"""A program that names no endpoint: the SDK calls the vendor's real host, with https."""

import unittest

from tencentcloud.ciam.v20220331 import ciam_client, models
from tencentcloud.common.credential import EnvironmentVariableCredential
from tencentcloud.organization.v20210331 import models as organization_models
from tencentcloud.organization.v20210331 import organization_client

KEYS = EnvironmentVariableCredential().get_credential()


class RealHost(unittest.TestCase):
    def test_the_directory(self):
        client = ciam_client.CiamClient(KEYS, "ap-guangzhou")
        answer = client.ListUserStore(models.ListUserStoreRequest())
        self.assertEqual([store.UserStoreName for store in answer.UserStoreSet], ["starter"])

    def test_the_organization(self):
        client = organization_client.OrganizationClient(KEYS, "")
        answer = client.DescribeOrganization(organization_models.DescribeOrganizationRequest())
        self.assertTrue(answer.OrgId)
