import { setTimeout as sleep } from "node:timers/promises";
import { OperationError } from "../operation-error";
import { type GoogleApi, messageOf } from "./google-api";

/** APIs that must be on before the rest can be asked for; Terraform takes over all of them. */
export const firstServices = ["cloudbilling", "cloudkms", "cloudresourcemanager", "iam", "storage"] as const;

type FirstService = (typeof firstServices)[number];

/** What is known of a project before anything is made in it. */
export interface ProjectFacts {
  readonly project: string;
  /** Those of {@link firstServices} that are off; what needs them is not known yet. */
  readonly off: readonly FirstService[];
  /** Its number. @default - not known yet */
  readonly number?: string;
}

/** Rights that a bootstrap needs on the project, and the role that brings each. */
const neededRights: Readonly<Record<string, string>> = {
  "cloudkms.cryptoKeys.create": "roles/cloudkms.admin",
  "cloudkms.cryptoKeys.setIamPolicy": "roles/cloudkms.admin",
  "cloudkms.keyRings.create": "roles/cloudkms.admin",
  "compute.networks.get": "roles/compute.viewer",
  "compute.projects.get": "roles/compute.viewer",
  "iam.roles.create": "roles/iam.roleAdmin",
  "iam.roles.update": "roles/iam.roleAdmin",
  "iam.serviceAccounts.create": "roles/iam.serviceAccountAdmin",
  "iam.serviceAccounts.setIamPolicy": "roles/iam.serviceAccountAdmin",
  "iam.workloadIdentityPoolProviders.create": "roles/iam.workloadIdentityPoolAdmin",
  "iam.workloadIdentityPools.create": "roles/iam.workloadIdentityPoolAdmin",
  "resourcemanager.projects.getIamPolicy": "roles/resourcemanager.projectIamAdmin",
  "resourcemanager.projects.setIamPolicy": "roles/resourcemanager.projectIamAdmin",
  "serviceusage.services.enable": "roles/serviceusage.serviceUsageAdmin",
  "serviceusage.services.use": "roles/serviceusage.serviceUsageAdmin",
  "storage.buckets.create": "roles/storage.admin",
  "storage.buckets.setIamPolicy": "roles/storage.admin",
};

/**
 * Looks at a project without changing it: it exists, is paid for, and whoever asks may do what a bootstrap does.
 *
 * @throws OperationError that says what is missing and how to get it
 */
export async function inspectProject(api: GoogleApi, project: string): Promise<ProjectFacts> {
  const off = await servicesThatAreOff(api, project);
  if (off.includes("cloudresourcemanager")) return { project, off };
  const number = await projectNumber(api, project);
  await requireRights(api, project);
  if (!off.includes("cloudbilling")) await requireBilling(api, project);
  return { project, off, number };
}

/** Switches APIs on and waits until Google says that they are. */
export async function enableServices(
  api: GoogleApi,
  { project, off }: ProjectFacts,
  options: { readonly pauseMs?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  if (off.length === 0) return;
  const { pauseMs = 2000, signal } = options;
  const serviceIds = off.map((service) => `${service}.googleapis.com`);
  await api.post("serviceusage", `/v1/projects/${project}/services:batchEnable`, { serviceIds });
  // A minute: Google names no time, and says itself that a few seconds are usual.
  for (let asked = 0; asked < 30; asked++) {
    if ((await servicesThatAreOff(api, project)).length === 0) return;
    await sleep(pauseMs, undefined, { signal });
  }
  throw new OperationError(`${serviceIds.join(", ")}: still off after a minute; run again, what was done stays`);
}

async function servicesThatAreOff(api: GoogleApi, project: string): Promise<readonly FirstService[]> {
  const names = firstServices.map((service) => `names=projects/${project}/services/${service}.googleapis.com`);
  const path = `/v1/projects/${project}/services:batchGet?${names.join("&")}`;
  const answer = await api.send("serviceusage", "GET", path);
  if (answer.status === 403 || answer.status === 404) {
    throw new OperationError(
      `project ${project} does not exist, or you may not see it (${messageOf(answer.body)}); make it with ` +
        `gcloud projects create ${project}, or correct target.project in the environment's file`,
    );
  }
  const body = answer.status === 200 ? answer.body : await api.get("serviceusage", path);
  const { services = [] } = (body ?? {}) as { services?: readonly { readonly name: string; readonly state: string }[] };
  const on = services.filter(({ state }) => state === "ENABLED").map(({ name }) => name.split("/").at(-1));
  return firstServices.filter((service) => !on.includes(`${service}.googleapis.com`));
}

async function projectNumber(api: GoogleApi, project: string): Promise<string> {
  const found = await api.get("cloudresourcemanager", `/v1/projects/${project}`);
  const { projectNumber: number, lifecycleState } = (found ?? {}) as Readonly<Record<string, string | undefined>>;
  if (number === undefined || lifecycleState !== "ACTIVE") {
    throw new OperationError(
      `project ${project} is ${lifecycleState ?? "not there"}; bring it back with gcloud projects undelete ${project}, ` +
        "or correct target.project in the environment's file",
    );
  }
  return number;
}

async function requireRights(api: GoogleApi, project: string): Promise<void> {
  const permissions = Object.keys(neededRights);
  const path = `/v1/projects/${project}:testIamPermissions`;
  const answer = (await api.post("cloudresourcemanager", path, { permissions })) ?? {};
  const { permissions: granted = [] } = answer as { permissions?: readonly string[] };
  const missing = permissions.filter((permission) => !granted.includes(permission));
  if (missing.length === 0) return;
  const roles = [...new Set(missing.map((permission) => neededRights[permission]))];
  throw new OperationError(
    `you may not do what a bootstrap of ${project} does; missing: ${missing.join(", ")}; ask an owner of the project for ` +
      `${roles.join(", ")}`,
  );
}

async function requireBilling(api: GoogleApi, project: string): Promise<void> {
  const found = await api.send("cloudbilling", "GET", `/v1/projects/${project}/billingInfo`);
  // Who may not see the bill is told by the first API that asks for money.
  if (found.status !== 200) return;
  if ((found.body as { billingEnabled?: boolean } | undefined)?.billingEnabled === true) return;
  throw new OperationError(
    `nobody pays for project ${project}; link an account: gcloud billing projects link ${project} --billing-account <id>, ` +
      "with an id from gcloud billing accounts list",
  );
}
