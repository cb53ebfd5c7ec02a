import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig, KubernetesObjectApi, VersionApi } from "@kubernetes/client-node";
import { poolLabel } from "../../constructs/kubernetes/placement";
import { requestJson } from "../../operations/https-json";
import { CertificateAuthority, createServiceAccountKeys, type KeyPair } from "./certificates";
import { ClusterError } from "./cluster-error";
import { type NodeCapacity, nodes, storage, volumesOf } from "./cluster-objects";
import { type ControlPlanePorts, componentSpecs, DEFAULT_PORTS } from "./components";
import { POD_ADDRESS } from "./isolation";
import { writeKubeconfig } from "./kubeconfig";
import { kwokConfig } from "./kwok-stages";
import { assertPortsFree } from "./ports";
import type { ProcessGroup } from "./processes";

/** Paths of the programs. */
export interface ControlPlaneBinaries {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kwok: string;
}

export interface ControlPlaneOptions {
  readonly binaries: ControlPlaneBinaries;
  /** Folder for certificates, data and logs; absolute. Data of an earlier run in it is removed. */
  readonly folder: string;
  /** Where the processes are started; its owner stops them in case of a failure. */
  readonly group: ProcessGroup;
  /** True inside a network namespace: the API server then also listens on {@link POD_ADDRESS}. */
  readonly isolated: boolean;
  /** Context of the kubeconfig, for example "kind-kind". */
  readonly context: string;
  /** @default - those of a usual control plane (6443, 2379, ...) */
  readonly ports?: Partial<ControlPlanePorts>;
  /** Size of each node. @default - 64 CPUs and 256Gi, so that whatever fits a real cluster fits here */
  readonly capacity?: NodeCapacity;
  /** Region of the nodes; their zones are `<region>-a` to `-c`. @default "region-1" */
  readonly region?: string;
  /** Storage classes, the first is the default one. @default ["standard"] */
  readonly storageClasses?: readonly string[];
  /** Volumes made ahead for each class. @default 40 */
  readonly volumes?: number;
  /** Class that the environment makes itself, of which there are volumes too. @default - none */
  readonly ownStorageClass?: string;
  /** Kinds of node pools beside the general one; of each there are as many nodes. @default - none */
  readonly nodePools?: readonly string[];
}

/** A running API server with nodes. */
export interface ControlPlane {
  /** File for Terraform and other clients; its user is a cluster administrator. */
  readonly kubeconfig: string;
  readonly context: string;
  /** URL, for example https://127.0.0.1:6443 */
  readonly endpoint: string;
  /** File with the certificate of {@link ControlPlane.authority}. */
  readonly caFile: string;
  /** Signs certificates that the API server trusts. */
  readonly authority: CertificateAuthority;
  /** The administrator's client certificate. */
  readonly admin: KeyPair;
  readonly client: KubeConfig;
  readonly ports: ControlPlanePorts;
  readonly folder: string;
  readonly isolated: boolean;
  /** Version of the API server, for example "v1.35.4". */
  readonly version: string;
  /** What stands in for something else, one sentence each, to be printed. */
  readonly substitutes: readonly string[];
}

const DEFAULT_CAPACITY: NodeCapacity = { cpu: "64", memory: "256Gi" };
const READY_TIMEOUT_MS = 60_000;
const SERVICE_RANGE_FIRST = "10.96.0.1";

