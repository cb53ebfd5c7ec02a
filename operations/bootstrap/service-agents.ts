import { setTimeout as sleep } from "node:timers/promises";
import type { StackJson } from "../../stacks/stack-json";
import { OperationError } from "../operation-error";
import type { GoogleApi } from "./google-api";

/** Agents that are there as soon as their API is on, or that a data source of the stack asks for. */
const selfMade: readonly string[] = ["compute-system", "container-engine-robot", "gs-project-accounts"];

/** APIs whose agents have another name than theirs. */
const apiOf: Readonly<Record<string, string>> = {
  "cloudcomposer-accounts": "composer",
  "gcp-sa-cloud-sql": "sqladmin",
};

/**
 * APIs whose agents a stack gives rights to, by the first part of their names. Such an agent must be there before: an API
 * that is switched on makes its own only when it is first used.
 *
 * @see https://cloud.google.com/iam/docs/service-agents
 */
export function agentApis(stack: StackJson): readonly string[] {
  const text = JSON.stringify(stack.resource ?? {});
  const domains = [...text.matchAll(/service-\$\{[^}]+\}@([a-z0-9-]+)\.iam\.gserviceaccount\.com/g)];
  const apis = domains
    .map(([, domain = ""]) => domain)
    .filter((domain) => !selfMade.includes(domain))
    .map((domain) => apiOf[domain] ?? domain.replace(/^gcp-sa-/, ""));
  return [...new Set(apis)].sort();
}

/**
 * Makes the agents of APIs, which switches these on; those that are there stay as they are.
 *
 * @throws OperationError when one cannot be made
 */
export async function makeAgents(
  api: GoogleApi,
  project: string,
  apis: readonly string[],
  options: { readonly pauseMs?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  // Google takes up to 20 at a time.
  for (let from = 0; from < apis.length; from += 20) {
    const serviceIds = apis.slice(from, from + 20).map((name) => `${name}.googleapis.com`);
    await finish(
      api,
      await api.post("serviceusage", `/v1/projects/${project}/services:batchEnable`, { serviceIds }),
      options,
    );
  }
  for (const name of apis) {
    const path = `/v1beta1/projects/${project}/services/${name}.googleapis.com:generateServiceIdentity`;
    await finish(api, await api.post("serviceusage", path, {}), options);
  }
}

interface Operation {
  readonly name?: string;
  readonly done?: boolean;
  readonly error?: { readonly message?: string };
}

/** Waits for the end of something that Google has begun: five minutes at most. */
async function finish(
  api: GoogleApi,
  begun: unknown,
  { pauseMs = 2000, signal }: { readonly pauseMs?: number; readonly signal?: AbortSignal },
): Promise<void> {
  let operation = (begun ?? {}) as Operation;
  for (let asked = 0; asked < 150 && operation.done !== true && operation.name; asked++) {
    await sleep(pauseMs, undefined, { signal });
    operation = ((await api.get("serviceusage", `/v1/${operation.name}`)) ?? {}) as Operation;
  }
  if (operation.error) throw new OperationError(`Google could not do it: ${operation.error.message}; run again`);
  if (operation.done !== true) throw new OperationError("Google is not done after five minutes; run again");
}
