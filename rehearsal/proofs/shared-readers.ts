import { CoreV1Api } from "@kubernetes/client-node";
import { vaultAccess } from "../../constructs/vault";
import { readSecrets } from "../inspect/read-back";
import { RehearsalError } from "../rehearsal-error";
import { environmentOf } from "./operator-connection";
import type { Proof, ProofContext } from "./proof";
import { login, readData } from "./readers";

/** The annotation by which clients of Vault find the role of a service account. */
const roleAnnotation = "vault.hashicorp.com/role";

/** Accounts and secrets of promised names are there, and a login finds in Vault what pods find in Kubernetes. */
export const sharedReaders: Proof = {
  title: "an account that was promised reads its mount with the role that its annotation names",
  async run(context) {
    const { sharedReaders: readers, declared: all } = environmentOf(context).secrets;
    const copies = (await readSecrets(context.cluster)).values;
    const found: string[] = [];
    for (const { mount, namespace, serviceAccount } of readers) {
      const client = await login(context, await annotatedRole(context, namespace, serviceAccount), {
        namespace,
        name: serviceAccount,
      });
      const declared = Object.entries(all).filter(([path]) => path.startsWith(`${mount}/`));
      for (const [path, { copies: wanted }] of declared) {
        const data = await readData(client, path.replace("/", "/data/"));
        for (const { namespace: place, name, keys = Object.keys(data) } of wanted) {
          const different = keys.filter((key) => data[key] !== copies.get(`${place}/${name}#${key}`));
          if (different.length > 0) {
            throw new RehearsalError(`${place}/${name} and ${path} differ in ${different.join(", ")}`);
          }
        }
      }
      await client.revokeSelf();
      found.push(`${namespace}/${serviceAccount} reads ${declared.map(([path]) => path).join(", ")}`);
    }
    return found.length === 0 ? undefined : `${found.join("; ")}, and their copies hold the same values`;
  },
};

async function annotatedRole({ cluster }: ProofContext, namespace: string, name: string): Promise<string> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const { metadata } = await core.readNamespacedServiceAccount({ namespace, name });
  const path = metadata?.annotations?.["vault.hashicorp.com/auth-path"];
  const role = metadata?.annotations?.[roleAnnotation];
  if (path !== `auth/${vaultAccess.kubernetesAuthPath}` || role === undefined) {
    throw new RehearsalError(`service account ${namespace}/${name} does not say where and with which role it logs in`);
  }
  return role;
}
