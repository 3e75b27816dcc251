"""Huawei's own python SDK, with its exceptions sorted by what they mean for the next attempt."""

import os

import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions import exceptions
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkworkspace.v2 import WorkspaceClient, model
from lib.huawei import AK, PROJECT, SK, failure
from lib.steady import Unknown

URL = os.environ["CLOUDTWIN_URL"]


def client(**config):
    keys = BasicCredentials(AK, SK, PROJECT)
    config = HttpConfig(timeout=3, **config)
    builder = WorkspaceClient.new_builder().with_credentials(keys).with_http_config(config)
    return builder.with_endpoint(URL).build()


def call(ask, request):
    """The SDK's answer of a call."""
    try:
        return ask(request)
    except exceptions.ServiceResponseException as error:
        raise failure(error.status_code, error.error_code, error.error_msg) from None
    except (exceptions.SdkException, requests.exceptions.RequestException, ValueError) as error:
        raise Unknown(f"{type(error).__name__}: {error}") from None


__all__ = ["call", "client", "model"]
