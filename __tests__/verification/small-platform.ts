import type { Block, StackJson } from "../../stacks/stack-json";
import type { Finding, Report, Subject, Waiver } from "../../verification";
import { type RenderTools, renderSubject, verify } from "../../verification";

/** Objects of a small platform by a name for tests; a test changes, adds or takes away. */
export type Objects = Record<string, Block>;

const lake = { namespace: "lake" };
const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};
const podContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } };

/** A workload whose pods are labelled `app: <name>` and meet the level restricted. */
export function deployment(name: string, container: Block, pod: Block = {}): Block {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, ...lake },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          automountServiceAccountToken: false,
          securityContext: podContext,
          containers: [{ name, image: "example.com/app:1.0", securityContext: restricted, ...container }],
          ...pod,
        },
      },
    },
  };
}

/**
 * A catalogue that reads its database's password, configuration and certificate, and a client that calls it. Every
 * reference leads to something and every flow is open.
 */
export function objects(): Objects {
  return {
    database: {
      apiVersion: "postgresql.cnpg.io/v1",
      kind: "Cluster",
      metadata: { name: "postgres", ...lake },
      spec: { instances: 1, storage: { size: "1Gi", storageClass: "standard" } },
    },
    password: {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "catalog-database", ...lake },
      spec: {
        secretStoreRef: { kind: "SecretStore", name: "vault" },
        data: [{ secretKey: "password", remoteRef: { key: "platform/catalog", property: "password" } }],
        target: { name: "catalog-database" },
      },
    },
    store: {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { name: "vault", ...lake },
      spec: { provider: {} },
    },
    issuer: {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: "authority" },
      spec: { selfSigned: {} },
    },
    certificate: {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: "catalog-tls", ...lake },
      spec: { secretName: "catalog-tls", issuerRef: { kind: "ClusterIssuer", name: "authority" } },
    },
    configuration: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "catalog-config", ...lake },
      data: { "catalog.properties": "url=jdbc:postgresql://postgres-rw.lake.svc:5432/catalog" },
    },
    account: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "catalog", ...lake } },
    role: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "catalog", ...lake },
      rules: [],
    },
    binding: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "catalog", ...lake },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "catalog" },
      subjects: [{ kind: "ServiceAccount", name: "catalog", namespace: "lake" }],
    },
    volume: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "catalog-data", ...lake },
      spec: { storageClassName: "standard" },
    },
    catalog: deployment(
      "catalog",
      {
        ports: [{ name: "http", containerPort: 8080 }],
        env: [
          { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "catalog-database", key: "password" } } },
          { name: "LEVEL", valueFrom: { configMapKeyRef: { name: "catalog-config", key: "catalog.properties" } } },
        ],
      },
      {
        serviceAccountName: "catalog",
        automountServiceAccountToken: true,
        volumes: [
          { name: "tls", secret: { secretName: "catalog-tls", items: [{ key: "ca.crt", path: "ca.crt" }] } },
          { name: "config", configMap: { name: "catalog-config" } },
          { name: "data", persistentVolumeClaim: { claimName: "catalog-data" } },
        ],
      },
    ),
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "catalog", ...lake },
      spec: { selector: { app: "catalog" }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    client: deployment("client", { env: [{ name: "CATALOG_URL", value: "http://catalog.lake.svc/api" }] }),
  };
}

type End = { readonly app: string } | { readonly cidr: string } | { readonly database: string };

function labels(end: End): Block {
  return "app" in end ? { app: end.app } : "database" in end ? { "cnpg.io/cluster": end.database } : {};
}

/** A policy of the table, as the Kubernetes provider has it. */
export function policy(name: string, direction: "egress" | "ingress", own: End, peer: End, port: number): Block {
  const to =
    "cidr" in peer
      ? { ip_block: { cidr: peer.cidr } }
      : {
          namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "lake" } },
          pod_selector: { match_labels: labels(peer) },
        };
  return {
    metadata: { name: `${name}-${direction}`, ...lake, annotations: { "terralake.dev/reason": "test" } },
    spec: {
      pod_selector: { match_labels: labels(own) },
      policy_types: [direction === "egress" ? "Egress" : "Ingress"],
      [direction]: [
        { [direction === "egress" ? "to" : "from"]: [to], ports: [{ port: String(port), protocol: "TCP" }] },
      ],
    },
  };
}

