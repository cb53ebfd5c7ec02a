import { kindConfig, minikubeArguments } from "../../cli/clusters/local-cluster";

const apiServer = { cidrs: [], port: 6443 };
const node = { cpu: "2500m", memory: "6Gi" } as const;
const kind = { kind: "kind", cluster: "lake", context: "kind-lake", registry: "localhost:5001", apiServer } as const;

interface KindConfig {
  readonly name: string;
  readonly nodes: readonly { readonly role: string; readonly extraMounts: readonly { readonly hostPath: string }[] }[];
}

function configWith(count: number): KindConfig {
  return JSON.parse(kindConfig({ ...kind, nodes: [{ count, ...node }] }, "/mirrors")) as KindConfig;
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

test("minikube gets nodes of the largest size asked for, rounded up", () => {
  const args = minikubeArguments({
    kind: "minikube",
    profile: "lake",
    context: "lake",
    nodes: [
      { count: 1, ...node },
      { count: 2, cpu: "1", memory: "512Mi" },
    ],
    apiServer,
  });
  expect(args.join(" ")).toBe("start --profile lake --nodes 3 --cpus 3 --memory 6144m --wait all");
});
