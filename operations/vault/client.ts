import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { type JsonRequest, type JsonResponse, parse, requestJson } from "../https-json";
import { type Authorize, readBody, sendRequest } from "../https-request";
import { VaultError } from "./vault-error";

export interface VaultClientOptions {
  /** URL of the server, or of a service proxy in front of it. */
  readonly address: string;
  /** Certificate to trust, PEM. @default - those that Node trusts */
  readonly ca?: string;
  /** Name that the server's certificate must have. @default - the host of the address */
  readonly serverName?: string;
  /** @default - none; {@link VaultClient.withToken} sets it */
  readonly token?: string;
  /** Further headers, for example the `authorization` of a service proxy. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** What a service proxy asks for, added to each request. @default - nothing */
  readonly authorize?: Authorize;
  /** Ends every request. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** State of a server. */
export interface VaultStatus {
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly version: string;
  /** What opens it, such as `shamir` (key shares) or `gcpckms`. */
  readonly sealType: string;
  /** Shares that open it; of the recovery keys, where a key service opens it. */
  readonly threshold: number;
}

/** What a server takes itself for. */
export type VaultRole = "active" | "standby" | "sealed" | "uninitialized";

/** Keys of a new server; never logged. */
export interface VaultKeys {
  /** Hexadecimal, as bank-vaults keeps them. */
  readonly unsealKeys: readonly string[];
  readonly rootToken: string;
}

/** The server that leads. */
export interface VaultLeader {
  /** Its API address; undefined while none is elected. */
  readonly address: string | undefined;
  /** Raft's index of what is written. */
  readonly index: number;
}

/** The making of a root token, see `sys/generate-root`. */
export interface RootAttempt {
  readonly started: boolean;
  /** Shares given. */
  readonly progress: number;
  /** Shares that are needed. */
  readonly required: number;
}

type Json = Readonly<Record<string, unknown>>;

/** The part of Vault's HTTP API that day two and the rehearsal need. Paths are without `/v1/`. */
export class VaultClient {
  constructor(private readonly options: VaultClientOptions) {}

  /** The same server, as somebody else. */
  withToken(token: string): VaultClient {
    return new VaultClient({ ...this.options, token });
  }

  /** The same server, for what must be done to the end although the run was stopped. */
  uninterrupted(): VaultClient {
    return new VaultClient({ ...this.options, signal: undefined });
  }

  /** Answers for a sealed and for an uninitialized server too. */
  async status(): Promise<VaultStatus> {
    const body = await this.send("GET", "sys/seal-status");
    return {
      initialized: body.initialized === true,
      sealed: body.sealed === true,
      version: String(body.version),
      sealType: String(body.type),
      threshold: Number(body.t ?? 0),
    };
  }

  /** Answers for a sealed and for an uninitialized server too. */
  async role(): Promise<VaultRole> {
    const answer = await this.raw("GET", "sys/health");
    const role = healthRoles.get(answer.status);
    if (role !== undefined && !isKubernetesStatus(answer.body)) return role;
    check("GET", "sys/health", answer);
    return "standby";
  }

  /** Who leads, as an open server sees it. */
  async leader(): Promise<VaultLeader> {
    const body = await this.send("GET", "sys/leader");
    const address = typeof body.leader_address === "string" ? body.leader_address : "";
    return { address: address === "" ? undefined : address, index: Number(body.raft_committed_index ?? 0) };
  }

  /** Clock of the server. */
  async serverTime(): Promise<Date | undefined> {
    const { body, date } = await this.raw("GET", "sys/seal-status");
    return isKubernetesStatus(body) ? undefined : date;
  }

  /** True when the server is open and may write. */
  async active(): Promise<boolean> {
    return (await this.role()) === "active";
  }

  /** @param kind what the shares are for: `recovery` where a key service opens the server, which then hands out no unseal keys */
  async init(shares: number, threshold: number, kind: "secret" | "recovery" = "secret"): Promise<VaultKeys> {
    const body = await this.send("PUT", "sys/init", { [`${kind}_shares`]: shares, [`${kind}_threshold`]: threshold });
    const keys = kind === "secret" ? body.keys : [];
    return { unsealKeys: (keys as readonly unknown[]).map(String), rootToken: String(body.root_token) };
  }

  /** Gives one key. @returns whether the server is still sealed */
  async unseal(key: string): Promise<boolean> {
    return (await this.send("PUT", "sys/unseal", { key })).sealed === true;
  }

  /** Forgets the keys that were given so far. */
  async resetUnseal(): Promise<void> {
    await this.send("PUT", "sys/unseal", { reset: true });
  }

  /** How far the making of a root token is. */
  async rootAttempt(): Promise<RootAttempt> {
    return rootAttemptOf(await this.send("GET", "sys/generate-root/attempt"));
  }

  /** Begins to make a root token; the one-time password is Vault's. */
  async startRootAttempt(): Promise<{ readonly nonce: string; readonly otp: string }> {
    const body = await this.send("PUT", "sys/generate-root/attempt", {});
    return { nonce: String(body.nonce), otp: String(body.otp) };
  }

  /** Gives one share. */
  async updateRootAttempt(
    key: string,
    nonce: string,
  ): Promise<{ readonly complete: boolean; readonly encodedToken: string }> {
    const body = await this.send("PUT", "sys/generate-root/update", { key, nonce });
    return { complete: body.complete === true, encodedToken: String(body.encoded_token || body.encoded_root_token) };
  }

