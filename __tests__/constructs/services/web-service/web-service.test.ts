import { generated, keyOf } from "../../../../constructs/secrets";
import { releasesOf } from "../../../support/releases";
import { type ServiceStacks, small } from "../service-stacks";
import { environmentOf, namespace, podsOf, webService } from "./web-service-stack";

const autoscale = { max: 6, cpu: 70, calmSeconds: 300 };

const token = ({ context }: ServiceStacks) =>
  keyOf(context.secrets.secret("shop/api", { token: generated() }), "token");

describe("pods", () => {
  test("are restricted, write to given folders only and get no token", () => {
    const { spec } = podsOf(webService({ writable: ["/tmp", "/var/cache"] }));
    expect(spec).toMatchObject({
      serviceAccountName: "backend",
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(spec.containers[0]).toMatchObject({
      image: "registry.example.com/shop/backend:1.4.2",
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    });
    expect(spec.containers[0].volumeMounts.map(({ mountPath }) => mountPath)).toEqual(["/tmp", "/var/cache"]);
    expect(spec.volumes.map(({ emptyDir }) => emptyDir)).toEqual([{ sizeLimit: "1Gi" }, { sizeLimit: "1Gi" }]);
  });

  test("are asked for their health by a path for each question", () => {
    const [container] = podsOf(webService()).spec.containers;
    const at = (path: string) => ({ httpGet: { path, port: "http" } });
    expect(container.startupProbe).toMatchObject({ ...at("/started"), periodSeconds: 5, failureThreshold: 12 });
    expect(container.readinessProbe).toMatchObject(at("/ready"));
    expect(container.livenessProbe).toMatchObject(at("/alive"));
  });

  test("take requests for a while before they end", () => {
    const { spec } = podsOf(webService({ graceSeconds: 90, drainSeconds: 30 }));
    expect(spec.terminationGracePeriodSeconds).toBe(90);
    expect(spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 30 } } });
    expect(podsOf(webService({ drainSeconds: 0 })).spec.containers[0].lifecycle).toBeUndefined();
  });

  test("go to several zones and nodes", () => {
    const keys = (made: ReturnType<typeof webService>) =>
      ((podsOf(made).spec.topologySpreadConstraints ?? []) as { readonly topologyKey: string }[]).map(
        ({ topologyKey }) => topologyKey,
      );
    const both = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"];
    expect(keys(webService())).toEqual(both);
    expect(keys(webService({ replicas: 1 }))).toEqual([]);
    expect(keys(webService({ replicas: 1, autoscale }))).toEqual(both);
  });

  test("come from the environment's registry", () => {
    const made = webService({}, { imageRegistry: "mirror.example.com/all" });
    expect(podsOf(made).spec.containers[0].image).toBe("mirror.example.com/all/shop/backend:1.4.2");
  });

  test("leave their user to the namespace on OpenShift", () => {
    const { securityContext } = podsOf(webService({}, { openshift: true })).spec;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(Object.keys(securityContext as object)).not.toEqual(expect.arrayContaining(["runAsUser"]));
    expect(Object.keys(securityContext as object)).not.toEqual(expect.arrayContaining(["fsGroup"]));
  });

  test("begin anew when a file or a secret changes", () => {
    const of = (content: string) =>
      podsOf(webService((stacks) => ({ config: { "app.yaml": content }, secrets: { TOKEN: token(stacks) } }))).metadata
        .annotations;
    expect(of("a: 1")).toMatchObject({ "secret.reloader.stakater.com/reload": "backend-environment" });
    expect(of("a: 1")["terralake.dev/config"]).toMatch(/^[0-9a-f]{16}$/);
    expect(of("a: 1")).toEqual(of("a: 1"));
    expect(of("a: 1")["terralake.dev/config"]).not.toBe(of("a: 2")["terralake.dev/config"]);
  });
});

