"""An export that leaves its retries to Tencent's SDK, as it is: `StandardRetryer` keeps the first error, so it calls
again after a success, and then raises that error."""

from ciam_export import Export
from lib.steady import main
from lib.tencent_sdk import Ciam
from tencentcloud.common.retry import StandardRetryer


class WithRetryer(Export):
    def __init__(self):
        super().__init__()
        self.ciam = Ciam(retryer=StandardRetryer())

    def start(self, store):
        return self.create(store)


if __name__ == "__main__":
    main(WithRetryer().run)
