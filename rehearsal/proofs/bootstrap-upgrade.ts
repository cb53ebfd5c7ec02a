import { join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { vaultAccess } from "../../constructs/vault";
import { runBootstrapJob } from "../bootstrap-job";
import type { ControlPlane } from "../cluster/control-plane";
import { RehearsalError } from "../rehearsal-error";
import { keysSecret } from "../vault-node";
import type { Proof } from "./proof";

const policyPath = `sys/policies/acl/${vaultAccess.terraform}`;
const rolePath = `auth/${vaultAccess.kubernetesAuthPath}/role/${vaultAccess.terraform}`;

/** Gives Terraform's role the rights of an older platform, and runs the job that an upgrade runs. */
export const bootstrapUpgrade: Proof = {
  title: "an upgrade brings Terraform's rights up to date without a root token",
  async run({ plan, cluster, vault, signal, withRoot }) {
    const wanted = await wantedPolicy(cluster);
    await withRoot(async (root) => {
      await root.put(policyPath, { policy: 'path "auth/token/lookup-self" {\n  capabilities = ["read"]\n}\n' });
      await root.put(rolePath, { token_ttl: 60 });
    });
    const { withoutRoot } = await runBootstrapJob({
      cluster,
      vault,
      vaultBinary: plan.tools.vault ?? "",
      namespace: vaultAccess.namespace,
      keysSecret,
      folder: join(plan.folder, "bootstrap-again", "upgrade"),
      signal,
    });
    const after = await withRoot(async (root) => ({
      policy: (await root.get(policyPath))?.policy,
      ttl: (await root.get(rolePath))?.token_ttl,
    }));
    if (!withoutRoot || after.policy !== wanted || after.ttl === 60) {
      throw new RehearsalError(
        `the bootstrap job did not bring policy and role ${vaultAccess.terraform} up to date by its own role`,
      );
    }
    return `${wanted.match(/^path /gm)?.length ?? 0} paths of Terraform's policy were written anew`;
  },
};

/** The policy as the job's configuration has it. */
async function wantedPolicy(cluster: ControlPlane): Promise<string> {
  const maps = await cluster.client
    .makeApiClient(CoreV1Api)
    .listNamespacedConfigMap({ namespace: vaultAccess.namespace });
  const file = `${vaultAccess.terraform}.hcl`;
  const found = maps.items.flatMap(({ data }) => data?.[file] ?? []);
  if (found.length !== 1) {
    throw new RehearsalError(`${found.length} config maps of the bootstrap job have ${file}, one is expected`);
  }
  return found[0] ?? "";
}
