// How the language server's program is found, on machines that are made up.

import assert from "node:assert/strict";
import test from "node:test";
import { findCommand, type Machine } from "../src/command";
import { notFound } from "../src/messages";

function machine(programs: string[], more: Partial<Machine> = {}): Machine {
  return {
    platform: "linux",
    env: { PATH: "/usr/bin:/home/mira/.local/bin" },
    home: "/home/mira",
    isProgram: (file) => programs.includes(file),
    ...more,
  };
}

const windows = (programs: string[], path: string): Machine =>
  machine(programs, { platform: "win32", env: { Path: path }, home: "C:\\Users\\mira" });

const missing = (setting: string, folder: string | undefined, where: Machine): string => {
  const found = findCommand(setting, folder, where);
  assert.notEqual(found.kind, "found");
  return found.kind === "found" ? "" : notFound(found);
};

test("a name is looked up on PATH, in its order", () => {
  const both = machine(["/usr/bin/storyscript", "/home/mira/.local/bin/storyscript"]);
  assert.deepEqual(findCommand("storyscript", undefined, both), { kind: "found", file: "/usr/bin/storyscript" });
  const second = machine(["/home/mira/.local/bin/storyscript"]);
  assert.deepEqual(findCommand(" storyscript ", "/w", second), {
    kind: "found",
    file: "/home/mira/.local/bin/storyscript",
  });
});

test("an empty setting is the default", () => {
  assert.deepEqual(findCommand("", undefined, machine(["/usr/bin/storyscript"])), {
    kind: "found",
    file: "/usr/bin/storyscript",
  });
});

test("a folder on PATH that is relative is passed over: the open folder starts nothing", () => {
  const where = machine(["storyscript", "bin/storyscript", "./storyscript"], { env: { PATH: ".:bin:" } });
  assert.equal(findCommand("storyscript", "/w", where).kind, "missing");
});

test("paths: whole, of the home folder, of the workspace, relative to it", () => {
  const found = (setting: string, file: string): void =>
    assert.deepEqual(findCommand(setting, "/w/my story", machine([file])), { kind: "found", file });
  found("/opt/story/bin/storyscript", "/opt/story/bin/storyscript");
  found("~/venv/bin/storyscript", "/home/mira/venv/bin/storyscript");
  found("${workspaceFolder}/.venv/bin/storyscript", "/w/my story/.venv/bin/storyscript");
  found(".venv/bin/storyscript", "/w/my story/.venv/bin/storyscript");
});

test("Windows: the ending is added, the variable may be called Path, batch files are not started", () => {
  const file = "C:\\Python\\Scripts\\storyscript.exe";
  const found = { kind: "found", file };
  assert.deepEqual(findCommand("storyscript", undefined, windows([file], 'C:\\Windows;"C:\\Python\\Scripts"')), found);
  assert.deepEqual(findCommand("storyscript.EXE", undefined, windows(["C:\\x\\storyscript.EXE"], "C:\\x")), {
    kind: "found",
    file: "C:\\x\\storyscript.EXE",
  });
  assert.deepEqual(findCommand("C:\\Python\\Scripts\\storyscript", undefined, windows([file], "")), found);
  assert.equal(findCommand("storyscript", undefined, windows(["C:\\x\\storyscript.cmd"], "C:\\x")).kind, "missing");
});

test("where it is missing, the message says what to do", () => {
  assert.equal(
    missing("storyscript", undefined, machine([])),
    "`storyscript` is not on PATH. Install storyscript with its extra `lsp`, or say in the setting `storyscript.command` where it is.",
  );
  assert.equal(
    missing("~/bin/storyscript", undefined, machine([], { env: {} })),
    "There is no program `/home/mira/bin/storyscript`. Install storyscript with its extra `lsp`, or say in the setting `storyscript.command` where it is.",
  );
  assert.equal(
    missing("${workspaceFolder}/bin/storyscript", undefined, machine([])),
    "`storyscript.command` is `${workspaceFolder}/bin/storyscript`, and no folder is open. Open one, or give a whole path.",
  );
});
