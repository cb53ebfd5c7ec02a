import { kindConfig, minikubeArguments } from "../../cli/clusters/local-cluster";

const apiServer = { cidrs: [], port: 6443 };
const node = { cpu: "2500m", memory: "6Gi" } as const;
const kind = { kind: "kind", cluster: "lake", context: "kind-lake", registry: "localhost:5001", apiServer } as const;

interface KindConfig {
  readonly name: string;
  readonly nodes: readonly {
    readonly role: string;
    readonly extraMounts: readonly { readonly hostPath: string }[];
    readonly extraPortMappings?: readonly { readonly containerPort: number; readonly listenAddress: string }[];
  }[];
}

function configWith(count: number, pages = false): KindConfig {
  return JSON.parse(kindConfig({ ...kind, nodes: [{ count, ...node }] }, "/mirrors", pages)) as KindConfig;
}

test("a kind cluster of one node is its control plane", () => {
  expect(configWith(1).nodes.map(({ role }) => role)).toEqual(["control-plane"]);
  expect(configWith(1).name).toBe("lake");
});

test("a kind cluster of more nodes has a control plane on top, which takes no pods", () => {
  expect(configWith(2).nodes.map(({ role }) => role)).toEqual(["control-plane", "worker", "worker"]);
});

test("every node of kind sees the registry's mirror", () => {
  const { nodes } = configWith(3);
  expect(nodes).toHaveLength(4);
  for (const { extraMounts } of nodes) expect(extraMounts.map(({ hostPath }) => hostPath)).toEqual(["/mirrors"]);
});

test("pages are reached on this machine only, and no port is taken without them", () => {
  expect(configWith(2).nodes.filter(({ extraPortMappings }) => extraPortMappings)).toEqual([]);
  const mapped = configWith(2, true).nodes.flatMap(({ extraPortMappings = [] }) => extraPortMappings);
  expect(mapped.map(({ containerPort, listenAddress }) => [containerPort, listenAddress])).toEqual([
    [30080, "127.0.0.1"],
    [30443, "127.0.0.1"],
  ]);
  expect(minikubeArguments(minikube, true).join(" ")).toContain("--ports 127.0.0.1:8000:30080,127.0.0.1:8443:30443");
});

const minikube = {
  kind: "minikube",
  profile: "lake",
  context: "lake",
  nodes: [
    { count: 1, ...node },
    { count: 2, cpu: "1", memory: "512Mi" },
  ],
  apiServer,
} as const;

test("minikube gets nodes of the largest size asked for, rounded up", () => {
  expect(minikubeArguments(minikube, false).join(" ")).toBe(
    "start --profile lake --nodes 3 --cpus 3 --memory 6144m --wait all",
  );
});

test("minikube trusts a registry of the user's", () => {
  expect(minikubeArguments({ ...minikube, registry: "registry.example.com" }, false)).toEqual(
    expect.arrayContaining(["--insecure-registry", "registry.example.com"]),
  );
});
