// What the grammar makes of a text, by the engine that the editor uses.

import { readFileSync } from "node:fs";
import * as path from "node:path";
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from "vscode-textmate";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";

export const ROOT = path.resolve(__dirname, "../..");
const GRAMMARS: Record<string, string> = {
  "source.story": "syntaxes/story.tmLanguage.json",
  "markdown.story.codeblock": "syntaxes/markdown.tmLanguage.json",
};

export interface Token {
  readonly text: string;
  /** Its scopes, from the outermost, without what all of them share. */
  readonly scopes: readonly string[];
}

export async function loadGrammar(name = "source.story"): Promise<IGrammar> {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope) => {
      const file = GRAMMARS[scope];
      if (file === undefined) return null;
      const full = path.join(ROOT, file);
      return parseRawGrammar(readFileSync(full, "utf8"), full);
    },
  });
  const grammar = await registry.loadGrammar(name);
  if (grammar === null) throw new Error(`there is no grammar ${name}`);
  return grammar;
}

/** The tokens of each line. */
export function tokenize(grammar: IGrammar, text: string): Token[][] {
  let state = INITIAL;
  return text.split("\n").map((line) => {
    const found = grammar.tokenizeLine(line, state);
    state = found.ruleStack;
    return found.tokens
      .map((token) => ({
        text: line.slice(token.startIndex, token.endIndex),
        scopes: token.scopes.slice(1).map((scope) => scope.replace(/\.story$/, "")),
      }))
      .filter((token) => token.text !== "");
  });
}
