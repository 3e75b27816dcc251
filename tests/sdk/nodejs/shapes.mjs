// The shapes that the nodejs SDK declares for answers. The SDK compares no answer with them, so a member
// of another name or type would pass unseen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const MODELS = "tencentcloud-sdk-nodejs/tencentcloud/services/organization/v20210331/organization_models";
const SHAPES = readShapes(require.resolve(MODELS).replace(/\.js$/, ".d.ts"));

/** Members and their types, by the shape's name. */
function readShapes(file) {
  const text = readFileSync(file, "utf8").replaceAll(/\/\*\*.*?\*\//gs, "");
  const shapes = new Map();
  for (const [, name, body] of text.matchAll(/^export interface (\w+) \{(.*?)^\}/gms)) {
    const members = body.matchAll(/^\s+(\w+)\??: (.+);$/gm);
    shapes.set(name, new Map([...members].map(([, member, type]) => [member, type])));
  }
  return shapes;
}

/** Every member of the answer is declared, and has the declared type. */
export function checkAnswer(action, answer) {
  checkValue(answer, `${action}Response`, action);
}

function checkValue(value, type, path) {
  const element = /^Array<(.+)>$/.exec(type)?.[1];
  if (element !== undefined) {
    assert.ok(Array.isArray(value), `${path} is no array: ${JSON.stringify(value)}`);
    value.forEach((one, index) => checkValue(one, element, `${path}[${index}]`));
  } else if (SHAPES.has(type)) {
    assert.ok(isObject(value), `${path} is no object: ${JSON.stringify(value)}`);
    for (const [member, inner] of Object.entries(value)) {
      const declared = SHAPES.get(type).get(member);
      assert.ok(declared, `${path}: the SDK declares no member ${member} of ${type}`);
      checkValue(inner, declared, `${path}.${member}`);
    }
  } else {
    assert.ok(type.split(" | ").includes(typeof value), `${path} is no ${type}: ${JSON.stringify(value)}`);
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
