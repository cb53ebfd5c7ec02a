import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { VaultClient } from "../../../operations/vault/client";

/** An answer of a server that only a test knows. */
export interface FakeAnswer {
  readonly status?: number;
  /** JSON, unless it is a buffer. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Below `/v1/`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** The body as it came. */
  readonly text: string;
  readonly headers: IncomingMessage["headers"];
}

/** Something that answers as Vault's HTTP API does. */
export interface FakeVault {
  readonly client: VaultClient;
  readonly address: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** Starts a server on this machine; what `answer` leaves open is answered with 404. */
export async function fakeVault(answer: (request: SeenRequest) => FakeAnswer | undefined): Promise<FakeVault> {
  const seen: SeenRequest[] = [];
  const server: Server = createServer((request, response) => void respond(request, response, seen, answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    client: new VaultClient({ address }),
    address,
    seen,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  seen: SeenRequest[],
  answer: (request: SeenRequest) => FakeAnswer | undefined,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  const json = request.headers["content-type"] === "application/json";
  const received = {
    method: request.method ?? "",
    path: (request.url ?? "").replace(/^\/v1\//, ""),
    body: json && text !== "" ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : undefined,
    text,
    headers: request.headers,
  };
  seen.push(received);
  const { status = 200, body, headers = {} } = answer(received) ?? { status: 404, body: { errors: [] } };
  response.writeHead(status, headers);
  response.end(Buffer.isBuffer(body) ? body : body === undefined ? undefined : JSON.stringify(body));
}
