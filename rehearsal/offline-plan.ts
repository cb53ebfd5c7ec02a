import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import type { StackJson } from "../stacks/stack-json";

/** Settings of {@link planOffline}. */
export interface OfflinePlanOptions {
  /** Path of Terraform. */
  readonly terraform: string;
  /** Path of a Terraform CLI configuration that knows the providers, see prepareProviders. */
  readonly cliConfig: string;
  /** Empty folder to work in. */
  readonly folder: string;
}

/** What an offline plan came to. */
export interface OfflinePlan {
  /** Resources that it would create. */
  readonly created: number;
  /** Errors of `terraform validate` and `terraform plan`, with the lines below each. */
  readonly errors: readonly string[];
  /** Hosts that the provider asked, which it must not; not the one that tells it for its log who it is. */
  readonly asked: readonly string[];
}

/** Where the provider asks for the name of its identity whenever it is configured, for its log; it goes on without one. */
const identityHost = "openidconnect.googleapis.com:443";

/**
 * Validates a stack of Google Cloud and plans it on an empty state with a token that is none: what needs an answer of
 * Google to be planned fails, as every connection is refused (rule TF-11).
 */
export async function planOffline(stack: StackJson, options: OfflinePlanOptions): Promise<OfflinePlan> {
  const { terraform, cliConfig, folder } = options;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "main.tf.json"), JSON.stringify(withoutCloud(stack)));
  const proxy = await refusingProxy();
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    TF_CLI_CONFIG_FILE: cliConfig,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    HTTPS_PROXY: proxy.address,
    HTTP_PROXY: proxy.address,
    // Terraform talks to its providers here.
    NO_PROXY: "127.0.0.1",
  };
  const run = async (...args: readonly string[]) =>
    execa(terraform, [...args], { cwd: folder, env: environment, extendEnv: false, all: true, reject: false });
  try {
    const begun = await run("init", "-input=false", "-no-color");
    if (begun.exitCode !== 0) throw new Error(`terraform init failed:\n${begun.all}`);
    const validated = await run("validate", "-no-color");
    if (validated.exitCode !== 0) return { created: 0, errors: errorsIn(validated.all), asked: proxy.asked };
    const planned = await run("plan", "-input=false", "-no-color", "-lock=false");
    return {
      created: Number(/^Plan: (?:\d+ to import, )?(\d+) to add/m.exec(planned.all)?.[1] ?? 0),
      errors: planned.exitCode === 0 ? [] : errorsIn(planned.all),
      asked: proxy.asked,
    };
  } finally {
    proxy.server.close();
  }
}

/** The stack with a state of its own here and a made-up token in place of an identity. */
function withoutCloud(stack: StackJson): object {
  const { backend: _, ...terraform } = stack.terraform;
  const google = (stack.provider.google ?? []).map(({ impersonate_service_account: __, ...rest }) => ({
    ...rest,
    access_token: "made-up",
  }));
  return { ...stack, terraform, provider: { ...stack.provider, google } };
}

function errorsIn(output: string): readonly string[] {
  const parts = output.split(/^(?:│ )?Error: /m).slice(1);
  return parts.length > 0 ? parts.map((part) => part.trim()) : [output.trim()];
}

/** A proxy that lets nothing through and remembers who was asked for. */
async function refusingProxy(): Promise<{ server: Server; address: string; asked: string[] }> {
  const asked: string[] = [];
  const remember = (host = "") => {
    if (host !== identityHost) asked.push(host);
  };
  const server = createServer((request, response) => {
    remember(request.url);
    response.writeHead(403).end();
  });
  server.on("connect", (request, socket) => {
    remember(request.url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
