// Which program is the language server: found by the extension itself, so that it can say what is missing.

import * as path from "node:path";

/** What finding a program asks of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Whether there is a file that may be run. */
  isProgram(file: string): boolean;
}

export type Found =
  | { readonly kind: "found"; readonly file: string }
  | { readonly kind: "missing"; readonly name: string }
  | { readonly kind: "no folder"; readonly setting: string };

const FOLDER = "${workspaceFolder}";

/**
 * Finds the program that the setting `storyscript.command` names.
 *
 * @param setting a name to look up on `PATH`, or a path.
 * @param folder the first folder of the workspace, if one is open.
 */
export function findCommand(setting: string, folder: string | undefined, machine: Machine): Found {
  const paths = machine.platform === "win32" ? path.win32 : path.posix;
  let wanted = setting.trim() || "storyscript";
  if (wanted.includes(FOLDER)) {
    if (folder === undefined) return { kind: "no folder", setting: wanted };
    wanted = wanted.split(FOLDER).join(folder);
  }
  if (wanted === "~" || wanted.startsWith("~/") || wanted.startsWith("~\\")) {
    wanted = paths.join(machine.home, wanted.slice(1));
  }
  const places = hasFolder(wanted, machine) ? [absolute(wanted, folder, paths)] : onPath(wanted, machine, paths);
  for (const place of places) {
    for (const file of spellings(place, machine, paths)) {
      if (machine.isProgram(file)) return { kind: "found", file };
    }
  }
  return { kind: "missing", name: wanted };
}

function hasFolder(name: string, machine: Machine): boolean {
  return name.includes("/") || (machine.platform === "win32" && (name.includes("\\") || name.includes(":")));
}

function absolute(name: string, folder: string | undefined, paths: path.PlatformPath): string {
  return paths.isAbsolute(name) || folder === undefined ? name : paths.join(folder, name);
}

// Relative entries of PATH would find programs in whatever folder is open, so they are passed over.
function onPath(name: string, machine: Machine, paths: path.PlatformPath): string[] {
  const key = Object.keys(machine.env).find((one) =>
    machine.platform === "win32" ? one.toUpperCase() === "PATH" : one === "PATH",
  );
  const folders = (key === undefined ? "" : (machine.env[key] ?? "")).split(paths.delimiter);
  return folders
    .map((one) => one.replace(/^"(.*)"$/, "$1"))
    .filter((one) => paths.isAbsolute(one))
    .map((one) => paths.join(one, name));
}

// On Windows pip makes a `.exe`; a batch file cannot be started without a shell.
function spellings(file: string, machine: Machine, paths: path.PlatformPath): string[] {
  if (machine.platform !== "win32") return [file];
  return [".exe", ".com"].includes(paths.extname(file).toLowerCase()) ? [file] : [`${file}.exe`, `${file}.com`];
}
