// What to say where there is no language server: what is wrong in one sentence, and what to do in the next.

import type { Found } from "./command";

export const INSTALL = "storyscript with its extra `lsp`";

/** How a server that ended was. */
export interface Ending {
  /** The exit code; null where a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it, or null. */
  readonly signal: string | null;
  /** What it wrote to standard error, or the last of it. */
  readonly stderr: string;
}

/** What a server that never answered says of itself. */
export interface Trouble {
  readonly message: string;
  /** Whether the same would happen again, so that starting it again is no use. */
  readonly final: boolean;
}

/** The message for a program that was not found. */
export function notFound(found: Exclude<Found, { kind: "found" }>): string {
  if (found.kind === "no folder") {
    return `\`storyscript.command\` is \`${found.setting}\`, and no folder is open. Open one, or give a whole path.`;
  }
  const where = /[/\\]/.test(found.name) ? `There is no program \`${found.name}\`.` : `\`${found.name}\` is not on PATH.`;
  return `${where} Install ${INSTALL}, or say in the setting \`storyscript.command\` where it is.`;
}

/** The message for a program that could not be started at all. */
export function notStarted(file: string, error: NodeJS.ErrnoException): string {
  const why = error.code === "EACCES" ? "it may not be run" : (error.code ?? error.message);
  return `\`${file}\` cannot be started: ${why}. The setting \`storyscript.command\` says which program it is.`;
}

/** What to say of a server that ended, where that was not asked for. */
export function ended(file: string, ending: Ending): Trouble {
  const said = lastWords(ending.stderr);
  if (/no command `?lsp`?/.test(said)) {
    return {
      message: `\`${file}\` is too old to be a language server. Bring it up to date: install ${INSTALL}.`,
      final: true,
    };
  }
  if (/extra `lsp`/.test(said) || /No module named '?(pygls|lsprotocol)/.test(said)) {
    return {
      message: `\`${file}\` lacks what a language server needs. Install ${INSTALL}.`,
      final: true,
    };
  }
  const how = ending.signal === null ? `with exit code ${ending.code ?? "unknown"}` : `by ${ending.signal}`;
  // 2 is the program's word for being used wrongly; 126 and 127 are a shell's for what it cannot run.
  const final = ending.code === 2 || ending.code === 126 || ending.code === 127;
  return { message: `The language server \`${file}\` ended ${how}${said === "" ? "." : `: ${said}`}`, final };
}

/** The last line of some output that says anything, without the program's name before it. */
export function lastWords(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return (lines[lines.length - 1] ?? "").trim().replace(/^storyscript: /, "");
}
