"""A report that takes every error for a passing one, also one that says that the user does not exist any more."""

from ciam_report import Details
from lib.steady import Refused, Unknown, main


class Stubborn(Details):
    def look(self, row):
        try:
            return super().look(row)
        except Refused as error:
            raise Unknown(str(error)) from None


if __name__ == "__main__":
    main(Stubborn().run)