describe("how many there are", () => {
  test("is what is said where nothing scales them", () => {
    const made = webService({ replicas: 3 });
    expect(made.one("Deployment").spec).toMatchObject({ replicas: 3 });
    expect(made.all("HorizontalPodAutoscaler")).toEqual([]);
  });

  test("is left to the autoscaler where there is one", () => {
    const made = webService({ autoscale: { ...autoscale, memory: 80 } });
    expect(made.one("Deployment").spec).not.toHaveProperty("replicas");
    expect(made.one("HorizontalPodAutoscaler")).toMatchObject({
      apiVersion: "autoscaling/v2",
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "backend" },
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
          { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } } },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
      },
    });
  });

  test("never blocks a drain", () => {
    expect(webService({ replicas: 1 }).all("PodDisruptionBudget")).toEqual([]);
    expect(webService({ replicas: 1, autoscale }).all("PodDisruptionBudget")).toEqual([]);
    expect(webService().one("PodDisruptionBudget").spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
  });

  test("is found by every selector alike", () => {
    const made = webService({ autoscale });
    const { selector, template } = made.one("Deployment").spec as {
      readonly selector: { readonly matchLabels: object };
      readonly template: { readonly metadata: { readonly labels: object } };
    };
    expect(template.metadata.labels).toEqual(selector.matchLabels);
    expect(made.one("Service").spec).toMatchObject({ selector: selector.matchLabels });
    expect(made.one("PodDisruptionBudget").spec).toMatchObject({ selector });
    expect(made.made.server.end).toMatchObject({ podLabels: selector.matchLabels });
  });
});

describe("files and secrets", () => {
  test("are mounted where they are said to be, read only", () => {
    const made = webService((stacks) => ({
      config: { "app.yaml": "a: 1" },
      secretFiles: { "key.pem": token(stacks) },
    }));
    expect(made.one("ConfigMap", "backend-config")).toMatchObject({ data: { "app.yaml": "a: 1" } });
    const { volumes, containers } = podsOf(made).spec;
    expect(containers[0].volumeMounts).toEqual([
      { name: "config", mountPath: "/config", readOnly: true },
      { name: "secrets", mountPath: "/secrets", readOnly: true },
      { name: "writable-1", mountPath: "/tmp" },
    ]);
    expect(volumes).toEqual([
      { name: "config", configMap: { name: "backend-config" } },
      { name: "secrets", secret: { secretName: "backend-files" } },
      { name: "writable-1", emptyDir: { sizeLimit: "1Gi" } },
    ]);
  });

  test("that are secret come from the source and stand nowhere else", () => {
    const made = webService((stacks) => ({ env: { MODE: "fast" }, secrets: { TOKEN: token(stacks) } }));
    expect(environmentOf(made)).toEqual({ MODE: "fast" });
    const secret = made.one("ExternalSecret", "backend-environment");
    expect(secret.spec).toMatchObject({
      data: [{ secretKey: "TOKEN", remoteRef: { key: "platform/shop/api", property: "token" } }],
    });
    expect(podsOf(made).spec.containers[0].envFrom).toEqual([{ secretRef: { name: "backend-environment" } }]);
  });

  test("make no store where there are none", () => {
    expect(webService().all("SecretStore")).toEqual([]);
  });
});

describe("rights", () => {
  const rights = [{ apiGroup: "apps", resources: ["deployments"], verbs: ["get", "patch"], names: ["web"] }];

  test("are those that are named, in its own namespace, and let it call the API", () => {
    const made = webService({ rights });
    expect(made.one("Role")).toMatchObject({
      rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"], resourceNames: ["web"] }],
    });
    expect(made.one("RoleBinding")).toMatchObject({
      roleRef: { kind: "Role", name: "backend" },
      subjects: [{ kind: "ServiceAccount", name: "backend", namespace: namespace.name }],
    });
    expect(podsOf(made).spec.automountServiceAccountToken).toBe(true);
    expect(made.rows()).toEqual(["backend -> api-server 6443"]);
  });

  test("are none where none are named", () => {
    const made = webService();
    expect([made.all("Role"), made.all("RoleBinding"), made.rows()]).toEqual([[], [], []]);
    expect(made.one("ServiceAccount")).toMatchObject({ automountServiceAccountToken: false });
  });
});

describe("a Google service account", () => {
  const googleServiceAccount = "shop@example-dev.iam.gserviceaccount.com";

  test("is acted as by Workload Identity, with the way to Google and to the metadata server", () => {
    const made = webService({ googleServiceAccount });
    expect(made.one("ServiceAccount").metadata).toMatchObject({
      annotations: { "iam.gke.io/gcp-service-account": googleServiceAccount },
    });
    expect(made.rows()).toEqual(["backend -> metadata-server 80,988", "backend -> internet 443"]);
  });
});

