import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { RehearsalResult } from "./result";

/** What the isolated part of a rehearsal tells the part outside, one JSON document per line. */
export type Message =
  | { readonly type: "step-begins"; readonly title: string }
  | { readonly type: "line"; readonly line: string }
  | { readonly type: "step-ends" }
  | { readonly type: "failed"; readonly message: string; readonly expected: boolean }
  | { readonly type: "ready"; readonly result: RehearsalResult }
  | { readonly type: "result"; readonly result: RehearsalResult };

/** Sends a message to the outside. */
export function send(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Reads messages from pieces of output; what is no message is given to `other`, such as a crash's last words. */
export function messageReader(onMessage: (message: Message) => void, other: (line: string) => void) {
  const input = new PassThrough();
  createInterface({ input }).on("line", (line) => {
    const message = parse(line);
    if (message) {
      onMessage(message);
    } else {
      other(line);
    }
  });
  return (text: string): void => {
    input.write(text);
  };
}

function parse(line: string): Message | undefined {
  if (!line.startsWith('{"type":')) {
    return undefined;
  }
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
