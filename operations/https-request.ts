import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Readable } from "node:stream";

/** Adds to a request what a server asks for that stands before the one meant: TLS settings, an agent, a header. */
export type Authorize = (options: RequestOptions) => Promise<void>;

/** One HTTP request with its own certificate authority. */
export interface HttpsRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  /** Certificates to trust, PEM. @default - those that Node trusts */
  readonly ca?: string;
  /** Name that the server's certificate must have. @default - the host of the URL */
  readonly serverName?: string;
  /** Client certificate and key, PEM. @default - none */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Runs before each request. @default - nothing is added */
  readonly authorize?: Authorize;
  /** Time without any byte, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /** Ends the request. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** Sends a request. @returns the answer once its head is there, whatever its status; rejects only when there is none */
export async function sendRequest(request: HttpsRequest, body?: string | Readable): Promise<IncomingMessage> {
  const url = new URL(request.url);
  const options: RequestOptions = {
    method: request.method,
    agent: false,
    ca: request.ca,
    servername: request.serverName,
    cert: request.client?.certificate,
    key: request.client?.key,
    timeout: request.timeoutMs ?? 30_000,
    signal: request.signal,
    headers: { ...request.headers },
  };
  await request.authorize?.(options);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(url, options, resolve);
    sent.on("timeout", () => sent.destroy(new Error(`no answer from ${url.host}`)));
    sent.on("error", reject);
    if (body === undefined || typeof body === "string") {
      sent.end(body);
      return;
    }
    body.on("error", (error) => sent.destroy(error));
    body.pipe(sent);
  });
}

/** The whole body of an answer. */
export async function readBody(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
