import { parseAllDocuments } from "yaml";
import { nodes, storage, volumesOf } from "../../../rehearsal/cluster/cluster-objects";
import { componentSpecs, DEFAULT_PORTS } from "../../../rehearsal/cluster/components";
import { kubeconfig } from "../../../rehearsal/cluster/kubeconfig";
import { KWOK_STAGES, kwokConfig } from "../../../rehearsal/cluster/kwok-stages";

const binaries = {
  etcd: "/bin/etcd",
  kubeApiserver: "/bin/kube-apiserver",
  kubeControllerManager: "/bin/kube-controller-manager",
  kubeScheduler: "/bin/kube-scheduler",
  kwok: "/bin/kwok",
};
const specs = (isolated: boolean) => componentSpecs({ binaries, folder: "/run/x", ports: DEFAULT_PORTS, isolated });

describe("command lines of the control plane", () => {
  it("listen on loopback alone where the network is not isolated", () => {
    const all = Object.values(specs(false));
    expect(all).toHaveLength(5);
    for (const { args } of all) {
      expect(args.join(" ")).toContain("127.0.0.1");
      expect(args.join(" ")).not.toMatch(/0\.0\.0\.0|10\.200\./);
    }
  });

  it("let the API server be reached by a pod address inside the namespace", () => {
    expect(specs(true).apiServer.args).toEqual(
      expect.arrayContaining(["--bind-address=0.0.0.0", "--advertise-address=10.200.0.1"]),
    );
  });

  it("call no webhook", () => {
    const flag = specs(true).apiServer.args.find((arg) => arg.startsWith("--disable-admission-plugins="));
    expect(flag).toMatch(/MutatingAdmissionWebhook,ValidatingAdmissionWebhook/);
  });

  it("carry no secret, only files", () => {
    for (const { args } of Object.values(specs(true))) expect(args.join(" ")).not.toMatch(/PRIVATE KEY|token=/);
  });

  it("renew the leases of the nodes, without which pods are taken for lost after a while", () => {
    const { kwok } = specs(true);
    expect(kwok.args.join(" ")).toContain("--node-lease-duration-seconds=40");
  });
});

describe("objects of the rehearsal's cluster", () => {
  it("spread six nodes of the given size over three zones", () => {
    const made = nodes({ cpu: "8", memory: "16Gi" }, "europe-west1");
    const zones = made.map((node) => node.metadata?.labels?.["topology.kubernetes.io/zone"]);
    const each = ["europe-west1-a", "europe-west1-b", "europe-west1-c"];
    expect(zones).toEqual([...each, ...each]);
    expect(new Set(made.map(({ metadata }) => metadata?.name)).size).toBe(6);
    expect(made[0]?.status).toMatchObject({ allocatable: { cpu: "8", memory: "16Gi" } });
  });

  it("keep pods that did not ask for it away from the nodes of a pool", () => {
    const made = nodes({ cpu: "8", memory: "16Gi" }, "europe-west1", "memory");
    expect(made).toHaveLength(6);
    for (const node of made) {
      expect(node.metadata?.name).toMatch(/^rehearsal-memory-\d$/);
      expect(node.metadata?.labels).toMatchObject({ "terralake.dev/pool": "memory" });
      expect(node.spec).toEqual({ taints: [{ key: "terralake.dev/pool", value: "memory", effect: "NoSchedule" }] });
    }
    expect(nodes({ cpu: "8", memory: "16Gi" }, "europe-west1")[0]).not.toHaveProperty("spec");
  });

  it("are volumes alone for a class that the environment makes itself", () => {
    const made = volumesOf("platform-disks", 2);
    expect(made.map(({ kind, metadata }) => `${kind} ${metadata?.name}`)).toEqual([
      "PersistentVolume platform-disks-0",
      "PersistentVolume platform-disks-1",
    ]);
  });

  it("make volumes for each class, the first of which is the default", () => {
    const made = storage(["standard", "premium-rwo"], 2);
    const classes = made.filter(({ kind }) => kind === "StorageClass");
    const isDefault = classes.map((c) => c.metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"]);
    expect(isDefault).toEqual(["true", "false"]);
    const names = made.filter(({ kind }) => kind === "PersistentVolume").map(({ metadata }) => metadata?.name);
    expect(names).toEqual(["standard-0", "standard-1", "premium-rwo-0", "premium-rwo-1"]);
  });
});

it("gives KWOK one document per stage, each with an own name", () => {
  const documents = parseAllDocuments(kwokConfig()).map((document) => document.toJS() as (typeof KWOK_STAGES)[number]);
  expect(documents).toEqual(KWOK_STAGES);
  expect(new Set(documents.map(({ metadata }) => metadata.name)).size).toBe(5);
});

it("writes a kubeconfig whose only context is the given one", () => {
  const document = JSON.parse(
    kubeconfig({
      context: "kind-kind",
      endpoint: "https://127.0.0.1:6443",
      ca: "CA",
      user: { tokenFile: "/run/token" },
    }),
  );
  expect(document["current-context"]).toBe("kind-kind");
  expect(document.clusters[0].cluster).toEqual({
    server: "https://127.0.0.1:6443",
    "certificate-authority-data": Buffer.from("CA").toString("base64"),
  });
  expect(document.users).toEqual([{ name: "kind-kind", user: { tokenFile: "/run/token" } }]);
});