describe("who it calls", () => {
  test("is nobody until it is said", () => {
    expect(webService().flows.flows).toEqual([]);
  });

  test("is the internet by TLS, and addresses that are named", () => {
    const outside = [{ name: "payments", cidrs: ["10.9.0.0/24"], ports: [443, 8443] }];
    expect(webService({ internet: true, outside }).rows()).toEqual([
      "backend -> internet 443",
      "backend -> payments 443,8443",
    ]);
  });
});

describe("what it offers", () => {
  test("is an address inside the cluster that leads to its port", () => {
    const made = webService({ port: 3000 });
    expect(made.made.url).toBe("http://backend.shop.svc");
    expect(made.made.server.port).toBe(3000);
    expect(made.one("Service").spec).toMatchObject({ ports: [{ name: "http", port: 80, targetPort: "http" }] });
    expect(podsOf(made).spec.containers[0].ports).toEqual([{ name: "http", containerPort: 3000 }]);
  });

  test("is a page only where it has one", () => {
    expect(webService().made.webUi).toBeUndefined();
    expect(webService({ page: { path: "/api", login: "none" } }).made.webUi).toMatchObject({
      name: "backend",
      path: "/api",
      login: "none",
      healthPath: "/ready",
      service: { namespace: "shop", name: "backend", port: 80 },
    });
  });

  test("are metrics at a port of their own or at that of requests", () => {
    expect(webService().made.metrics).toBeUndefined();
    const own = webService({ metrics: { port: 9090, path: "/stats" } });
    expect(own.made.metrics).toMatchObject({ name: "web-backend", port: 9090, portName: "metrics", path: "/stats" });
    expect(podsOf(own).spec.containers[0].ports).toContainEqual({ name: "metrics", containerPort: 9090 });
    const shared = webService({ metrics: { port: 8080, path: "/metrics" } });
    expect(shared.made.metrics).toMatchObject({ port: 8080, portName: "http" });
    expect(podsOf(shared).spec.containers[0].ports).toEqual([{ name: "http", containerPort: 8080 }]);
  });

  test("tell when no pod is left, and when the autoscaler can make no more", () => {
    const names = (made: ReturnType<typeof webService>) => made.made.metrics?.alerts?.map(({ name }) => name);
    const metrics = { port: 8080, path: "/metrics" };
    expect(names(webService({ metrics }))).toEqual(["WebServiceDown"]);
    expect(names(webService({ metrics, autoscale }))).toEqual(["WebServiceDown", "WebServiceAtItsMaximum"]);
  });
});

describe("an acceptance test", () => {
  const acceptance = { image: "registry.example.com/shop/tests:1.4.2", command: ["/test"], resources: small };
  const jobOf = (made: ReturnType<typeof webService>) => made.all("Job")[0];

  test("calls the web service once its pods are ready, and nothing else", () => {
    const made = webService({ acceptance });
    const release = releasesOf(made.services).find(({ name }) => name === "backend-acceptance");
    expect(release?.dependsOn).toEqual([expect.stringMatching(/^helm_release\.Backend_Objects_Release/)]);
    expect(made.rows()).toEqual(["backend-acceptance -> backend 8080"]);
    expect(jobOf(made)?.spec).toMatchObject({
      backoffLimit: 0,
      template: {
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true },
          containers: [
            {
              image: "registry.example.com/shop/tests:1.4.2",
              command: ["/test"],
              env: [{ name: "URL", value: "http://backend.shop.svc" }],
              securityContext: { readOnlyRootFilesystem: true },
            },
          ],
        },
      },
    });
  });

  test("runs again for another web service and not for the same", () => {
    const name = (image: string) => jobOf(webService({ acceptance, image }))?.metadata.name;
    expect(name("registry.example.com/shop/backend:1.4.2")).toMatch(/^backend-acceptance-[0-9a-f]{10}$/);
    expect(name("registry.example.com/shop/backend:1.4.2")).toBe(name("registry.example.com/shop/backend:1.4.2"));
    expect(name("registry.example.com/shop/backend:1.4.3")).not.toBe(name("registry.example.com/shop/backend:1.4.2"));
  });

  test("is no pod that requests come to", () => {
    expect(jobOf(webService({ acceptance }))?.spec).toMatchObject({
      template: {
        metadata: { labels: { "app.kubernetes.io/name": "backend", "app.kubernetes.io/component": "acceptance" } },
      },
    });
  });

  test("is not there unless it is asked for", () => {
    expect(webService().all("Job")).toEqual([]);
  });
});
