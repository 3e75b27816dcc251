// A sync that waits until its task has ended, and does not look how.

import { Sync } from "../center_sync.mjs";
import { main } from "../lib/steady.mjs";

class Trusting extends Sync {
  async sync(user) {
    const { TaskId: task } = await this.begin(user);
    await this.steady.poll(() => this.finished(task));
  }
}

await main(() => new Trusting().run());
