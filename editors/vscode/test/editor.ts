// As much of the editor's interface as the extension needs to run outside of it: what it shows is kept, documents are
// what a test says, and everything that nobody asks about does nothing.

import { EventEmitter as NodeEmitter } from "node:events";
import { readFileSync } from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { pathToFileURL, fileURLToPath } from "node:url";
import { ROOT } from "./tokens";

type Listener = (value: unknown) => unknown;

export class Uri {
  private constructor(private readonly text: string) {}
  readonly query = "";
  readonly fragment = "";
  get scheme(): string {
    return this.text.slice(0, this.text.indexOf(":"));
  }
  get fsPath(): string {
    return this.scheme === "file" ? fileURLToPath(this.text) : this.text;
  }
  get path(): string {
    return this.fsPath;
  }
  toString(): string {
    return this.text;
  }
  static file(file: string): Uri {
    return new Uri(pathToFileURL(file).href);
  }
  static parse(text: string): Uri {
    return new Uri(text);
  }
  static joinPath(uri: Uri, ...names: string[]): Uri {
    return Uri.file(path.join(uri.fsPath, ...names));
  }
}

class Disposable {
  constructor(private readonly undo: () => unknown = () => undefined) {}
  dispose(): void {
    this.undo();
  }
  static from(...all: Disposable[]): Disposable {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }
}

class EventEmitter {
  private readonly inner = new NodeEmitter();
  readonly event = (listener: Listener, self?: unknown): Disposable => {
    const bound = self === undefined ? listener : listener.bind(self);
    this.inner.on("event", bound);
    return new Disposable(() => this.inner.off("event", bound));
  };
  fire(value: unknown): void {
    this.inner.emit("event", value);
  }
  dispose(): void {
    this.inner.removeAllListeners();
  }
}

class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(line: number, character: number, endLine: number, endCharacter: number) {
    this.start = new Position(line, character);
    this.end = new Position(endLine, endCharacter);
  }
}

class Diagnostic {
  code: unknown;
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}

class CodeActionKind {
  constructor(readonly value: string) {}
  static readonly Empty = new CodeActionKind("");
  append(part: string): CodeActionKind {
    return new CodeActionKind(this.value === "" ? part : `${this.value}.${part}`);
  }
}

class InlayHint {
  constructor(
    readonly position: Position,
    readonly label: string,
  ) {}
}

class CodeLens {
  command: { title: string } | undefined;
  constructor(readonly range: Range) {}
}

// What the library registers for hints and lenses, as far as a test asks it.
interface Provider {
  onDidChangeInlayHints?: (listener: Listener) => Disposable;
  onDidChangeCodeLenses?: (listener: Listener) => Disposable;
  provideInlayHints?: (document: Document, range: Range, token: unknown) => Promise<InlayHint[]>;
  provideCodeLenses?: (document: Document, token: unknown) => Promise<CodeLens[]>;
}

type Table = { [name: string]: unknown };

// The settings that the extension contributes, with their defaults, as tables.
function defaults(): Table {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    contributes: { configuration: { properties: Record<string, { default: unknown }> } };
  };
  const settings: Table = {};
  for (const [name, { default: value }] of Object.entries(manifest.contributes.configuration.properties)) {
    put(settings, name, value);
  }
  return settings;
}

function put(table: Table, name: string, value: unknown): void {
  const words = name.split(".");
  const last = words.pop() ?? "";
  for (const word of words) table = (table[word] ??= {}) as Table;
  if (!(last in table) || !isTable(table[last])) table[last] = value;
  else throw new Error(`${name} is a table`);
}

const isTable = (value: unknown): value is Table => typeof value === "object" && value !== null;
const part = (table: unknown, name: string): unknown =>
  name.split(".").reduce((inner, word) => (isTable(inner) ? inner[word] : undefined), table);

export interface Document {
  readonly uri: Uri;
  readonly languageId: string;
  readonly version: number;
  readonly isClosed: boolean;
  readonly isDirty: boolean;
  getText(): string;
}

export function story(file: string, text: string): Document {
  return { uri: Uri.file(file), languageId: "story", version: 1, isClosed: false, isDirty: false, getText: () => text };
}

// Where a server ends while it is spoken to, the client library leaves promises behind that nobody waits for. The editor
// notes them and goes on; a test fails for any others.
const LEFT_BEHIND = /Pending response rejected|Connection is disposed|Connection got disposed|Client is not running|stream was destroyed/;
function passOverWhatIsLeftBehind(): void {
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => {
    if (!LEFT_BEHIND.test(String(error))) throw error;
  });
}

/** An editor with one extension in it. */
export class Editor {
  readonly errors: { message: string; ways: string[] }[] = [];
  readonly problems = new Map<string, { code: unknown; line: number; message: string }[]>();
  readonly commands = new Map<string, () => Promise<void>>();
  output = "";
  /** What the extension has asked the editor to do: the command and what it was given. */
  readonly done: string[][] = [];
  /** Which of the ways out of an error the writer takes. */
  way: string | undefined;
  /** Commands that the editor does not have. */
  readonly unknown = new Set<string>();
  /** How often hints and lenses were to be asked for again. */
  readonly refreshed = { hints: 0, lenses: 0 };
  private readonly settings = defaults();
  private readonly changes = new EventEmitter();
  private hints: Provider | undefined;
  private lenses: Provider | undefined;
  private extension: { activate(context: unknown): Promise<void>; deactivate(): Promise<void> } | undefined;