  async cancelRootAttempt(): Promise<void> {
    await this.send("DELETE", "sys/generate-root/attempt");
  }

  /** Ends the client's own token. */
  async revokeSelf(): Promise<void> {
    await this.send("PUT", "auth/token/revoke-self", {});
  }

  /** Logs in with a service-account token. @returns a token of Vault */
  async loginKubernetes(role: string, jwt: string, path = "kubernetes"): Promise<string> {
    const body = await this.send("POST", `auth/${path}/login`, { role, jwt });
    return String((body.auth as Json | undefined)?.client_token);
  }

  /** Logs in with a user's password. @returns a token of Vault */
  async loginUserpass(user: string, password: string, path = "userpass"): Promise<string> {
    const body = await this.send("PUT", `auth/${path}/login/${user}`, { password });
    return String((body.auth as Json | undefined)?.client_token);
  }

  /** Ends a login by OIDC with what the identity provider sent the browser back with. @returns a token of Vault */
  async loginOidc(answer: { readonly state: string; readonly code: string }, path = "oidc"): Promise<string> {
    const body = await this.send("GET", `auth/${path}/oidc/callback?${new URLSearchParams({ ...answer })}`);
    return String((body.auth as Json | undefined)?.client_token);
  }

  /** @returns the answer's `data`; undefined when there is nothing at the path */
  async get(path: string): Promise<Json | undefined> {
    const answer = await this.raw("GET", path);
    if (answer.status === 404) return undefined;
    return (check("GET", path, answer).data as Json | undefined) ?? {};
  }

  /** @returns the names at a path, none when there is nothing */
  async list(path: string): Promise<readonly string[]> {
    // A query and not the method LIST, which a service proxy does not let through.
    const answer = await this.raw("GET", `${path}?list=true`);
    if (answer.status === 404) return [];
    return ((check("GET", path, answer).data as Json | undefined)?.keys as readonly string[] | undefined) ?? [];
  }

  async put(path: string, body: Json): Promise<Json> {
    return this.send("PUT", path, body);
  }

  async delete(path: string): Promise<void> {
    await this.send("DELETE", path);
  }

  /** The body of an answer as it comes, for what does not fit in memory. */
  async download(path: string): Promise<IncomingMessage> {
    const answer = await sendRequest({ ...this.request("GET", path), timeoutMs: longTimeoutMs });
    if (answer.statusCode !== 200) await refuse("GET", path, answer);
    return answer;
  }

  /** Sends a body as it comes. @param length number of its bytes */
  async upload(path: string, body: Readable, length: number): Promise<void> {
    const request = this.request("POST", path);
    const headers = { ...request.headers, "content-length": String(length) };
    const answer = await sendRequest({ ...request, headers, timeoutMs: longTimeoutMs }, body);
    if ((answer.statusCode ?? 0) >= 300) await refuse("POST", path, answer);
    answer.resume();
  }

  private async send(method: JsonRequest["method"], path: string, body?: Json): Promise<Json> {
    return check(method, path, await this.raw(method, path, body));
  }

  private raw(method: JsonRequest["method"], path: string, body?: Json): Promise<JsonResponse> {
    return requestJson({ ...this.request(method, path), body });
  }

  private request(method: JsonRequest["method"], path: string) {
    const { address, ca, serverName, token, headers, authorize, signal } = this.options;
    return {
      method,
      url: `${address.replace(/\/$/, "")}/v1/${path}`,
      ca,
      serverName,
      authorize,
      signal,
      headers: { ...headers, ...(token === undefined ? {} : { "x-vault-token": token }) },
    };
  }
}

/** What `sys/health` says by its status, see its page in Vault's API documentation. */
const healthRoles: ReadonlyMap<number, VaultRole> = new Map([
  [200, "active"],
  [429, "standby"],
  [472, "standby"],
  [473, "standby"],
  [501, "uninitialized"],
  [503, "sealed"],
]);

/** Time for Vault to make or take a snapshot, in milliseconds without any byte. */
const longTimeoutMs = 10 * 60_000;

async function refuse(method: string, path: string, answer: IncomingMessage): Promise<never> {
  const status = answer.statusCode ?? 0;
  check(method, path, { status, body: parse(await readBody(answer)) });
  throw new VaultError(`vault: ${method} ${path} was answered with ${status} where 200 is expected`, status);
}

/** Errors hold what was said, never what was sent. */
function check(method: string, path: string, answer: JsonResponse): Json {
  const body = (typeof answer.body === "object" && answer.body !== null ? answer.body : {}) as Json;
  if (answer.status >= 200 && answer.status < 300) return body;
  const errors = Array.isArray(body.errors) ? body.errors.join("; ") : String(body.message ?? "");
  throw new VaultError(
    `vault: ${method} ${path} was answered with ${answer.status}${errors ? `: ${errors.trim()}` : ""}`,
    answer.status,
    isKubernetesStatus(body) ? "api-server" : "vault",
    answer.date,
  );
}

function rootAttemptOf(body: Json): RootAttempt {
  return { started: body.started === true, progress: Number(body.progress), required: Number(body.required) };
}

/** Only the API server answers with an object of Kubernetes. */
function isKubernetesStatus(body: unknown): boolean {
  return typeof body === "object" && body !== null && (body as Json).kind === "Status";
}
