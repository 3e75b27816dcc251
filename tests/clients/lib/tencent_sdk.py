"""Tencent's own python SDK, with its exceptions sorted by what they mean for the next attempt."""

import json
import os

from lib.steady import Unknown
from lib.tencent import failure
from tencentcloud.ciam.v20220331 import ciam_client, models
from tencentcloud.common.credential import EnvironmentVariableCredential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

NETWORK = ("ClientNetworkError", "ServerNetworkError", "ChunkedEncodingError")


class Ciam:
    """The SDK's client of CIAM."""

    def __init__(self, **options):
        http = HttpProfile(
            protocol="http", endpoint=os.environ["CLOUDTWIN_ENDPOINT"], reqTimeout=3
        )
        keys = EnvironmentVariableCredential().get_credential()
        profile = ClientProfile(httpProfile=http, language="en-US", **options)
        self.client = ciam_client.CiamClient(keys, os.environ["TENCENTCLOUD_REGION"], profile)

    def call(self, action, **members):
        """The SDK's answer of an action."""
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(members))
        try:
            return getattr(self.client, action)(request)
        except TencentCloudSDKException as error:
            code = error.get_code() or "ClientNetworkError"
            # Without an id no service has answered.
            if code in NETWORK or not error.get_request_id():
                raise Unknown(f"{code}: {error.get_message()}") from None
            raise failure(code, error.get_message()) from None
        except ValueError as error:
            raise Unknown(f"no JSON: {error}") from None