  constructor(
    private readonly folder: string,
    private readonly documents: Document[],
  ) {}

  async activate(): Promise<void> {
    passOverWhatIsLeftBehind();
    const bundle = path.join(ROOT, "dist/extension.js");
    const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
    const before = loader._load;
    const vscode = this.vscode();
    loader._load = (name, ...rest) => (name === "vscode" ? vscode : before(name, ...rest));
    try {
      delete require.cache[bundle];
      this.extension = require(bundle) as NonNullable<typeof this.extension>;
    } finally {
      loader._load = before;
    }
    await this.extension.activate({ subscriptions: [], extensionUri: Uri.file(ROOT) });
  }

  /** Sets settings as the writer would: by their names, with `storyscript.`. */
  set(values: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(values)) put(this.settings, name, value);
    const names = Object.keys(values);
    this.changes.fire({
      affectsConfiguration: (section: string) => names.some((name) => `${name}.`.startsWith(`${section}.`)),
    });
  }

  /** What the hints and the lenses of a text say; undefined where the server has not begun. */
  async beside(document: Document): Promise<{ hints: string[]; lenses: string[] } | undefined> {
    const token = { isCancellationRequested: false, onCancellationRequested: () => new Disposable() };
    const hints = await this.hints?.provideInlayHints?.(document, new Range(0, 0, 999, 0), token);
    const lenses = await this.lenses?.provideCodeLenses?.(document, token);
    if (hints === undefined || lenses === undefined) return undefined;
    return { hints: hints.map((one) => one.label), lenses: lenses.map((one) => one.command?.title ?? "") };
  }

  async deactivate(): Promise<void> {
    await this.extension?.deactivate();
  }

  /** Waits until something holds. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const end = Date.now() + 60_000;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`waited in vain for ${what}; output:\n${this.output}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  private vscode(): unknown {
    const channel = {
      append: (text: string) => {
        this.output += text;
      },
      appendLine: (text: string) => channel.append(`${text}\n`),
    };
    const problems = {
      set: (uri: Uri, all: Diagnostic[] | undefined) => {
        const shown = (all ?? []).map((one) => ({ code: one.code, line: one.range.start.line, message: one.message }));
        this.problems.set(uri.toString(), shown);
      },
    };
    const folder = { uri: Uri.file(this.folder), name: path.basename(this.folder), index: 0 };
    return quiet({
      version: "1.82.0",
      Uri,
      Disposable,
      EventEmitter,
      Position,
      Range,
      Diagnostic,
      CodeActionKind,
      InlayHint,
      CodeLens,
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      CancellationTokenSource: class {
        readonly token = { isCancellationRequested: false, onCancellationRequested: () => new Disposable() };
      },
      env: quiet({ appName: "a test", language: "en" }),
      window: quiet({
        createOutputChannel: () => quiet(channel),
        showErrorMessage: (message: string, ...ways: string[]) => {
          this.errors.push({ message, ways });
          return Promise.resolve(this.way);
        },
        activeTextEditor: undefined,
        visibleTextEditors: [],
        tabGroups: quiet({ all: [] }),
      }),
      commands: quiet({
        registerCommand: (name: string, run: () => Promise<void>) => {
          this.commands.set(name, run);
          return new Disposable();
        },
        executeCommand: (name: string, ...given: unknown[]) => {
          this.done.push([name, ...given.map(String)]);
          return this.unknown.has(name) ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve();
        },
      }),
      languages: quiet({
        registerInlayHintsProvider: (_: unknown, provider: Provider) => {
          this.hints = provider;
          return provider.onDidChangeInlayHints?.(() => this.refreshed.hints++) ?? new Disposable();
        },
        registerCodeLensProvider: (_: unknown, provider: Provider) => {
          this.lenses = provider;
          return provider.onDidChangeCodeLenses?.(() => this.refreshed.lenses++) ?? new Disposable();
        },
        createDiagnosticCollection: () => quiet(problems),
        match: (_: unknown, document: Document) => (document.languageId === "story" ? 10 : 0),
      }),
      workspace: quiet({
        workspaceFolders: [folder],
        getWorkspaceFolder: () => folder,
        textDocuments: this.documents,
        notebookDocuments: [],
        onDidChangeConfiguration: this.changes.event,
        getConfiguration: (section?: string) => ({
          get: (key: string, otherwise: unknown) =>
            part(section === undefined ? this.settings : part(this.settings, section), key) ?? otherwise,
        }),
      }),
    });
  }
}

// An object of which every member that it does not have is a class and a function that do nothing.
function quiet(known: object): unknown {
  const nothing = (): unknown =>
    new Proxy(class extends Disposable {}, {
      apply: () => new Disposable(),
      get: (target, name) => (name in target ? (target as never)[name] : undefined),
    });
  return new Proxy(known, {
    get: (target, name) => {
      if (name in target || typeof name === "symbol" || name === "then") return (target as never)[name];
      return nothing();
    },
  });
}
