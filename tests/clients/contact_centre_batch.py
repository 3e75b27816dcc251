"""Creates the accounts of a contact centre in batches, and reports those that could not be created."""

from lib.contact_centre import ContactCentre, undecided
from lib.steady import Failed, Steady, Unknown, main

ROLE = "1672380646005741634"
BATCH = 100
THERE_ALREADY = "200-101"


class Batch:
    """One run."""

    def __init__(self):
        self.steady = Steady()
        self.centre = ContactCentre()

    def agents(self):
        names = [f"agent-{number:03}" for number in range(1, 121)]
        return [
            {"action": "CREATE", "userAccount": n, "userName": n, "email": f"{n}@example.com", "roleIds": [ROLE]}
            for n in names
        ]

    def run(self):
        agents, failed = self.agents(), []
        for begin in range(0, len(agents), BATCH):
            task = self.submit(agents[begin : begin + BATCH])
            failed += self.steady.poll(lambda: self.finished(task))
        self.report(failed)

    def submit(self, agents):
        def look():
            return None

        def ask():
            try:
                return self.centre.call("createTask", {"federationUserList": agents})["taskId"]
            except Unknown as error:
                raise undecided(error) from None

        return self.steady.write(ask, look)

    def finished(self, task):
        """What failed of a task that has ended; before that, nothing."""
        answer = self.centre.call("queryTask", {"taskId": task})
        return answer["failDataList"] if answer["taskInfo"]["status"] == "DONE" else None

    def report(self, failed):
        bad = [row for row in failed if row["failCode"] != THERE_ALREADY]
        if bad:
            names = ", ".join(f"{row['federationUser']['userAccount']} ({row['failMessage']})" for row in bad)
            raise Failed(f"{len(bad)} accounts were not created: {names}")


if __name__ == "__main__":
    main(Batch().run)
