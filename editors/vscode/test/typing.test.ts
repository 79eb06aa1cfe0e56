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
const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  contributes: { configurationDefaults: Record<string, Record<string, unknown>> };
};
const snippets = JSON.parse(readFileSync(path.join(ROOT, "snippets/story.json"), "utf8")) as Record<
  string,
  { prefix: string | string[]; isFileTemplate?: boolean; body: string[] }
>;
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

test("in prose, Enter takes nothing: words and snippets, which the editor finds by itself, are not suggested", () => {
  // Both are looked for in what every word of a text begins with, and a snippet's name is a word like any other.
  const names = Object.values(snippets).flatMap((one) => one.prefix);
  const line = "  as she tells her story, let the scene speak";
  assert.deepEqual(
    words(line).filter((word) => names.includes(word)),
    ["as", "story", "let", "scene"],
  );
  const defaults = manifest.contributes.configurationDefaults["[story]"];
  assert.equal(defaults?.["editor.snippetSuggestions"], "none");
  // The first has had this value since 1.85 only; before, any text was `true`.
  assert.deepEqual([defaults?.["editor.wordBasedSuggestions"], defaults?.["editor.suggest.showWords"]], ["off", false]);
});

test("a new file can be filled with a whole story, which the page says how to do", () => {
  const templates = Object.entries(snippets).filter(([, one]) => one.isFileTemplate === true);
  assert.deepEqual(templates.map(([name]) => name), ["story"]);
  const page = readFileSync(path.join(ROOT, "README.md"), "utf8");
  assert.match(page, /\*\*Snippets: Fill File with Snippet\*\*/);
  assert.match(page, /\*\*Snippets: Insert Snippet\*\*/);
});

test("no snippet is named by a sign that the editor closes, which would then stand twice", () => {
  const opened = typing.autoClosingPairs.map((one) => one.open);
  assert.deepEqual(Object.values(snippets).flatMap((one) => one.prefix).filter((name) => opened.includes(name)), []);
});
