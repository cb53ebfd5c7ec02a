import { type JsonRequest, requestJson } from "../https-json";
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
}

/** State of a server. */
export interface VaultStatus {
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly version: string;
  readonly storageType: string;
}

/** Keys of a new server; never logged. */
export interface VaultKeys {
  /** Hexadecimal, as bank-vaults keeps them. */
  readonly unsealKeys: readonly string[];
  readonly rootToken: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The part of Vault's HTTP API that day two and the rehearsal need. Paths are without `/v1/`. */
export class VaultClient {
  constructor(private readonly options: VaultClientOptions) {}

  /** The same server, as somebody else. */
  withToken(token: string): VaultClient {
    return new VaultClient({ ...this.options, token });
  }

  /** Answers for a sealed and for an uninitialized server too. */
  async status(): Promise<VaultStatus> {
    const body = await this.send("GET", "sys/seal-status");
    return {
      initialized: body.initialized === true,
      sealed: body.sealed === true,
      version: String(body.version),
      storageType: String(body.storage_type),
    };
  }

  /** True when the server is open and may write. */
  async active(): Promise<boolean> {
    return (await this.raw("GET", "sys/health")).status === 200;
  }

  async init(shares: number, threshold: number): Promise<VaultKeys> {
    const body = await this.send("PUT", "sys/init", { secret_shares: shares, secret_threshold: threshold });
    return { unsealKeys: (body.keys as readonly unknown[]).map(String), rootToken: String(body.root_token) };
  }

  /** Gives one key. @returns whether the server is still sealed */
  async unseal(key: string): Promise<boolean> {
    return (await this.send("PUT", "sys/unseal", { key })).sealed === true;
  }

  /** Logs in with a service-account token. @returns a token of Vault */
  async loginKubernetes(role: string, jwt: string, path = "kubernetes"): Promise<string> {
    const body = await this.send("POST", `auth/${path}/login`, { role, jwt });
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

  private async send(method: JsonRequest["method"], path: string, body?: Json): Promise<Json> {
    return check(method, path, await this.raw(method, path, body));
  }

  private raw(
    method: JsonRequest["method"],
    path: string,
    body?: Json,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const { address, ca, serverName, token, headers } = this.options;
    return requestJson({
      method,
      url: `${address.replace(/\/$/, "")}/v1/${path}`,
      ca,
      serverName,
      body,
      headers: { ...headers, ...(token === undefined ? {} : { "x-vault-token": token }) },
    });
  }
}

/** Errors hold what Vault says, never what was sent. */
function check(method: string, path: string, answer: { readonly status: number; readonly body: unknown }): Json {
  const body = (typeof answer.body === "object" && answer.body !== null ? answer.body : {}) as Json;
  if (answer.status >= 200 && answer.status < 300) return body;
  const errors = Array.isArray(body.errors) ? body.errors.join("; ") : String(body.message ?? "");
  throw new VaultError(
    `vault: ${method} ${path} was answered with ${answer.status}${errors ? `: ${errors}` : ""}`,
    answer.status,
  );
}
