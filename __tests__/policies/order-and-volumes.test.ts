import { order } from "../../policies/helm/rel-04-order";
import { keptVolumes } from "../../policies/helm/rel-08-kept-volumes";
import type { Block } from "../../stacks/stack-json";
import { cloud, describeRule, expression, stackOf } from "./hand-made";

const release = (chart: string, { values = {}, ...block }: { values?: object } & Block = {}) => ({
  name: chart,
  namespace: "lake",
  chart,
  values: [JSON.stringify(values)],
  ...block,
});
const objects = (...delivered: readonly object[]) => ({ objects: { ...delivered } });
const certificate = { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { name: "one" } };
const deliver = (block: Block = {}, ...delivered: readonly object[]) =>
  release("./assets/Chart/00AB", { values: objects(...(delivered.length > 0 ? delivered : [certificate])), ...block });
const namespace = { metadata: { name: "lake" } };
const base = (releases: { readonly [name: string]: Block }) => stackOf({ resource: { helm_release: releases } });
const services = (releases: { readonly [name: string]: Block }) =>
  stackOf({ resource: { helm_release: releases } }, { layer: "services" });

describeRule(order, {
  violates: [
    [
      "a release before its namespace",
      stackOf({
        resource: { kubernetes_namespace_v1: { Lake: namespace }, helm_release: { One: release("cert-manager") } },
      }),
      "does not wait for its namespace kubernetes_namespace_v1.Lake",
    ],
    [
      "an object before its namespace",
      stackOf({
        resource: {
          kubernetes_namespace_v1: { Lake: namespace },
          kubernetes_config_map_v1: { One: { metadata: { name: "one", namespace: "lake" } } },
        },
      }),
      "does not wait for its namespace kubernetes_namespace_v1.Lake",
    ],
    [
      "custom resources beside their operator",
      base({ Operator: release("cert-manager"), One: deliver() }),
      "does not wait for helm_release.Operator, which brings cert-manager.io",
    ],
    [
      "custom resources without an operator",
      base({ One: deliver() }),
      "no release of cert-manager is before it, which brings cert-manager.io",
    ],
    [
      "custom resources before the layer of their operator",
      [base({ One: deliver() }), services({ Operator: release("cert-manager") })],
      "no release of cert-manager is before it, which brings cert-manager.io",
    ],
    [
      "a kind of nobody",
      base({ One: deliver({}, { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "one" } }) }),
      "nobody is known to bring the definitions of example.com",
    ],
    [
      "an instance beside its operator",
      base({ Operator: release("flux-operator"), One: release("flux-instance") }),
      "does not wait for helm_release.Operator",
    ],
    [
      "an operator without its definitions",
      base({
        Definitions: release("mariadb-operator-crds"),
        Operator: release("mariadb-operator"),
        One: deliver(
          { depends_on: ["helm_release.Operator"] },
          { apiVersion: "k8s.mariadb.com/v1alpha1", kind: "MariaDB", metadata: { name: "one" } },
        ),
      }),
      "does not wait for helm_release.Definitions, which brings k8s.mariadb.com",
    ],
  ],
  complies: [
    [
      "a release after the one whose definitions it has objects of",
      base({
        Operator: release("flux-operator"),
        One: release("flux-instance", { depends_on: ["helm_release.Operator"] }),
      }),
    ],
    [
      "a release after its namespace",
      stackOf({
        resource: {
          kubernetes_namespace_v1: { Lake: namespace },
          helm_release: { One: release("cert-manager", { depends_on: ["kubernetes_namespace_v1.Lake"] }) },
        },
      }),
    ],
    [
      "an object that names its namespace by reference",
      stackOf({
        resource: {
          kubernetes_namespace_v1: { Lake: namespace },
          kubernetes_config_map_v1: {
            One: {
              metadata: { name: "one", namespace: "lake" },
              data: { key: expression("kubernetes_namespace_v1.Lake.id") },
            },
          },
        },
      }),
    ],
    [
      "custom resources after another release that waits",
      base({
        Operator: release("cert-manager"),
        Between: release("one", { depends_on: ["helm_release.Operator"] }),
        One: deliver({ depends_on: ["helm_release.Between"] }),
      }),
    ],
    ["an operator of an earlier layer", [base({ Operator: release("cert-manager") }), services({ One: deliver() })]],
    [
      "objects of Kubernetes itself",
      base({ One: deliver({}, { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "one" } }) }),
    ],
  ],
  doesNotApply: [["what is not in a cluster", stackOf({ resource: { google_storage_bucket: { One: {} } } })]],
});

const prod = { environment: { ...cloud, tier: "prod" as const } };
const kept = {
  metadata: { name: "disks" },
  reclaim_policy: "Retain",
  allow_volume_expansion: true,
  volume_binding_mode: "WaitForFirstConsumer",
  parameters: { "disk-encryption-kms-key": "projects/p/locations/l/keyRings/r/cryptoKeys/disks" },
};
const disks = (changes: Block = {}, place: object = prod) =>
  stackOf({ resource: { kubernetes_storage_class_v1: { Disks: { ...kept, ...changes } } } }, place);
const values = (given: object, place: object = prod) =>
  stackOf({ resource: { helm_release: { One: release("one", { values: given }) } } }, { layer: "services", ...place });
const unnamed = "its class is absent, and the environment makes disks";

describeRule(keptVolumes, {
  violates: [
    ["disks that go with their claims", disks({ reclaim_policy: "Delete" }), 'reclaim_policy is "Delete"'],
    ["disks that cannot grow", disks({ allow_volume_expansion: false }), "allow_volume_expansion is false"],
    ["disks in any zone", disks({ volume_binding_mode: "Immediate" }), 'volume_binding_mode is "Immediate"'],
    ["a key of Google", disks({ parameters: {} }), "disk-encryption-kms-key is absent"],
    ["a volume of the default class", [disks(), values({ persistence: { size: "5Gi" } })], unnamed],
    ["an operator's volume", [disks(), values({ spec: { storage: { size: "5Gi" } } })], unnamed],
    [
      "a claim of another class",
      [disks(), values({ claims: [{ accessModes: ["ReadWriteOnce"], storageClassName: "standard" }] })],
      'its class is "standard", and the environment makes disks',
    ],
    [
      "a class that nobody makes",
      values({ data: { size: "5Gi", storageClass: "disks" } }),
      'its class is "disks", and the environment makes none',
    ],
  ],
  complies: [
    ["a class that keeps its disks", disks()],
    [
      "volumes of that class",
      [
        disks(),
        values({
          persistence: { size: "5Gi", storageClass: "disks" },
          volumes: [{ size: "5Gi", class: "disks" }],
          claims: [{ accessModes: ["ReadWriteOnce"], storageClassName: "disks" }],
        }),
      ],
    ],
  ],
  doesNotApply: [
    ["dev", [disks({ reclaim_policy: "Delete" }, { environment: { ...cloud, tier: "dev" } })]],
    ["a laptop", values({ persistence: { size: "5Gi" } }, {})],
    [
      "storage that is off, and sizes of other things",
      values({ persistence: { size: "5Gi", enabled: false }, cache: { size: "5Gi" } }),
    ],
  ],
});
