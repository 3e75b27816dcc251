// A sync that starts the syncs of all users without `await`, and loses their errors.

import { Sync } from "../center_sync.mjs";
import { main } from "../lib/steady.mjs";

class Unawaited extends Sync {
  async sync(user) {
    super.sync(user).catch(() => {});
  }
}

await main(() => new Unawaited().run());
