import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { requestJson } from "../../operations/https-json";
import type { ControlPlane } from "./control-plane";
import { writeKubeconfig } from "./kubeconfig";
import { freePort } from "./ports";
import type { ProcessGroup, SupervisedProcess } from "./processes";
import { isStatus } from "./secret-data";
import { type Access, missingAccess, requestToken, type ServiceAccountName } from "./service-accounts";

export interface ExternalSecretsOptions {
  readonly cluster: ControlPlane;
  readonly group: ProcessGroup;
  /** Path of the controller program. */
  readonly binary: string;
  /** Folder for kubeconfig and log; absolute. */
  readonly folder: string;
  /** {@link NameProxy.url}: stores name Vault by its service. */
  readonly proxyUrl: string;
  /** Whom the controller acts as. @default external-secrets/external-secrets, as the chart names it */
  readonly serviceAccount?: ServiceAccountName;
}

/** The running controller. */
export interface ExternalSecretsController {
  /** What stands in for something else, one sentence each, to be printed. */
  readonly notes: readonly string[];
  readonly process: SupervisedProcess;
  stop(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const ES_GROUP = "external-secrets.io";
const NEEDED: readonly Access[] = [
  { verb: "list", group: ES_GROUP, resource: "externalsecrets" },
  { verb: "watch", group: ES_GROUP, resource: "secretstores" },
  { verb: "update", group: ES_GROUP, resource: "externalsecrets", subresource: "status" },
  { verb: "list", group: "generators.external-secrets.io", resource: "generatorstates" },
  { verb: "create", group: "", resource: "secrets" },
  { verb: "update", group: "", resource: "secrets" },
  { verb: "create", group: "", resource: "serviceaccounts", subresource: "token" },
];

/** Starts the real External Secrets controller. Its custom resource definitions must be installed before. */
export async function startExternalSecrets(options: ExternalSecretsOptions): Promise<ExternalSecretsController> {
  const { cluster, folder, binary, group } = options;
  const account = options.serviceAccount ?? { namespace: "external-secrets", name: "external-secrets" };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kubeconfig = join(folder, "kubeconfig");
  const note = await writeIdentity(cluster, account, folder, kubeconfig);
  const metrics = `${LOOPBACK}:${await freePort()}`;
  const process = await group.start({
    name: "external-secrets",
    command: binary,
    args: [
      `--metrics-addr=${metrics}`,
      "--concurrent=4",
      "--store-requeue-interval=10s",
      // Kinds that the platform does not use.
      "--enable-cluster-store-reconciler=false",
      "--enable-cluster-external-secret-reconciler=false",
      "--enable-cluster-push-secret-reconciler=false",
      "--enable-push-secret-reconciler=false",
    ],
    cwd: folder,
    logFile: join(folder, "external-secrets.log"),
    env: { KUBECONFIG: kubeconfig, HTTPS_PROXY: options.proxyUrl, NO_PROXY: LOOPBACK },
    ready: async () => (await requestJson({ method: "GET", url: `http://${metrics}/metrics` })).status === 200,
  });
  return { notes: note === undefined ? [] : [note], process, stop: () => process.stop() };
}

/** The account of the chart where its rules suffice, else an administrator. @returns what to say in the second case */
async function writeIdentity(
  cluster: ControlPlane,
  account: ServiceAccountName,
  folder: string,
  kubeconfig: string,
): Promise<string | undefined> {
  const entry = { context: "external-secrets", endpoint: cluster.endpoint, ca: cluster.authority.certificate };
  const name = `service account ${account.namespace}/${account.name}`;
  const problem = (await accountExists(cluster, account))
    ? (await missingAccess(cluster, account, NEEDED)).map(describe).join(", ")
    : "the account itself";
  if (problem === "") {
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, await requestToken(cluster, account), { mode: 0o600 });
    await writeKubeconfig(kubeconfig, { ...entry, user: { tokenFile } });
    return undefined;
  }
  const user = await cluster.authority.issue({
    commonName: "rehearsal-external-secrets",
    organizations: ["system:masters"],
  });
  await writeKubeconfig(kubeconfig, { ...entry, user });
  return `External Secrets runs as a cluster administrator, since ${name} lacks ${problem} (its chart grants that)`;
}

async function accountExists(cluster: ControlPlane, account: ServiceAccountName): Promise<boolean> {
  return cluster.client
    .makeApiClient(CoreV1Api)
    .readNamespacedServiceAccount({ ...account })
    .then(
      () => true,
      (error: unknown) => {
        if (isStatus(error, 404)) return false;
        throw error;
      },
    );
}

function describe({ verb, resource, subresource }: Access): string {
  return `${verb} ${resource}${subresource ? `/${subresource}` : ""}`;
}
