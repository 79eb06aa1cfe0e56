// Stories in the fenced blocks of a Markdown page.

import assert from "node:assert/strict";
import test from "node:test";
import { loadGrammar, tokenize } from "./tokens";

test("a fenced story has a story's tokens, up to its fence and not beyond", async () => {
  const grammar = await loadGrammar("markdown.story.codeblock");
  const text = "```story\nscene lamp [NC]\n  caption: two\n    lines\n```\nscene lamp\n~~~storyscript\nlet x = 1\n~~~";
  const seen = tokenize(grammar, text).map((tokens) => tokens.map((token) => token.scopes.at(-1)));
  assert.deepEqual(seen[1]?.filter((scope) => scope !== "meta.head"), [
    "keyword.control.scene",
    "entity.name.function.scene",
    "storage.modifier.no-character",
  ]);
  assert.equal(seen[2]?.includes("support.type.property-name.block"), true);
  assert.deepEqual(seen[3], ["string.unquoted.continued"]);
  assert.deepEqual(seen[5], [undefined]);
  assert.equal(seen[7]?.[0], "keyword.control.let");
});

test("blocks of other languages are left alone", async () => {
  const grammar = await loadGrammar("markdown.story.codeblock");
  const seen = tokenize(grammar, "```storybook\nscene lamp\n```").flat();
  assert.deepEqual(seen.flatMap((token) => token.scopes), []);
});
