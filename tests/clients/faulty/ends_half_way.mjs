// A sync that creates everybody who is new without a look at who is there, and ends at the first error: after a fault in
// the middle, it can never be run to its end.

import { Sync } from "../center_sync.mjs";
import { people } from "../lib/center.mjs";
import { main } from "../lib/steady.mjs";

class OneShot extends Sync {
  async run() {
    for (const person of people().filter(({ isNew }) => isNew)) {
      await this.sync(await this.create(person));
    }
  }
}

await main(() => new OneShot().run());
