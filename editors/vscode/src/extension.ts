// The extension: starts the language server for stories, and says what to do where that is not possible.

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  State,
  type CloseHandlerResult,
  type StreamInfo,
} from "vscode-languageclient/node";
import { findCommand, type Machine } from "./command";
import { ended, INSTALL, notFound, notStarted } from "./messages";
import { Server } from "./server";

/** How often a server that ends by itself is started again, within how long (in milliseconds). */
const RESTARTS = { most: 4, within: 180_000 };
/** How long a server whose pipes are closed may take to end, in milliseconds. */
const PATIENCE = 2_000;

let output: vscode.OutputChannel;
// The extension's own page, which says how the server is installed.
let readme: vscode.Uri;
let session: Session | undefined;
// One thing after another: a restart waits for the start before it.
let turn: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("storyscript");
  readme = vscode.Uri.joinPath(context.extensionUri, "README.md");
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("storyscript.restart", () => inTurn(restart)),
    vscode.commands.registerCommand("storyscript.showOutput", () => output.show(true)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("storyscript.command")) void inTurn(restart);
      else if (change.affectsConfiguration("storyscript")) void inTurn(async () => session?.tellSettings());
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => inTurn(restart)),
  );
  await inTurn(start);
}

export async function deactivate(): Promise<void> {
  await inTurn(stop);
}

function inTurn(step: () => Promise<void>): Promise<void> {
  turn = turn.then(step, step);
  return turn;
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function stop(): Promise<void> {
  const running = session;
  session = undefined;
  await running?.stop();
}

async function start(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.find((one) => one.uri.scheme === "file")?.uri.fsPath;
  const setting = vscode.workspace.getConfiguration("storyscript").get<string>("command", "storyscript");
  const found = findCommand(setting, folder, machine());
  if (found.kind !== "found") {
    tell(notFound(found));
    return;
  }
  const starting = new Session(found.file, folder);
  session = starting;
  if (!(await starting.start()) && session === starting) session = undefined;
}

/** The client with the server that it talks to, over its restarts. */
class Session {
  private server: Server | undefined;
  private client: LanguageClient | undefined;
  private readonly restarts: number[] = [];
  private running = false;
  // Whether it has ended for good, so that the end of the server is no reason to start another.
  private over = false;

  constructor(
    private readonly file: string,
    private readonly folder: string | undefined,
  ) {}

  /** Starts both; false where that failed, and was told. */
  async start(): Promise<boolean> {
    try {
      await this.startServer();
    } catch (error) {
      tell(notStarted(this.file, error as NodeJS.ErrnoException));
      return false;
    }
    let first = true;
    const connect = async (): Promise<StreamInfo> => {
      if (!first) await this.startServer();
      first = false;
      if (this.server === undefined) throw new Error("there is no server");
      return { reader: this.server.reader, writer: this.server.writer };
    };
    this.client = new QuietClient("storyscript", "storyscript", connect, {
      documentSelector: [
        { scheme: "file", language: "story" },
        { scheme: "untitled", language: "story" },
      ],
      outputChannel: output,
      // With the first word, so that nothing is shown that is not wanted; asked anew wherever a server is started again.
      initializationOptions: settings,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
      // What went wrong is told once, below, in our own words.
      initializationFailedHandler: (error) => {
        if (this.running && !this.over) {
          this.over = true;
          tell(`The language server does not start again: ${String(error)}`);
          void this.server?.stop(0);
        }
        return false;
      },
    });
    let failure: unknown;
    try {
      await this.client.start();
    } catch (error) {
      failure = error;
    }
    // Where the server ends before it answers, the library may say that all is well.
    this.running = failure === undefined && this.client.isRunning();
    if (this.running) return true;
    this.over = true;
    const ending = await this.server?.ended(PATIENCE);
    tell(ending === undefined ? `The language server does not start: ${String(failure)}` : ended(this.file, ending).message);
    await this.server?.stop(0);
    return false;
  }

  /** Tells the server what the writer has set by now. */
  async tellSettings(): Promise<void> {
    // A client that has given up has nobody to tell.
    if (this.over || this.client === undefined || this.client.state === State.Stopped) return;
    try {
      await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: settings() });
    } catch (error) {
      output.appendLine(`The language server was not told of the settings: ${String(error)}`);
    }
  }

  /** Ends both. */
  async stop(): Promise<void> {
    this.over = true;
    try {
      await this.client?.dispose();
    } catch (error) {
      output.appendLine(`The language server did not end as asked: ${String(error)}`);
    }
    await this.server?.stop(PATIENCE);
  }

  private async startServer(): Promise<void> {
    output.appendLine(`Starting ${this.file} lsp`);
    this.server = await Server.start(this.file, this.folder);
    this.server.onWords((text) => output.append(text));
  }

  /** What to do about a server that ended by itself: start it again, unless it would only end again. */
  private async closed(): Promise<CloseHandlerResult> {
    const giveUp = { action: CloseAction.DoNotRestart, handled: true };
    // Whoever waits for the start tells why there is none.
    if (this.over || this.client?.state === State.Starting) return giveUp;
    const ending = await this.server?.ended(PATIENCE);
    const trouble = ending && ended(this.file, ending);
    await this.server?.stop(0);
    const now = Date.now();
    this.restarts.push(now);
    while (now - (this.restarts[0] ?? now) > RESTARTS.within) this.restarts.shift();
    if (trouble?.final !== true && this.restarts.length <= RESTARTS.most) {
      output.appendLine(`${trouble?.message ?? "The language server is gone."} It is started again.`);
      return { action: CloseAction.Restart, handled: true };
    }
    tell(trouble?.message ?? "The language server is gone.");
    return giveUp;
  }
}

/** A client whose own complaints go to the output alone: what a writer can do about them is told by `tell`. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Shows what is wrong, with the ways out. Stories keep their colours and snippets meanwhile. */
function tell(message: string): void {
  output.appendLine(message);
  const install = "How to install it";
  const setting = "Open the setting";
  const show = "Show the output";
  const ways = message.includes(INSTALL) ? [install, setting, show] : [setting, show];
  void vscode.window.showErrorMessage(message, ...ways).then(async (way) => {
    if (way === install) await showReadme();
    if (way === setting) await vscode.commands.executeCommand("workbench.action.openSettings", "storyscript.command");
    if (way === show) output.show(true);
  });
}

// What the writer has set, as the server takes it.
function settings(): unknown {
  return { storyscript: vscode.workspace.getConfiguration().get("storyscript") };
}

async function showReadme(): Promise<void> {
  try {
    await vscode.commands.executeCommand("markdown.showPreview", readme);
  } catch {
    // The editor's own extension for Markdown can be switched off.
    await vscode.commands.executeCommand("vscode.open", readme);
  }
}

function machine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    isProgram: (file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    },
  };
}