const [client, catalog, postgres] = [{ app: "client" }, { app: "catalog" }, { database: "postgres" }];
const apiServer = { cidr: "172.18.0.0/16" };

/** The policies that the small platform needs, by a name for tests. */
export function policies(): Objects {
  return {
    deny: {
      metadata: { name: "default-deny", ...lake },
      spec: { pod_selector: {}, policy_types: ["Ingress", "Egress"] },
    },
    clientToCatalog: policy("client-to-catalog", "egress", client, catalog, 8080),
    catalogFromClient: policy("client-to-catalog", "ingress", catalog, client, 8080),
    catalogToPostgres: policy("catalog-to-postgres", "egress", catalog, postgres, 5432),
    postgresFromCatalog: policy("catalog-to-postgres", "ingress", postgres, catalog, 5432),
    catalogToApiServer: policy("catalog-to-api-server", "egress", catalog, apiServer, 6443),
    postgresToApiServer: policy("postgres-to-api-server", "egress", postgres, apiServer, 6443),
  };
}

/** What a test changes of the small platform. */
export interface Change {
  readonly objects?: (objects: Objects) => void;
  readonly policies?: (policies: Objects) => void;
  /** More releases, by the name of their resource. */
  readonly releases?: Readonly<Record<string, Block>>;
  /** More resources by type. */
  readonly resources?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
}

function copyOf<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** The small platform as synthesized JSON. */
export function subject(change: Change = {}): Subject {
  // Copies: a change must not reach the next test through what several objects share.
  const delivered = copyOf(objects());
  const table = copyOf(policies());
  change.objects?.(delivered);
  change.policies?.(table);
  const json: StackJson = {
    terraform: { backend: {}, required_providers: {} },
    provider: {},
    resource: {
      kubernetes_namespace_v1: { Lake: { metadata: { name: "lake" } } },
      kubernetes_network_policy_v1: table,
      helm_release: {
        Objects: {
          name: "objects",
          namespace: "lake",
          chart: "./assets/CustomResourcesChart/0",
          values: [JSON.stringify({ objects: delivered })],
        },
        ...change.releases,
      },
      ...change.resources,
    },
  };
  return { environment: "test", target: "kind", stacks: [{ name: "test-services", folder: "/nowhere", json }] };
}

/** Without Helm and charts: objects of the project's own chart are read as they are. */
export const noTools: RenderTools = {
  helm: { missing: "there is no helm" },
  chart: () => Promise.resolve({ missing: "the chart is not at hand" }),
};

/** Runs every check over the small platform. */
export async function report(change: Change = {}, tools = noTools, waivers: readonly Waiver[] = []): Promise<Report> {
  const whole = subject(change);
  const releases = await renderSubject(whole, tools);
  return verify(whole, releases, { packedValues: () => Promise.resolve("") }, waivers);
}

/** What a change brings to light, as `path: given`. */
export async function findings(change: Change): Promise<readonly string[]> {
  return (await report(change)).findings.map(shown);
}

export function shown({ path, given }: Finding): string {
  return `${path}: ${given}`;
}

/** An object of the small platform, for a change. */
export function part(objects: Objects, name: string): Block {
  const found = objects[name];
  if (!found) {
    throw new Error(`the small platform has no ${name}`);
  }
  return found;
}

/** Sets a value at a path such as `spec.ports.0.port`, in place. */
export function set(object: Block, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let at: Block = object;
  for (const key of keys) {
    at = at[key] as Block;
    if (typeof at !== "object" || at === null) {
      throw new Error(`there is nothing at ${path}`);
    }
  }
  if (value === undefined) {
    delete at[last];
  } else {
    at[last] = value;
  }
}
