import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { App } from "cdktf";
import { pathOf, rotationObstacle, type SecretEntry } from "../../constructs/secrets";
import type { Environment } from "../../environments/schema";
import { platformInventory } from "../../operations/platform-inventory";
import { stackName } from "../../stacks/layers";
import { buildPlatform } from "../../stacks/platform";
import { externalSecretsOf, readSecrets, waitForExternalSecrets } from "../inspect/read-back";
import { RehearsalError } from "../rehearsal-error";
import { createWorkspace, type Workspace } from "../terraform/workspace";
import { environmentOf } from "./operator-connection";
import type { Proof, ProofContext } from "./proof";

const plan = "rotation.tfplan";
const planAgain = "rotation-again.tfplan";

/** External Secrets looks once a change of the annotation is there, not at the end of its interval of an hour. */
const waitMs = 60_000;

/** Raising a version in the environment's file gives a secret a new value, everywhere at once. */
export const rotation: Proof = {
  title: "a rotated secret changes in every namespace that has it, and no other one does",
  async run(context) {
    const environment = environmentOf(context);
    const entry = mostCopied(platformInventory(environment).secrets);
    if (!entry) {
      return undefined;
    }
    const name = pathOf(entry.ref);
    const before = (await readSecrets(context.cluster)).values;
    const old = await valuesInVault(context, entry);

    const version = entry.ref.version + 1;
    const workspaces = await applyRotated(context, raise(environment, entry), join(context.plan.folder, "rotation"));
    const current = await valuesInVault(context, entry);
    const rotated = madeKeys(entry);
    const same = rotated.filter((key) => current[key] === old[key]);
    if (same.length > 0) {
      throw new RehearsalError(`keys of ${name} have their old value after the rotation: ${same.join(", ")}`);
    }
    const copies = await waitForCopies(context, entry, current);
    const unchanged = await checkOthers(context, entry, before);
    for (const { stack, folder } of workspaces) {
      if (await context.terraform.plan(stack, folder, planAgain)) {
        throw new RehearsalError(`the plan of ${stack} after the rotation is not empty`);
      }
    }
    return (
      `version ${version} of ${name}: ${rotated.length} keys have new values in Vault and in ${copies} Kubernetes ` +
      `secrets, ${unchanged} others are as before, the next plan is empty`
    );
  },
};

/** Keys whose values Terraform makes; a provided one is what the person provides, and stays in a rehearsal. */
function madeKeys({ ref, values }: SecretEntry): readonly string[] {
  return ref.keys.filter((key) => !["fixed", "provided"].includes(values[key]?.source ?? "fixed"));
}

/** The secret with the most Kubernetes Secrets among those that can be rotated. */
function mostCopied(inventory: readonly SecretEntry[]): SecretEntry | undefined {
  return inventory
    .filter(
      (entry) => entry.consumers.length > 0 && madeKeys(entry).length > 0 && rotationObstacle(entry) === undefined,
    )
    .sort((a, b) => b.consumers.length - a.consumers.length)[0];
}

function raise(environment: Environment, { ref }: SecretEntry): Environment {
  const { secrets } = environment;
  return { ...environment, secrets: { ...secrets, versions: { ...secrets.versions, [pathOf(ref)]: ref.version + 1 } } };
}

/** An environment as the proof leaves it: with the raised version, if there is a secret that it rotates. */
export function afterRotation(environment: Environment): Environment {
  const entry = mostCopied(platformInventory(environment).secrets);
  return entry ? raise(environment, entry) : environment;
}

/** Applies the layers that write secrets and that ask for them, in the folders in which they were applied before. */
async function applyRotated(
  context: ProofContext,
  environment: Environment,
  outdir: string,
): Promise<readonly Workspace[]> {
  const { terraform, targets } = context;
  const app = new App({ outdir });
  buildPlatform(app, { ...environment, allowDestroy: true });
  app.synth();
  const workspaces: Workspace[] = [];
  for (const layer of ["secrets", "services"] as const) {
    const stack = stackName(environment.name, layer);
    const workspace = await createWorkspace(outdir, stack, join(context.plan.folder, "stacks"), targets);
    if (!(await terraform.plan(stack, workspace.folder, plan))) {
      throw new RehearsalError(`a raised version changes nothing in the plan of ${stack}`);
    }
    await writeFile(join(workspace.folder, `${plan}.json`), await terraform.show(stack, workspace.folder, plan));
    await terraform.apply(stack, workspace.folder, plan);
    workspaces.push(workspace);
  }
  return workspaces;
}

async function valuesInVault(
  { withRoot, remember }: ProofContext,
  { ref }: SecretEntry,
): Promise<Readonly<Record<string, string>>> {
  const found = await withRoot((root) => root.get(`${ref.mount}/data/${ref.path}`));
  const values = (found?.data ?? {}) as Readonly<Record<string, string>>;
  for (const [key, value] of Object.entries(values)) remember(`${pathOf(ref)}#${key}`, value);
  return values;
}

/** @returns how many Kubernetes Secrets have the values of Vault */
async function waitForCopies(
  { cluster, signal }: ProofContext,
  { ref, consumers }: SecretEntry,
  current: Readonly<Record<string, string>>,
): Promise<number> {
  const name = pathOf(ref);
  const end = Date.now() + waitMs;
  for (;;) {
    await waitForExternalSecrets(cluster, signal);
    const { values } = await readSecrets(cluster);
    const copies = (await externalSecretsOf(cluster)).flatMap(({ metadata, spec }) =>
      spec.data
        .filter(({ remoteRef }) => remoteRef.key === name)
        .map(({ secretKey, remoteRef }) => ({
          secret: `${metadata.namespace}/${spec.target.name}`,
          agrees: values.get(`${metadata.namespace}/${spec.target.name}#${secretKey}`) === current[remoteRef.property],
        })),
    );
    const stale = new Set(copies.filter(({ agrees }) => !agrees).map(({ secret }) => secret));
    const all = new Set(copies.map(({ secret }) => secret));
    if (stale.size === 0 && all.size > 0) {
      return all.size;
    }
    if (Date.now() > end) {
      const list = [...stale].join(", ") || `none of the ${consumers.length} expected ones exists`;
      throw new RehearsalError(`kubernetes secrets lack the new values of ${name} after ${waitMs / 1000} s: ${list}`);
    }
    await sleep(500, undefined, { signal });
  }
}

/** @returns how many Kubernetes Secrets that are not made of the rotated one have their old values */
async function checkOthers(
  { cluster }: ProofContext,
  { ref }: SecretEntry,
  before: ReadonlyMap<string, string>,
): Promise<number> {
  const { secrets, values } = await readSecrets(cluster);
  const others = secrets.filter(({ from }) => !from.includes(pathOf(ref)));
  const changed = others.flatMap(({ namespace, name, keys }) =>
    keys.map((key) => `${namespace}/${name}#${key}`).filter((key) => before.get(key) !== values.get(key)),
  );
  if (changed.length > 0) {
    throw new RehearsalError(`the rotation of ${pathOf(ref)} has changed others: ${changed.join(", ")}`);
  }
  return others.length;
}
