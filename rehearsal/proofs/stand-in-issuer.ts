import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { RehearsalError } from "../rehearsal-error";

/** Somebody who has an account at the issuer. */
export interface Account {
  readonly subject: string;
  readonly groups: readonly string[];
}

/** Names that the environment gives things at its issuer. */
export interface IssuerNames {
  readonly clientId: string;
  readonly groupsClaim: string;
}

/** An identity provider for one client, on loopback, in which everybody is logged in already. */
export interface StandInIssuer {
  readonly address: string;
  /** What a browser would do at the provider. @returns what it is sent back to Vault's command line with */
  visit(authorizationUrl: string, account: Account): { readonly state: string; readonly code: string };
  close(): void;
}

interface Visit {
  readonly account: Account;
  readonly nonce: string;
  readonly challenge: string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * Starts a stand-in for an identity provider. It hands out a token only for a code of its own with the verifier that
 * belongs to it (PKCE).
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html
 */
export async function startIssuer({ clientId, groupsClaim }: IssuerNames): Promise<StandInIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const visits = new Map<string, Visit>();
  let address = "";

  const tokenFor = ({ account, nonce }: Visit): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: address, sub: account.subject, aud: clientId, exp: now + 300, iat: now, nonce };
    const signed = `${encode({ alg: "RS256", kid: "1" })}.${encode({ ...claims, [groupsClaim]: account.groups })}`;
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey).toString("base64url")}`;
  };
  const token = async (request: IncomingMessage): Promise<object | undefined> => {
    const form = new URLSearchParams(await textOf(request));
    const visit = visits.get(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    return visit?.challenge === challenge
      ? { access_token: "none", token_type: "Bearer", id_token: tokenFor(visit) }
      : undefined;
  };
  const documents: { readonly [path: string]: (request: IncomingMessage) => object | Promise<object | undefined> } = {
    "/.well-known/openid-configuration": () => ({
      issuer: address,
      authorization_endpoint: `${address}/authorize`,
      token_endpoint: `${address}/token`,
      jwks_uri: `${address}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    }),
    "/keys": () => ({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] }),
    "/token": token,
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const document = await documents[new URL(request.url ?? "/", address).pathname]?.(request);
    response.writeHead(document ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(document ?? { error: "invalid_grant" }));
  };

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    visit: (authorizationUrl, account) => {
      const asked = new URL(authorizationUrl).searchParams;
      const [state, nonce, challenge] = ["state", "nonce", "code_challenge"].map((name) => asked.get(name) ?? "");
      if (!state || !nonce || !challenge) {
        throw new RehearsalError("vault sends people to the identity provider without state, nonce or code challenge");
      }
      const code = `code-${visits.size}`;
      visits.set(code, { account, nonce, challenge });
      return { state, code };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) {
    text += String(part);
  }
  return text;
}
