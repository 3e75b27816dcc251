"""A report that takes the time once, when it starts, and signs every call with it, also the retry of a call that was
refused since its signature had expired. It waits so long that a new signature would have another time."""

import time

from ciam_report import Details
from lib.steady import Refused, Steady, Unknown, main

WAIT_S = 2.2


class Patient(Steady):
    def pause(self, attempt):
        time.sleep(WAIT_S)


class OldTime(Details):
    def __init__(self):
        super().__init__()
        began = int(time.time())
        self.steady = self.cloud.steady = Patient()
        self.cloud.api.now = lambda: began

    def look(self, row):
        try:
            return super().look(row)
        except Refused as error:
            if error.code == "AuthFailure.SignatureExpire":
                raise Unknown(str(error)) from None
            raise


if __name__ == "__main__":
    main(OldTime().run)
