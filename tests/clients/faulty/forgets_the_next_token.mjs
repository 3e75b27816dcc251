// A sync that takes the users out of the answer, and with them loses the token of the next page.

import { Sync } from "../center_sync.mjs";
import { main } from "../lib/steady.mjs";

class Forgetful extends Sync {
  async pages(ask, member) {
    const { [member]: rows } = await ask();
    return rows;
  }

  add(person) {
    // Those on the pages that it never reads are there already.
    return super.add(person).catch((error) => {
      if (error.kind === "exists") return undefined;
      throw error;
    });
  }
}

await main(() => new Forgetful().run());
