// Reads a JSON list of texts from standard input, and writes the tokens of each of their lines as JSON.

import { readFileSync } from "node:fs";
import { loadGrammar, tokenize } from "./tokens";

async function main(): Promise<void> {
  const grammar = await loadGrammar();
  const texts = JSON.parse(readFileSync(0, "utf8")) as string[];
  const seen = texts.map((text) => tokenize(grammar, text).map((tokens) => tokens.map((one) => [one.text, one.scopes])));
  process.stdout.write(JSON.stringify(seen));
}

void main();
