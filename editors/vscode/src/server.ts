// The language server's process: started here rather than by the client library, so that how it ends can be told.

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { EventEmitter, once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Ending } from "./messages";

/** How much of what a server writes to standard error is kept, in characters. */
const KEPT = 8192;

/** A running language server. */
export class Server {
  private readonly events = new EventEmitter();
  private kept = "";
  private over: Ending | undefined;

  private constructor(private readonly process: ChildProcessWithoutNullStreams) {
    process.stderr.setEncoding("utf8");
    process.stderr.on("data", (text: string) => {
      this.kept = (this.kept + text).slice(-KEPT);
      this.events.emit("words", text);
    });
    // A server that is gone takes no more words; how it went is told once, by its end.
    process.stdin.on("error", () => undefined);
    process.on("close", (code, signal) => {
      this.over = { code, signal, stderr: this.kept };
      this.events.emit("end");
    });
  }

  /**
   * Starts `FILE lsp`.
   *
   * @param folder where it works.
   * @throws the system's error where the file cannot be run.
   */
  static async start(file: string, folder: string | undefined): Promise<Server> {
    const process = spawn(file, ["lsp"], {
      ...(folder === undefined ? {} : { cwd: folder }),
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const server = new Server(process);
    await once(process, "spawn");
    return server;
  }

  /** What it says. */
  get reader(): Readable {
    return this.process.stdout;
  }

  /** What is said to it. */
  get writer(): Writable {
    return this.process.stdin;
  }

  /** Calls back with each piece that it writes to standard error. */
  onWords(callback: (text: string) => void): void {
    this.events.on("words", callback);
  }

  /**
   * Waits for its end.
   *
   * @param patience for how long, in milliseconds.
   * @returns how it ended, or undefined where it still runs.
   */
  async ended(patience: number): Promise<Ending | undefined> {
    if (this.over === undefined) {
      const waiting = AbortSignal.timeout(patience);
      await once(this.events, "end", { signal: waiting }).catch(() => undefined);
    }
    return this.over;
  }

  /** Ends it, if it has not ended within a time (in milliseconds) by itself. */
  async stop(patience: number): Promise<void> {
    if ((await this.ended(patience)) === undefined) this.process.kill("SIGKILL");
  }
}
