import { matrixOf } from "../../verification";
import { deployment, findings, part, policy, report, set, subject } from "./small-platform";

const call = "Deployment/client spec.template.spec.containers[0].env[0].value";

test.each([
  ["clientToCatalog", "egress from Deployment/client of lake at port 8080"],
  ["catalogFromClient", "ingress to Deployment/catalog of lake at port 8080"],
])("finds a flow whose policy is gone: %s", async (name, closed) => {
  const { findings: found } = await report({
    policies: (policies) => {
      delete policies[name];
    },
  });
  expect(found.map(({ path, given, allowed }) => ({ path, given, allowed }))).toEqual([
    { path: call, given: "lake Deployment/client calls catalog.lake.svc", allowed: `no policy opens ${closed}` },
    expect.objectContaining({ given: expect.stringContaining("is open on the side of") }),
  ]);
});

test("finds a policy with the port of the Service in the place of the pods'", async () => {
  const found = await findings({
    policies: (policies) => {
      policies.clientToCatalog = policy("client-to-catalog", "egress", { app: "client" }, { app: "catalog" }, 80);
    },
  });
  expect(found).toEqual([`${call}: lake Deployment/client calls catalog.lake.svc`]);
});

test("finds a policy that selects labels which the pods do not have", async () => {
  const found = await findings({
    objects: (objects) => set(part(objects, "client"), "spec.template.metadata.labels.app", "cli"),
  });
  expect(found).toEqual([
    `${call}: lake Deployment/client calls catalog.lake.svc`,
    `${call}: lake Deployment/client calls catalog.lake.svc`,
  ]);
});

test("pods of one workload need a flow among themselves only where there are several", async () => {
  const own = (replicas: number) =>
    findings({
      objects: (objects) => {
        set(part(objects, "catalog"), "spec.replicas", replicas);
        set(part(objects, "catalog"), "spec.template.spec.containers.0.args", ["--peers=http://catalog.lake.svc"]);
      },
    });
  expect(await own(1)).toEqual([]);
  expect(await own(2)).toHaveLength(2);
});

test("finds a pod with rights that may not call the API server", async () => {
  const found = await findings({
    policies: (policies) => {
      delete policies.catalogToApiServer;
    },
  });
  expect(found).toEqual(["Deployment/catalog: Deployment/catalog of lake calls the Kubernetes API"]);
});

test("a pod without a token does not call the API server", async () => {
  const found = await findings({
    objects: (objects) => set(part(objects, "catalog"), "spec.template.spec.automountServiceAccountToken", false),
    policies: (policies) => {
      delete policies.catalogToApiServer;
    },
  });
  expect(found).toEqual([]);
});

test("finds a webhook that the API server does not reach", async () => {
  const hook = (namespace: string) => ({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "catalog" },
    webhooks: [{ name: "x", clientConfig: { service: { name: "catalog", namespace, port: 80 } } }],
  });
  const withHook = (namespace: string) =>
    findings({
      objects: (objects) => {
        objects.hook = hook(namespace);
      },
    });
  const path = "ValidatingWebhookConfiguration/catalog webhooks[0].clientConfig.service";
  expect(await withHook("lake")).toEqual([`${path}: the API server calls Deployment/catalog of lake at port 8080`]);
  expect(await withHook("elsewhere")).toEqual([`${path}: Service catalog in elsewhere`]);
  const open = await findings({
    objects: (objects) => {
      objects.hook = hook("lake");
    },
    policies: (policies) => {
      policies.hook = policy("api-server-to-catalog", "ingress", { app: "catalog" }, { cidr: "172.18.0.0/16" }, 8080);
    },
  });
  expect(open).toEqual([]);
});

test("finds a namespace that does not deny by default, and a policy that is in no table", async () => {
  const found = await findings({
    policies: (policies) => {
      delete policies.deny;
      set(part(policies, "clientToCatalog"), "metadata.annotations", undefined);
    },
  });
  expect(found).toEqual([
    "Namespace/lake: no policy that denies ingress and egress of all pods",
    "NetworkPolicy/client-to-catalog-egress: no reason",
  ]);
});

test("a default that denies one way only is none", async () => {
  const found = await findings({
    policies: (policies) => set(part(policies, "deny"), "spec.policy_types", ["Ingress"]),
  });
  expect(found).toEqual(["Namespace/lake: no policy that denies ingress and egress of all pods"]);
});

test("finds a flow that is open on one side only", async () => {
  const found = await findings({
    policies: (policies) => {
      policies.more = policy("catalog-to-client", "egress", { app: "catalog" }, { app: "client" }, 9000);
    },
  });
  expect(found).toEqual([
    "NetworkPolicy/catalog-to-client-egress: lake/app=catalog to lake/app=client at 9000 is open on the side of egress only",
  ]);
});

test("a monitor finds what it selects, and its port", async () => {
  const monitor = (app: string, port: string) => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: { name: "catalog", namespace: "lake" },
    spec: { selector: { matchLabels: { app } }, podMetricsEndpoints: [{ port }] },
  });
  const check = (app: string, port: string) =>
    findings({
      objects: (objects) => {
        objects.monitor = monitor(app, port);
      },
    });
  expect(await check("catalog", "http")).toEqual([]);
  expect(await check("catalog", "metrics")).toEqual(["PodMonitor/catalog podMetricsEndpoints[0].port: metrics"]);
  expect(await check("catalogue", "http")).toEqual(["PodMonitor/catalog spec.selector: app=catalogue"]);
});

test("a route finds its Service and port", async () => {
  const route = (port: number) => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "catalog", namespace: "lake" },
    spec: { rules: [{ backendRefs: [{ name: "catalog", port }] }] },
  });
  const check = (port: number) =>
    findings({
      objects: (objects) => {
        objects.route = route(port);
      },
    });
  expect(await check(80)).toEqual([]);
  expect(await check(8080)).toEqual(["HTTPRoute/catalog rules[0].backendRefs[0]: port 8080 of Service catalog"]);
});

test("a StatefulSet has the Service that gives its pods their names", async () => {
  const found = await findings({
    objects: (objects) => {
      const set = deployment("store", {});
      objects.set = { ...set, kind: "StatefulSet", spec: { ...(set.spec as object), serviceName: "store-headless" } };
    },
  });
  expect(found).toEqual(["StatefulSet/store spec.serviceName: store-headless"]);
});

test("the table who talks to whom has one row for each pair of ends", () => {
  expect(matrixOf(subject()).map(({ from, to, ports, reason }) => [from, to, ports.join(), reason])).toEqual([
    ["lake/app=catalog", "api-server (172.18.0.0/16)", "6443", "test"],
    ["lake/app=catalog", "lake/cnpg.io/cluster=postgres", "5432", "test"],
    ["lake/app=client", "lake/app=catalog", "8080", "test"],
    ["lake/cnpg.io/cluster=postgres", "api-server (172.18.0.0/16)", "6443", "test"],
  ]);
  const [first] = matrixOf(subject()).filter(({ from }) => from === "lake/app=client");
  expect(first?.policies).toEqual(["lake/client-to-catalog-egress", "lake/client-to-catalog-ingress"]);
});
