import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

/** Longest wait for a host's first answer. */
const connectSeconds = 5;
/** Longest pause in the middle of a download. */
const stallSeconds = 60;

/** What one attempt to fetch a file came to. */
export type FetchResult =
  | { readonly state: "done" }
  /** The host answered that it has no such file. */
  | { readonly state: "refused"; readonly reason: string }
  /** The host did not answer, or stopped in the middle. */
  | { readonly state: "unreachable"; readonly reason: string };

/** Settings of a {@link Network}. */
export interface NetworkOptions {
  /**
   * Address put in the place of scheme and host of every download.
   *
   * @default - the official hosts
   */
  readonly releaseBase?: string;
  /**
   * Ends every request.
   *
   * @default - none
   */
  readonly signal?: AbortSignal;
}

/**
 * Downloads with a short wait. A host that did not answer is not asked again by the same object, so that a machine
 * without a network waits once and not once for each tool.
 */
export class Network {
  private readonly unreachable = new Map<string, string>();

  constructor(private readonly options: NetworkOptions = {}) {}

  /** Whether something answers at an address, whatever it says. */
  async answers(address: string): Promise<boolean> {
    const response = await this.request(address, "HEAD");
    return response instanceof Response;
  }

  /** Fetches a small text. */
  async text(address: string): Promise<{ readonly text: string } | Exclude<FetchResult, { state: "done" }>> {
    const response = await this.request(address, "GET");
    if (!(response instanceof Response)) {
      return { state: "unreachable", reason: response };
    }
    if (!response.ok) {
      await response.body?.cancel();
      return { state: "refused", reason: `${this.resolve(address)} answers ${response.status}` };
    }
    try {
      return { text: await response.text() };
    } catch (error) {
      return this.lost(address, error);
    }
  }

  /** Fetches a file. A partial file is left behind when the host stops in the middle. */
  async file(address: string, target: string): Promise<FetchResult> {
    const response = await this.request(address, "GET");
    if (!(response instanceof Response)) {
      return { state: "unreachable", reason: response };
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      return { state: "refused", reason: `${this.resolve(address)} answers ${response.status}` };
    }
    const stalled = new AbortController();
    const stop = () => stalled.abort(new Error(`nothing came for ${stallSeconds} s`));
    let timer = setTimeout(stop, stallSeconds * 1000);
    const watch = new Transform({
      transform(chunk, _encoding, done) {
        clearTimeout(timer);
        timer = setTimeout(stop, stallSeconds * 1000);
        done(null, chunk);
      },
    });
    try {
      const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      await pipeline(body, watch, createWriteStream(target), { signal: stalled.signal });
      return { state: "done" };
    } catch (error) {
      return this.lost(address, error);
    } finally {
      clearTimeout(timer);
    }
  }

  private async request(address: string, method: "GET" | "HEAD"): Promise<Response | string> {
    const url = this.resolve(address);
    const known = this.unreachable.get(url.host);
    if (known) {
      return known;
    }
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error(`no answer in ${connectSeconds} s`)), connectSeconds * 1000);
    const abort = () => late.abort(this.options.signal?.reason);
    this.options.signal?.addEventListener("abort", abort, { once: true });
    try {
      return await fetch(url, { method, signal: late.signal });
    } catch (error) {
      this.options.signal?.throwIfAborted();
      const reason = `${url.host} is not reachable (${reasonOf(error)})`;
      this.unreachable.set(url.host, reason);
      return reason;
    } finally {
      clearTimeout(timer);
      this.options.signal?.removeEventListener("abort", abort);
    }
  }

  private lost(address: string, error: unknown): { readonly state: "unreachable"; readonly reason: string } {
    this.options.signal?.throwIfAborted();
    return { state: "unreachable", reason: `${this.resolve(address)} stopped in the middle (${reasonOf(error)})` };
  }

  private resolve(address: string): URL {
    const url = new URL(address);
    return this.options.releaseBase ? new URL(url.pathname + url.search, this.options.releaseBase) : url;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) {
    return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  }
  return String(cause);
}
