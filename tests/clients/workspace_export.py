"""Exports the users of a Workspace project with Huawei's python SDK: starts a task, polls it, downloads its sheet,
compares that with the list, and deletes the task."""

import io
import zipfile

import openpyxl
from lib.huawei_sdk import call, client, model
from lib.steady import Failed, Gone, Incomplete, Steady, Unknown, keep, main

PAGE = 50


class Export:
    """One run."""

    def __init__(self):
        self.steady = Steady()
        self.workspace = client()

    def run(self):
        users = self.steady.read(self.users)
        task = self.start()
        try:
            self.steady.poll(lambda: self.finished(task))
            data, names = self.steady.read(lambda: self.download(task))
            if set(names) != users:
                raise Failed(f"the sheet has {len(names)} users and the list {len(users)}")
            keep(data, "users.xlsx")
        finally:
            self.clean(task)

    def users(self):
        """The names of all users."""
        found, total, offset = {}, None, 0
        while total is None or offset < total:
            answer = self.page(offset)
            total, offset = answer.total_count, offset + PAGE
            found.update((user.id, user.user_name) for user in answer.users)
        if len(found) != total:
            raise Incomplete(f"read {len(found)} of {total} users")
        return set(found.values())

    def page(self, offset):
        return call(self.workspace.list_users, model.ListUsersRequest(limit=str(PAGE), offset=str(offset)))

    def start(self):
        """The id of a new task; one whose answer was lost is found in the list of tasks."""
        known = {task.task_id for task in self.tasks()}

        def look():
            new = [task.task_id for task in self.tasks() if task.task_id not in known]
            return new[0] if new else None

        return self.steady.write(self.create, look)

    def create(self):
        return call(self.workspace.export_users_new, model.ExportUsersNewRequest()).task_id

    def tasks(self):
        request = model.ListExportTasksRequest(limit=100)
        return self.steady.read(lambda: call(self.workspace.list_export_tasks, request)).export_tasks

    def finished(self, task):
        """The task once it has ended; one that failed is an error."""
        request = model.ListExportTasksRequest(task_id=task)
        found = call(self.workspace.list_export_tasks, request).export_tasks
        if not found or found[0].status == "CREATING":
            return None
        if found[0].status != "SUCCESS":
            raise Failed(f"the export ended as {found[0].status}: {found[0].fail_reason}")
        return found[0]

    def download(self, task):
        """The whole sheet, and the names in it."""
        answer = call(self.workspace.download_export_file, model.DownloadExportFileRequest(task_id=task))
        try:
            book = openpyxl.load_workbook(io.BytesIO(answer.raw_content))
        except zipfile.BadZipFile as error:
            raise Unknown(f"no sheet: {error}") from None
        rows = list(book.active.iter_rows(values_only=True))
        return answer.raw_content, [row[0] for row in rows[1:]]

    def clean(self, task):
        body = model.DeleteExportTaskRequestBody(task_ids=[task])
        request = model.DeleteExportTasksRequest(body=body)

        def look():
            return True if all(one.task_id != task for one in self.tasks()) else None

        try:
            self.steady.write(lambda: call(self.workspace.delete_export_tasks, request), look)
        except Gone:
            pass


if __name__ == "__main__":
    main(Export().run)