/** Starts etcd, API server, controller manager, scheduler and KWOK, and waits until pods can run. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { binaries, folder, group, isolated, context, capacity = DEFAULT_CAPACITY } = options;
  const ports: ControlPlanePorts = { ...DEFAULT_PORTS, ...options.ports };
  await assertPortsFree([
    { port: ports.apiServer, by: "kube-apiserver" },
    { port: ports.etcd, by: "etcd" },
    { port: ports.etcdPeer, by: "etcd peers" },
    { port: ports.controllerManager, by: "kube-controller-manager" },
    { port: ports.scheduler, by: "kube-scheduler" },
    { port: ports.kwok, by: "kwok" },
  ]);
  const { authority, admin } = await writeFiles(folder, context, ports);
  const specs = componentSpecs({ binaries, folder, ports, isolated });
  const endpoint = `https://127.0.0.1:${ports.apiServer}`;

  // The API server waits for etcd by itself; the others end when they find no API server.
  const [etcd, apiServer] = await Promise.all([
    group.launch(specs.etcd),
    group.launch({
      ...specs.apiServer,
      ready: () => answersOk(`${endpoint}/readyz`, authority, admin),
      readyTimeoutMs: READY_TIMEOUT_MS,
    }),
  ]);
  await Promise.race([apiServer.waitReady(), etcd.ended.then(() => etcd.assertRunning())]);
  const client = new KubeConfig();
  client.loadFromFile(join(folder, "kubeconfig"));
  const [version] = await Promise.all([
    client.makeApiClient(VersionApi).getCode(),
    ...[specs.controllerManager, specs.scheduler, specs.kwok].map((spec) => group.launch(spec)),
    createObjects(client, options, capacity),
  ]);
  await waitUsable(client, group);
  return {
    kubeconfig: join(folder, "kubeconfig"),
    context,
    endpoint,
    caFile: join(folder, "pki", "ca.crt"),
    authority,
    admin,
    client,
    ports,
    folder,
    isolated,
    version: version.gitVersion,
    substitutes: [
      `six nodes of ${capacity.cpu} CPUs and ${capacity.memory} ${options.nodePools?.length ? "for each pool " : ""}without a kubelet (KWOK) stand in for the cluster's nodes: pods are Ready whatever their image`,
      `storage classes ${[...(options.storageClasses ?? ["standard"]), ...(options.ownStorageClass ? [options.ownStorageClass] : [])].join(", ")} hand out volumes that were made ahead`,
      "admission webhooks are not called, since no pod serves them",
    ],
  };
}

async function writeFiles(
  folder: string,
  context: string,
  ports: ControlPlanePorts,
): Promise<{ readonly authority: CertificateAuthority; readonly admin: KeyPair }> {
  const pki = join(folder, "pki");
  await Promise.all(["etcd", "pki", "log"].map((name) => rm(join(folder, name), { recursive: true, force: true })));
  await mkdir(pki, { recursive: true, mode: 0o700 });
  const authority = await CertificateAuthority.create("rehearsal");
  const write = (name: string, text: string): Promise<void> => writeFile(join(pki, name), text, { mode: 0o600 });
  const issue = async (name: string, request: Parameters<CertificateAuthority["issue"]>[0]): Promise<KeyPair> => {
    const pair = await authority.issue(request);
    await Promise.all([write(`${name}.crt`, pair.certificate), write(`${name}.key`, pair.key)]);
    return pair;
  };
  const keys = createServiceAccountKeys();
  const kubernetes = [
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
  ];
  const [admin, controllerManager, scheduler] = await Promise.all([
    authority.issue({ commonName: "rehearsal-admin", organizations: ["system:masters"] }),
    authority.issue({ commonName: "system:kube-controller-manager" }),
    authority.issue({ commonName: "system:kube-scheduler" }),
    issue("apiserver", {
      commonName: "kube-apiserver",
      dnsNames: ["localhost", ...kubernetes],
      ipAddresses: ["127.0.0.1", POD_ADDRESS, SERVICE_RANGE_FIRST],
    }),
    issue("etcd", { commonName: "etcd", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] }),
    issue("etcd-client", { commonName: "kube-apiserver" }),
    issue("front-proxy", { commonName: "front-proxy" }),
    write("ca.crt", authority.certificate),
    write("ca.key", authority.key),
    write("sa.key", keys.privateKey),
    write("sa.pub", keys.publicKey),
    writeFile(join(folder, "kwok.yaml"), kwokConfig()),
  ]);
  const entry = { endpoint: `https://127.0.0.1:${ports.apiServer}`, ca: authority.certificate };
  await Promise.all([
    writeKubeconfig(join(folder, "kubeconfig"), { ...entry, context, user: admin }),
    writeKubeconfig(join(folder, "controller-manager.kubeconfig"), { ...entry, context, user: controllerManager }),
    writeKubeconfig(join(folder, "scheduler.kubeconfig"), { ...entry, context, user: scheduler }),
  ]);
  return { authority, admin };
}

async function answersOk(url: string, authority: CertificateAuthority, admin: KeyPair): Promise<boolean> {
  const answer = await requestJson({ method: "GET", url, ca: authority.certificate, client: admin, timeoutMs: 2000 });
  return answer.status === 200;
}

async function createObjects(client: KubeConfig, options: ControlPlaneOptions, capacity: NodeCapacity): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(client);
  const objects = [
    ...[undefined, ...(options.nodePools ?? [])].flatMap((pool) => nodes(capacity, options.region ?? "region-1", pool)),
    ...storage(options.storageClasses ?? ["standard"], options.volumes ?? 40),
    ...(options.ownStorageClass ? volumesOf(options.ownStorageClass, options.volumes ?? 40) : []),
  ];
  await Promise.all(objects.map((object) => api.create(object)));
}

/** Usable: every node is Ready and free of taints but that of its pool, and pods may be made in the default namespace. */
async function waitUsable(client: KubeConfig, group: ProcessGroup): Promise<void> {
  const core = client.makeApiClient(CoreV1Api);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let missing = "";
  while (Date.now() < deadline) {
    await group.assertRunning();
    const [{ items }, accounts] = await Promise.all([
      core.listNode(),
      core.listNamespacedServiceAccount({ namespace: "default", fieldSelector: "metadata.name=default" }),
    ]);
    const notReady = items.filter(
      (node) =>
        (node.spec?.taints ?? []).some(({ key }) => key !== poolLabel) ||
        !node.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True"),
    );
    if (items.length > 0 && notReady.length === 0 && accounts.items.length > 0) return;
    missing =
      notReady.length > 0
        ? `nodes ${notReady.map((node) => node.metadata?.name).join(", ")}`
        : "service account default/default";
    await sleep(100);
  }
  throw new ClusterError(
    `the control plane is not usable after ${READY_TIMEOUT_MS / 1000} s: ${missing} not ready; see the logs of kwok and kube-controller-manager`,
  );
}
