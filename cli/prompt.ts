import { createInterface } from "node:readline/promises";
import { StoppedError } from "./errors";

const keys = { ctrlC: "\u0003", ctrlD: "\u0004", erase: "\u007f\b", enter: "\r\n", escape: "\u001b" } as const;

/** What arrow and function keys send, and what a terminal puts around what is pasted. */
const sequences = new RegExp(`${keys.escape}(\\[[0-?]*[ -/]*[@-~]|O[ -~]|[ -~])?`, "g");

/** Where secrets are read from: a terminal that shows nothing of them, or the lines of a pipe. */
export interface HiddenInput {
  /**
   * Asks for one secret. On a terminal the question is shown, and the answer is not.
   *
   * @returns one line as it was given, spaces too; undefined at the end of the input
   * @throws StoppedError on Ctrl-C
   */
  next(question: string): Promise<string | undefined>;
  close(): void;
}

/** Reads secrets from standard input: they are in no argument, so in no list of processes and no shell's history. */
export function hiddenInput(signal: AbortSignal, input: NodeJS.ReadStream = process.stdin): HiddenInput {
  if (input.isTTY) {
    const ahead: Ahead = { text: "" };
    return { next: (question) => readHidden(question, signal, input, ahead), close: () => undefined };
  }
  // One reader for all of a pipe: another one would miss what the first has read ahead.
  const reader = createInterface({ input, signal, crlfDelay: Number.POSITIVE_INFINITY });
  const lines = reader[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { done, value } = await lines.next();
      if (signal.aborted) throw new StoppedError();
      return done ? undefined : value;
    },
    close: () => reader.close(),
  };
}

/** What was pasted behind the line that was asked for: the next question's. */
interface Ahead {
  text: string;
}

/** One line from a terminal in raw mode, where the terminal shows nothing and Ctrl-C is a key like any other. */
function readHidden(
  question: string,
  signal: AbortSignal,
  input: NodeJS.ReadStream,
  ahead: Ahead,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new StoppedError());
    let line = "";
    const end = (finish: () => void): void => {
      signal.removeEventListener("abort", stop);
      input.off("data", take);
      input.setRawMode(false);
      input.pause();
      process.stderr.write("\n");
      finish();
    };
    const stop = (): void => end(() => reject(new StoppedError()));
    const take = (data: Buffer | string): void => {
      const text = String(data).replace(sequences, "");
      for (let at = 0; at < text.length; at++) {
        const key = text.charAt(at);
        // As the terminal would have done: then the run ends as one that was stopped.
        if (key === keys.ctrlC) {
          process.kill(process.pid, "SIGINT");
          return;
        }
        if (key === keys.ctrlD && line === "") {
          end(() => resolve(undefined));
          return;
        }
        if (keys.enter.includes(key)) {
          const crlf = key === "\r" && text.charAt(at + 1) === "\n";
          ahead.text = text.slice(at + (crlf ? 2 : 1));
          end(() => resolve(line));
          return;
        }
        if (keys.erase.includes(key)) line = line.slice(0, -1);
        else if (key >= " ") line += key;
      }
    };
    process.stderr.write(question);
    input.setRawMode(true);
    input.resume();
    input.on("data", take);
    signal.addEventListener("abort", stop, { once: true });
    const { text } = ahead;
    ahead.text = "";
    take(text);
  });
}
