import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** A request to a server on this machine. */
export interface JsonRequest {
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
  /** Sent as JSON. @default - no body */
  readonly body?: unknown;
  /** @default 30000 */
  readonly timeoutMs?: number;
}

export interface JsonResponse {
  readonly status: number;
  /** The parsed body; the text itself when it is not JSON; undefined when it is empty. */
  readonly body: unknown;
}

/** One HTTP request with its own certificate authority, which the global `fetch` cannot take. Rejects only when there is no answer. */
export function requestJson(options: JsonRequest): Promise<JsonResponse> {
  const payload = options.body === undefined ? undefined : JSON.stringify(options.body);
  const url = new URL(options.url);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: options.method,
        agent: false,
        ca: options.ca,
        servername: options.serverName,
        cert: options.client?.certificate,
        key: options.client?.key,
        timeout: options.timeoutMs ?? 30_000,
        headers: {
          accept: "application/json",
          ...(payload === undefined
            ? {}
            : { "content-type": "application/json", "content-length": String(Buffer.byteLength(payload)) }),
          ...options.headers,
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode ?? 0, body: text === "" ? undefined : parse(text) });
        });
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url.host}`)));
    request.on("error", reject);
    request.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
