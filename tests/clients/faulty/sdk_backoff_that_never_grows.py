"""An export that leaves its retries to Huawei's SDK with its `DECOR_RELATED_JITTER`: 10 to 30 ms at every attempt."""

from huaweicloudsdkcore.retry.backoff_strategy import BackoffStrategies
from lib.huawei_sdk import call, model
from lib.steady import main
from workspace_export import PAGE, Export


def is_throttled(answer, error):
    return getattr(error, "status_code", None) == 429


class WithRetry(Export):
    def page(self, offset):
        invoker = self.workspace.list_users_invoker(model.ListUsersRequest(limit=str(PAGE), offset=str(offset)))
        retrying = invoker.with_retry(is_throttled, 10, BackoffStrategies.DECOR_RELATED_JITTER)
        return call(lambda request: retrying.invoke(), None)


if __name__ == "__main__":
    main(WithRetry().run)
