// The extension as it is bundled, in an editor that is made up, with programs that are real.
//
// The last tests need storyscript itself: the program that STORYSCRIPT names in the environment.

import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import test, { after } from "node:test";
import { Editor, story, Uri } from "./editor";
import { ROOT } from "./tokens";

const folder = mkdtempSync(path.join(tmpdir(), "storyscript-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const LAMP = path.join(folder, "lamp.story");
const TEXT = "style: Lime art\nlet way = the road\ncharacter Mira\n  a young woman\nscene\n  walks {way}\n";
const storyscript = process.env["STORYSCRIPT"];
const needsStoryscript =
  storyscript !== undefined || process.env["EDITOR_TESTS"] === "required" ? {} : { skip: "STORYSCRIPT is not set" };

async function opened(
  command: string,
  use: (editor: Editor) => Promise<void>,
  begin: (editor: Editor) => void = () => undefined,
): Promise<void> {
  const editor = new Editor(folder, [story(LAMP, TEXT)]);
  editor.set({ "storyscript.command": command });
  begin(editor);
  await editor.activate();
  try {
    await use(editor);
  } finally {
    await editor.deactivate();
  }
}

function program(name: string, script: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test("where the program is missing, one message says so and offers the ways out", async () => {
  await opened("no-such-program", async (editor) => {
    assert.deepEqual(editor.errors, [
      {
        message:
          "`no-such-program` is not on PATH. Install storyscript with its extra `lsp`, or say in the setting `storyscript.command` where it is.",
        ways: ["How to install it", "Open the setting", "Show the output"],
      },
    ]);
    assert.deepEqual([...editor.commands.keys()].sort(), ["storyscript.restart", "storyscript.showOutput"]);
  });
});

for (const [what, unknown, shown] of [
  ["shown", [], ["markdown.showPreview"]],
  ["opened as a text where pages are not shown", ["markdown.showPreview"], ["markdown.showPreview", "vscode.open"]],
] as const) {
  test(`the page that says how to install the program is the extension's own, and it is ${what}`, async () => {
    const choose = (editor: Editor): void => {
      editor.way = "How to install it";
      unknown.forEach((name) => editor.unknown.add(name));
    };
    const readme = Uri.file(path.join(ROOT, "README.md"));
    await opened(
      "no-such-program",
      async (editor) => {
        await editor.until("the page", () => editor.done.length === shown.length);
        assert.deepEqual(
          editor.done,
          shown.map((name) => [name, readme.toString()]),
        );
      },
      choose,
    );
    assert.match(readFileSync(readme.fsPath, "utf8"), /^## The language server$[^#]*^pip install '\.\[lsp,tokens\]'$/m);
  });
}

test("where the program lacks its libraries, one message says so", async () => {
  const file = program("bare", `console.error("storyscript: lsp: install storyscript with its extra \`lsp\`"); process.exit(2)`);
  await opened(file, async (editor) => {
    assert.deepEqual(
      editor.errors.map((one) => one.message),
      [
        `\`${file}\` lacks what a language server needs. Install storyscript with its extra \`lsp\`.`,
      ],
    );
  });
});

test("a program that answers nonsense and ends is told of once", async () => {
  const file = program("nonsense", "process.stdout.write('Hello\\r\\n\\r\\n'); console.error('oh'); process.exit(3)");
  await opened(file, async (editor) => {
    assert.equal(editor.errors.length, 1);
    assert.match(editor.errors[0]?.message ?? "", /ended with exit code 3: oh$/);
  });
});

test("a server that refuses to begin is ended, told of once and not started again", async () => {
  const file = program(
    "refusing",
    `const answer = JSON.stringify({ jsonrpc: "2.0", id: 0, error: { code: -32603, message: "no thanks" } });
     process.stdin.once("data", () => process.stdout.write("Content-Length: " + answer.length + "\\r\\n\\r\\n" + answer));
     setInterval(() => {}, 1000);`,
  );
  await opened(file, async (editor) => {
    await editor.until("a message", () => editor.errors.length > 0);
    await new Promise((done) => setTimeout(done, 500));
    assert.deepEqual(
      editor.errors.map((one) => one.message),
      ["The language server does not start: Error: no thanks"],
    );
    assert.equal(editor.output.split("Starting ").length - 1, 1);
  });
});

test("a file that is no program is told of once", async () => {
  const file = program("broken", "");
  writeFileSync(file, "#!/no/such/interpreter\n");
  await opened(file, async (editor) => {
    assert.equal(editor.errors.length, 1);
    assert.match(editor.errors[0]?.message ?? "", /cannot be started: ENOENT/);
  });
});

test("storyscript finds the mistake in the open story", needsStoryscript, async () => {
  await opened(storyscript ?? "", async (editor) => {
    const uri = story(LAMP, "").uri.toString();
    await editor.until("problems", () => (editor.problems.get(uri)?.length ?? 0) > 0);
    assert.deepEqual(editor.problems.get(uri)?.map((one) => [one.line, one.message.split("`")[1]]), [[0, "Lime art"]]);
    assert.deepEqual(editor.errors, []);
  });
});

test("what the writer sets holds from the start, and a change of it shows at once", needsStoryscript, async () => {
  const without = (editor: Editor): void =>
    editor.set({ "storyscript.codeLens": false, "storyscript.inlayHints.captions": false });
  await opened(
    storyscript ?? "",
    async (editor) => {
      const text = story(LAMP, TEXT);
      await editor.until("problems", () => editor.problems.size > 0);
      assert.deepEqual(await editor.beside(text), { hints: [], lenses: [] });
      assert.deepEqual(editor.refreshed, { hints: 0, lenses: 0 });
      editor.set({ "storyscript.inlayHints.captions": true });
      await editor.until("hints", () => editor.refreshed.hints > 0);
      assert.deepEqual(await editor.beside(text), { hints: ["caption: walks the road"], lenses: [] });
      editor.set({ "storyscript.codeLens": true });
      await editor.until("lenses", () => editor.refreshed.lenses > 1);
      assert.deepEqual((await editor.beside(text))?.lenses, ["scene 1 of 1 · Mira"]);
      // Another server begins with what is set by then.
      without(editor);
      await editor.commands.get("storyscript.restart")?.();
      assert.deepEqual(await editor.beside(text), { hints: [], lenses: [] });
    },
    without,
  );
});

test("with the extension the server ends, as it should", needsStoryscript, async () => {
  const told = path.join(folder, "ended");
  const file = program(
    "watched",
    `const { spawn } = require("node:child_process");
     const server = spawn(${JSON.stringify(storyscript ?? "")}, ["lsp"], { stdio: "inherit" });
     server.on("exit", (code) => {
       require("node:fs").writeFileSync(${JSON.stringify(told)}, String(code));
       process.exit(code);
     });`,
  );
  await opened(file, async (editor) => {
    await editor.until("problems", () => editor.problems.size > 0);
    assert.equal(existsSync(told), false);
  });
  assert.equal(readFileSync(told, "utf8"), "0");
});

test("to say where the missing program is starts it, and a restart begins anew", needsStoryscript, async () => {
  await opened("no-such-program", async (editor) => {
    editor.set({ "storyscript.command": storyscript ?? "" });
    await editor.until("problems", () => editor.problems.size > 0);
    assert.equal(editor.errors.length, 1);
    const starts = (): number => editor.output.split("Starting ").length - 1;
    assert.equal(starts(), 1);
    await editor.commands.get("storyscript.restart")?.();
    assert.equal(starts(), 2);
    editor.set({ "storyscript.command": `${storyscript} ` });
    await editor.until("another server", () => starts() === 3);
    await editor.commands.get("storyscript.restart")?.();
    assert.equal(editor.errors.length, 1);
    assert.doesNotMatch(editor.output, /failed|did not end/);
  });
});

test("a server that crashes is started again, but not for ever", needsStoryscript, async () => {
  // It serves as storyscript does until a story is opened, and then falls over.
  const file = program(
    "crashing",
    `const { spawn } = require("node:child_process");
     const server = spawn(${JSON.stringify(storyscript ?? "")}, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
     server.stdout.pipe(process.stdout);
     process.stdin.on("data", (data) => {
       if (!data.includes("didOpen")) return server.stdin.write(data);
       server.kill("SIGKILL");
       console.error("storyscript: fallen over");
       process.exit(1);
     });`,
  );
  await opened(file, async (editor) => {
    await editor.until("a message", () => editor.errors.length > 0);
    assert.equal(editor.output.split("Starting ").length - 1, 5);
    // The client has given up, too: whom should it tell of settings?
    await new Promise((done) => setTimeout(done, 200));
    editor.set({ "storyscript.codeLens": false });
    await editor.deactivate();
    assert.deepEqual(
      editor.errors.map((one) => one.message),
      [`The language server \`${file}\` ended with exit code 1: fallen over`],
    );
    assert.equal(editor.output.split("Starting ").length - 1, 5);
    assert.doesNotMatch(editor.output, /was not told/);
  });
});
