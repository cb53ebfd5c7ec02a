import { idOf, PlatformNamespace, type PlatformNamespaceProps } from "../../../constructs/kubernetes";
import { PlatformError } from "../../../constructs/terraform";
import { testStack } from "../../support/test-stack";
import { all, only } from "../gke/synthesized";

function namespace(props: Partial<PlatformNamespaceProps> = {}) {
  const stack = testStack();
  const made = new PlatformNamespace(stack, "Lake", {
    name: "lake",
    quota: { cpu: "4", memory: "8Gi", pods: 30 },
    ...props,
  });
  return { stack, made };
}

describe("PlatformNamespace", () => {
  it("enforces, audits and warns of one level of one version", () => {
    const { stack, made } = namespace();
    expect(made.podSecurity).toBe("restricted");
    const { labels } = only(stack, "kubernetes_namespace_v1").metadata as { labels: Record<string, string> };
    expect(Object.keys(labels)).toHaveLength(6);
    expect(new Set(Object.values(labels))).toEqual(new Set(["restricted", "v1.32"]));
  });

  it("takes another level where it is asked to", () => {
    expect(only(namespace({ podSecurity: "baseline" }).stack, "kubernetes_namespace_v1")).toMatchObject({
      metadata: { labels: { "pod-security.kubernetes.io/enforce": "baseline" } },
    });
  });

  it("bounds what all pods ask for, and gives each container a default", () => {
    const { stack } = namespace();
    expect(only(stack, "kubernetes_resource_quota_v1")).toMatchObject({
      metadata: { name: "quota", namespace: "lake" },
      spec: { hard: { "requests.cpu": "4", "requests.memory": "8Gi", pods: "30" } },
    });
    expect(only(stack, "kubernetes_limit_range_v1")).toMatchObject({
      spec: { limit: [{ type: "Container", default_request: { cpu: "10m", memory: "32Mi" } }] },
    });
  });

  it("lets pods ask for names and do nothing else", () => {
    const policies = all(namespace().stack, "kubernetes_network_policy_v1");
    expect(policies.map(({ metadata }) => (metadata as { name: string }).name)).toEqual(["allow-dns", "default-deny"]);
    expect(policies[1]?.spec).toEqual({ pod_selector: {}, policy_types: ["Ingress", "Egress"] });
    const [{ spec } = {}] = policies;
    const { egress } = spec as { egress: readonly { ports: readonly object[] }[] };
    expect(egress).toHaveLength(2);
    for (const { ports } of egress) {
      expect(ports).toEqual([
        { protocol: "UDP", port: "53" },
        { protocol: "TCP", port: "53" },
      ]);
    }
  });

  it("is there before what is in it", () => {
    const { stack, made } = namespace();
    const inside = ["kubernetes_resource_quota_v1", "kubernetes_limit_range_v1", "kubernetes_network_policy_v1"];
    const blocks = inside.flatMap((type) => all(stack, type));
    expect(blocks).toHaveLength(4);
    for (const block of blocks) {
      expect(block.depends_on).toEqual([`kubernetes_namespace_v1.${made.resource.friendlyUniqueId}`]);
    }
  });

  it.each(["Lake", "-lake", "lake-", "my_lake", "", "x".repeat(64)])("refuses the name %p", (name) => {
    expect(() => namespace({ name })).toThrow(PlatformError);
    expect(() => namespace({ name })).toThrow(
      `test/Lake: namespace is "${name}": use lower-case letters, digits and dashes, at most 63 characters`,
    );
  });
});

describe("idOf", () => {
  it.each([
    ["data-platform", "DataPlatform"],
    ["cnpg-system", "CnpgSystem"],
    ["object-store/warehouse", "ObjectStoreWarehouse"],
    ["access_key", "AccessKey"],
    ["a--b", "AB"],
  ])("turns %s into %s", (name, id) => {
    expect(idOf(name)).toBe(id);
  });
});
