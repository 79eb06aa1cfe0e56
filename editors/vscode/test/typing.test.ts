// What a double click marks, and what the editor closes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import test from "node:test";
import { ROOT } from "./tokens";

const typing = JSON.parse(readFileSync(path.join(ROOT, "language-configuration.json"), "utf8")) as {
  wordPattern: { pattern: string; flags: string };
  comments: { lineComment: string };
  autoClosingPairs: { open: string; close: string }[];
};
const words = (text: string): string[] => text.match(new RegExp(typing.wordPattern.pattern, `g${typing.wordPattern.flags}`)) ?? [];

test("words are names, mentions and numbers, of any script", () => {
  assert.deepEqual(words("@old-man meets みら, act_2 and {rain}"), ["@old-man", "meets", "みら", "act_2", "and", "rain"]);
  assert.deepEqual(words("  font-size: -12.5 [NC] Zoe\u0301's"), ["font-size", "-12.5", "NC", "Zoe\u0301", "s"]);
  assert.deepEqual(words("a--b- https://x.org //"), ["a", "b", "https", "x", "org"]);
});

test("the pattern of words matches nothing empty, or the editor would not take it", () => {
  assert.equal(new RegExp(typing.wordPattern.pattern, typing.wordPattern.flags).test(""), false);
});

test("a literal closes as a whole", () => {
  assert.equal(typing.comments.lineComment, "//");
  const pair = typing.autoClosingPairs.find((one) => one.open === '{"');
  // The brace is there already, by its own pair.
  assert.equal(`{"${pair?.close ?? ""}}`, '{""}');
});
