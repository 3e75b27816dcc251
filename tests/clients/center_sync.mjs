// Creates the people of a table in Identity Center with Tencent's nodejs SDK, and syncs the new ones to an account.

import { Steady, main } from "./lib/steady.mjs";
import { Center, people } from "./lib/center.mjs";

export class Sync {
  constructor() {
    this.steady = new Steady();
    this.center = new Center();
  }

  async run() {
    const wanted = people();
    const present = await this.everybody();
    for (const person of wanted.filter(({ name }) => !present.has(name))) {
      present.set(person.name, await this.add(person));
    }
    const synced = await this.synced();
    for (const { name } of wanted.filter((person) => person.isNew)) {
      const user = present.get(name);
      if (!synced.has(user)) await this.sync(user);
    }
  }

  /** The ids of all users by name. */
  everybody() {
    return this.steady.read(async () => {
      const rows = await this.pages((token) => this.center.call("ListUsers", this.page(token)), "Users");
      return new Map(rows.map((user) => [user.UserName, user.UserId]));
    });
  }

  /** The users that are synced to the account. */
  synced() {
    return this.steady.read(async () => {
      const ask = (token) => this.center.call("ListUserSyncProvisionings", this.page(token));
      const rows = await this.pages(ask, "UserProvisionings");
      return new Set(rows.map((sync) => sync.PrincipalId));
    });
  }

  page(token) {
    return { MaxResults: 50, ...(token && { NextToken: token }) };
  }

  /** All rows of a list. */
  async pages(ask, member) {
    const rows = [];
    let token;
    do {
      const answer = await ask(token);
      rows.push(...answer[member]);
      token = answer.NextToken;
      if (!token && new Set(rows.map((row) => JSON.stringify(row))).size !== answer.TotalCounts) {
        throw this.center.incomplete(`read ${rows.length} of ${answer.TotalCounts} rows of ${member}`);
      }
    } while (token);
    return rows;
  }

  /** The id of a new user. */
  add(person) {
    return this.steady.write(
      () => this.create(person),
      async () => (await this.everybody()).get(person.name),
    );
  }

  async create({ name, email }) {
    const answer = await this.center.call("CreateUser", { UserName: name, Email: email });
    return answer.UserInfo.UserId;
  }

  async sync(user) {
    const task = await this.steady.write(
      () => this.begin(user),
      async () => ((await this.synced()).has(user) ? "" : undefined),
    );
    // Of a sync whose answer was lost no list shows the task.
    if (task === "") throw this.center.failed(`it is not known how the sync of ${user} ended: look at the account`);
    const status = await this.steady.poll(() => this.finished(task.TaskId));
    if (status.Status === "Success") return;
    await this.undo(task.UserProvisioningId);
    throw this.center.failed(`the sync ended as ${status.Status}: ${status.FailureReason}`);
  }

  /** Removes a sync that failed, or the next run would take it for one that succeeded. */
  async undo(sync) {
    const task = await this.steady.read(async () => {
      const answer = await this.center.call("DeleteUserSyncProvisioning", { UserProvisioningId: sync });
      return answer.Tasks;
    });
    await this.steady.poll(() => this.finished(task.TaskId));
  }

  async begin(user) {
    const answer = await this.center.call("CreateUserSyncProvisioning", {
      UserSyncProvisionings: [this.center.provisioning(user)],
    });
    return answer.Tasks[0];
  }

  /** The status of a task that has ended; before that, nothing. */
  async finished(task) {
    const { TaskStatus: status } = await this.center.call("GetProvisioningTaskStatus", { TaskId: task });
    return status.Status === "InProgress" ? undefined : status;
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main(() => new Sync().run());
