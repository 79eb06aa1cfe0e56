// The grammar against golden tokens: each line of a story, and below it what is seen in it.
//
// With UPDATE_TOKENS in the environment the files are written; look at the difference before you commit it.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import test from "node:test";
import { loadGrammar, ROOT, tokenize } from "./tokens";

const GOLDEN = path.join(ROOT, "test/grammar");
const EXAMPLES = path.resolve(ROOT, "../../examples");
const stories = [
  ...readdirSync(GOLDEN)
    .filter((name) => name.endsWith(".story"))
    .map((name) => path.join(GOLDEN, name)),
  path.join(EXAMPLES, "lamp.story"),
  path.join(EXAMPLES, "cast/shared.story"),
];

for (const story of stories) {
  test(`the tokens of ${path.basename(story)}`, async () => {
    const grammar = await loadGrammar();
    const text = readFileSync(story, "utf8").replace(/\n$/, "");
    const lines = text.split("\n");
    const shown = tokenize(grammar, text).flatMap((tokens, index) => [
      `| ${visible(lines[index] ?? "")}`,
      ...tokens
        .filter((token) => token.text.trim() !== "" || token.scopes.some((scope) => scope.startsWith("invalid")))
        .map((token) => `    ${visible(token.text)}  ‹${token.scopes.join(" ")}›`),
    ]);
    const golden = path.join(GOLDEN, `${path.basename(story)}.tokens`);
    const actual = `${shown.join("\n")}\n`;
    if (process.env["UPDATE_TOKENS"]) writeFileSync(golden, actual);
    assert.ok(existsSync(golden), `${golden} is missing`);
    assert.equal(actual, readFileSync(golden, "utf8"));
  });
}

function visible(text: string): string {
  return text.replaceAll("\t", "→");
}
