// Servers that do not serve, as real processes; and what is told of each.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import test, { after } from "node:test";
import { ended, lastWords, notStarted } from "../src/messages";
import { Server } from "../src/server";

const PATIENCE = 60_000;
const folder = mkdtempSync(path.join(tmpdir(), "storyscript-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let programs = 0;
function program(script: string, mode = 0o755): string {
  const file = path.join(folder, `server-${programs++}`);
  writeFileSync(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(file, mode);
  return file;
}

async function told(script: string): Promise<{ message: string; final: boolean }> {
  const file = program(script);
  const server = await Server.start(file, folder);
  const ending = await server.ended(PATIENCE);
  assert.ok(ending);
  const trouble = ended(file, ending);
  return { ...trouble, message: trouble.message.replaceAll(file, "FILE") };
}

test("a program without the language server's libraries", async () => {
  assert.deepEqual(
    await told(`console.error("storyscript: lsp: install storyscript with its extra \`lsp\`"); process.exit(2)`),
    {
      message: "`FILE` lacks what a language server needs. Install storyscript with its extra `lsp`.",
      final: true,
    },
  );
});

test("a program that knows no language server yet", async () => {
  assert.deepEqual(await told("console.error('storyscript: there is no command `lsp`'); process.exit(2)"), {
    message:
      "`FILE` is too old to be a language server. Bring it up to date: install storyscript with its extra `lsp`.",
    final: true,
  });
});

test("a program that is used wrongly says so itself, and is not tried again", async () => {
  assert.deepEqual(await told("console.error('storyscript: storyscript.toml:3: unknown key'); process.exit(2)"), {
    message: "The language server `FILE` ended with exit code 2: storyscript.toml:3: unknown key",
    final: true,
  });
});

test("a crash: its last words, and another try", async () => {
  assert.deepEqual(await told("console.error('Traceback\\n  File x\\nValueError: oh\\n\\n'); process.exit(1)"), {
    message: "The language server `FILE` ended with exit code 1: ValueError: oh",
    final: false,
  });
  assert.deepEqual(await told("process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 60000)"), {
    message: "The language server `FILE` ended by SIGKILL.",
    final: false,
  });
});

test("a server that ignores the end of its input is ended", async () => {
  const server = await Server.start(program("setInterval(() => {}, 1000)"), undefined);
  assert.equal(await server.ended(10), undefined);
  await server.stop(0);
  assert.deepEqual(await server.ended(PATIENCE), { code: null, signal: "SIGKILL", stderr: "" });
});

test("of very many words the last are kept, and all are passed on", async () => {
  const server = await Server.start(program("process.stderr.write('x'.repeat(100000) + '\\nlast')"), folder);
  let heard = 0;
  server.onWords((text) => (heard += text.length));
  const ending = await server.ended(PATIENCE);
  assert.equal(heard, 100_005);
  assert.equal(lastWords(ending?.stderr ?? ""), "last");
  assert.ok((ending?.stderr.length ?? 0) <= 8192);
});

test("writing to a server that is gone harms nobody", async () => {
  const server = await Server.start(program("process.exit(0)"), folder);
  await server.ended(PATIENCE);
  await new Promise((done) => server.writer.write("Content-Length: 0\r\n\r\n", done));
});

test("a file that may not be run, and one that is no program", async (context) => {
  const forbidden = program("", 0o644);
  await assert.rejects(Server.start(forbidden, folder), (error: NodeJS.ErrnoException) => {
    assert.equal(
      notStarted("FILE", error),
      "`FILE` cannot be started: it may not be run. The setting `storyscript.command` says which program it is.",
    );
    return true;
  });
  context.diagnostic("a missing file");
  await assert.rejects(Server.start(path.join(folder, "nothing"), folder), (error: NodeJS.ErrnoException) => {
    assert.match(notStarted("FILE", error), /^`FILE` cannot be started: ENOENT\./);
    return true;
  });
});
