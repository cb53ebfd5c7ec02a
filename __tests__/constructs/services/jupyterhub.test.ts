import { keyOf, provided } from "../../../constructs/secrets";
import { JupyterHub, type JupyterHubAuthentication, type JupyterHubProps } from "../../../constructs/services";
import { ChartData } from "../../support/chart-data";
import { objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { valuesProblems } from "../../support/values-contract";
import { offers, rangesOf, rangesOutside, rowsOf, secretOf, unknownInTemplates } from "./people-stacks";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const data = ChartData.find();

function jupyterhub(
  change: (made: ReturnType<typeof offers>, stacks: ServiceStacks) => Partial<JupyterHubProps> = () => ({}),
  stacks: ServiceStacks = serviceStacks(),
) {
  const made = offers(stacks);
  const built = new JupyterHub(stacks.services, "JupyterHub", {
    context: stacks.context,
    namespace,
    authentication: { kind: "passwords", users: ["anna", "ben"], admins: ["anna"] },
    database: made.database("jupyterhub"),
    hub: small,
    proxy: small,
    notebook: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
    servers: 3,
    storage: "5Gi",
    culling: { idle: 3600, maxAge: 0 },
    queryEngines: [],
    catalogs: [],
    internet: false,
    ...change(made, stacks),
  });
  return { ...stacks, built };
}

const oidc = (_: unknown, { context }: ServiceStacks): { readonly authentication: JupyterHubAuthentication } => ({
  authentication: {
    kind: "oidc",
    clientId: "jupyterhub",
    clientSecret: keyOf(
      context.secrets.secret("jupyterhub-oidc", {
        "client-secret": provided("jupyterhub_client_secret", "from the provider"),
      }),
      "client-secret",
    ),
    authorizeUrl: "https://login.example.com/authorize",
    tokenUrl: "https://login.example.com:8443/token",
    userdataUrl: "https://login.example.com/userinfo",
    url: "https://jupyterhub.example.com",
    scopes: ["openid"],
    usernameClaim: "email",
    groupsClaim: "groups",
    allowedGroups: ["data"],
    adminGroups: [],
  },
});

const engines = (made: ReturnType<typeof offers>) => ({
  queryEngines: [made.trino, made.sales],
  sparkCluster: made.sparkConnect,
  catalogs: ["lake", "hive"],
});

describe("JupyterHub", () => {
  (data ? test.each : test.skip.each)([
    ["passwords", engines],
    ["a provider", oidc],
  ])("has values that the chart knows, with %s", (_, change) => {
    const values = valuesOf(jupyterhub(change).services, "jupyterhub");
    expect(
      valuesProblems(values, {
        defaults: data?.values("jupyterhub") ?? {},
        schema: data?.schema("jupyterhub"),
        // classes and traits are the hub's
        free: ["hub.config"],
      }),
    ).toEqual([]);
  });

  test("lets each person in with a password of their own, and nobody else", () => {
    const made = jupyterhub();
    const { hub } = valuesOf(made.services, "jupyterhub") as {
      hub: { config: object; extraConfig: { authenticator: string } };
    };
    expect(hub).toMatchObject({
      config: {
        JupyterHub: { authenticator_class: "null" },
        Authenticator: { allowed_users: ["anna", "ben"], admin_users: ["anna"] },
      },
      existingSecret: "jupyterhub-hub-keys",
    });
    expect(hub.extraConfig.authenticator).toContain(
      'Path("/usr/local/etc/jupyterhub/existing-secret", f"user.{name}")',
    );
    expect(hub.extraConfig.authenticator).toContain("if name not in self.allowed_users:");
    expect(secretOf(made, "jupyterhub-hub-keys")).toMatchObject({
      "user.anna": "platform/jupyterhub/users/anna#password",
      "user.ben": "platform/jupyterhub/users/ben#password",
    });
  });

  test("asks a provider, whose client secret is in no value", () => {
    const made = jupyterhub(oidc);
    expect(valuesOf(made.services, "jupyterhub")).toMatchObject({
      hub: {
        config: {
          JupyterHub: { authenticator_class: "generic-oauth" },
          GenericOAuthenticator: {
            client_id: "jupyterhub",
            oauth_callback_url: "https://jupyterhub.example.com/hub/oauth_callback",
            allowed_groups: ["data"],
            auth_state_groups_key: "oauth_user.groups",
          },
        },
        extraConfig: {},
      },
    });
    const { "values.yaml": values = "", client_secret } = secretOf(made, "jupyterhub-hub-keys");
    expect(JSON.parse(values.replace("{{ .client_secret | toJson }}", '"<secret>"'))).toEqual({
      hub: { config: { GenericOAuthenticator: { client_secret: "<secret>" } } },
    });
    expect(client_secret).toBe("platform/jupyterhub-oidc#client-secret");
    expect(rowsOf(made, /^jupyterhub-hub$/)).toContain("jupyterhub-hub -> oidc-provider 443,8443");
    expect(rangesOf(made, "oidc-provider")).toEqual(rangesOutside);
    const inside = jupyterhub((_, stacks) => {
      const { authentication } = oidc(_, stacks);
      return { authentication: { ...authentication, addresses: ["10.20.0.0/16"] } as JupyterHubAuthentication };
    });
    expect(rangesOf(inside, "oidc-provider")).toEqual({ cidrs: ["10.20.0.0/16"] });
  });

  test("keeps its state in the database, with keys of the lengths that the hub wants", () => {
    const made = jupyterhub();
    expect(valuesOf(made.services, "jupyterhub")).toMatchObject({
      hub: {
        db: {
          type: "postgres",
          url: "postgresql+psycopg2://jupyterhub@postgres-rw.data-platform.svc:5432/jupyterhub?sslmode=verify-full&sslrootcert=/etc/jupyterhub-tls/ca.crt",
        },
        extraVolumeMounts: [{ name: "trust", mountPath: "/etc/jupyterhub-tls", readOnly: true }],
      },
    });
    expect(secretOf(made, "jupyterhub-hub-keys")).toMatchObject({
      "hub.db.password": "platform/postgres/jupyterhub#password",
      "hub.config.JupyterHub.cookie_secret": "{{ .cookie | sha256sum }}",
      "hub.config.CryptKeeper.keys": "{{ .state | sha256sum }}",
    });
  });

  test("gives notebooks the engines of the environment, with passwords from a Secret", () => {
    const made = jupyterhub(engines);
    const { singleuser } = valuesOf(made.services, "jupyterhub") as { singleuser: { extraEnv: object } };
    expect(singleuser.extraEnv).toEqual({
      TRINO_HOST: "trino.data-platform.svc",
      TRINO_PORT: "8080",
      TRINO_TLS: "false",
      TRINO_CATALOG: "lake",
      POSTGRES_SALES_HOST: "postgres-rw.data-platform.svc",
      POSTGRES_SALES_PORT: "5432",
      POSTGRES_SALES_TLS: "true",
      POSTGRES_SALES_CATALOG: "sales",
      POSTGRES_SALES_USER: {
        name: "POSTGRES_SALES_USER",
        valueFrom: { secretKeyRef: { name: "jupyterhub-notebook", key: "POSTGRES_SALES_USER" } },
      },
      POSTGRES_SALES_PASSWORD: {
        name: "POSTGRES_SALES_PASSWORD",
        valueFrom: { secretKeyRef: { name: "jupyterhub-notebook", key: "POSTGRES_SALES_PASSWORD" } },
      },
      SPARK_REMOTE: "sc://spark-connect.data-platform.svc:15002",
      CATALOGS: "lake,hive",
      CA_FILE: "/etc/jupyterhub-tls/ca.crt",
    });
    expect(secretOf(made, "jupyterhub-notebook")).toEqual({
      POSTGRES_SALES_USER: "platform/postgres/sales#username",
      POSTGRES_SALES_PASSWORD: "platform/postgres/sales#password",
    });
  });

  test("offers no Spark whose driver would be in the notebook", () => {
    const made = jupyterhub(({ sparkConnect }) => ({
      sparkCluster: { ...sparkConnect, url: "spark://spark-master.data-platform.svc:7077" },
    }));
    expect(JSON.stringify(valuesOf(made.services, "jupyterhub"))).not.toContain("SPARK_REMOTE");
    expect(rowsOf(made, /notebook/)).toEqual(["jupyterhub-notebook -> jupyterhub-hub 8081"]);
  });

  test("runs hub, proxy and notebooks in the restricted profile", () => {
    expect(valuesOf(jupyterhub().services, "jupyterhub")).toMatchObject({
      hub: {
        config: {
          KubeSpawner: {
            pod_security_context: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
            container_security_context: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            automount_service_account_token: false,
          },
        },
      },
      singleuser: {
        uid: 1000,
        fsGid: 100,
        allowPrivilegeEscalation: false,
        // the container that would block the address needs rights over the pod's network
        cloudMetadata: { blockWithIptables: false },
      },
    });
  });

  test("names no user where users are left to the namespace", () => {
    const { singleuser, hub } = valuesOf(
      jupyterhub(undefined, serviceStacks({ openshift: true })).services,
      "jupyterhub",
    ) as {
      singleuser: object;
      hub: { config: { KubeSpawner: { pod_security_context: object } } };
    };
    expect(singleuser).toMatchObject({ uid: null, fsGid: null });
    expect(hub.config.KubeSpawner.pod_security_context).toMatchObject({ runAsUser: null, fsGroup: null });
  });

  test("has no hooks, no pods beside its own and no policies of the chart, which would open more", () => {
    const values = valuesOf(jupyterhub().services, "jupyterhub");
    expect(values).toMatchObject({
      prePuller: { hook: { enabled: false }, continuous: { enabled: false } },
      scheduling: { userScheduler: { enabled: false }, userPlaceholder: { enabled: false } },
      proxy: { service: { type: "ClusterIP" } },
    });
    const policies = JSON.stringify(values).match(/"networkPolicy":\{"enabled":(true|false)\}/g) ?? [];
    expect(policies).toHaveLength(4);
    expect(new Set(policies)).toEqual(new Set(['"networkPolicy":{"enabled":false}']));
  });

  test("gives each person a volume and a share of memory in the spawner's units, and stops who is idle", () => {
    const made = jupyterhub(() => ({ storageClass: "fast" }));
    expect(valuesOf(made.services, "jupyterhub")).toMatchObject({
      hub: { activeServerLimit: 3 },
      singleuser: {
        memory: { guarantee: "1024M", limit: "2048M" },
        cpu: { guarantee: 0.25, limit: 2 },
        storage: { capacity: "5Gi", dynamic: { storageClass: "fast" } },
      },
      cull: { enabled: true, timeout: 3600, maxAge: 0 },
    });
  });

  test("lets the hub start servers and read no Secret", () => {
    const made = jupyterhub();
    expect(valuesOf(made.services, "jupyterhub")).toMatchObject({ rbac: { create: false } });
    const role = objectsOf(releasesOf(made.services)).find(({ kind }) => kind === "Role");
    expect(role).toMatchObject({
      rules: [{ resources: ["pods", "persistentvolumeclaims"] }, { resources: ["events"] }],
    });
    const binding = objectsOf(releasesOf(made.services)).find(({ kind }) => kind === "RoleBinding");
    expect(binding).toMatchObject({ subjects: [{ name: "jupyterhub-hub", namespace: "data-platform" }] });
  });

  test.each(["jupyterhub-hub-keys"])("reads in the templates of %s what that Secret has", (name) => {
    expect(unknownInTemplates(jupyterhub(), name)).toEqual([]);
  });

  test("calls what it uses and nothing else", () => {
    expect(rowsOf(jupyterhub(engines), /jupyterhub/)).toEqual([
      "jupyterhub-hub -> api-server 6443",
      "jupyterhub-hub -> postgres 5432",
      "jupyterhub-hub -> jupyterhub-proxy 8001",
      "jupyterhub-hub -> jupyterhub-notebook 8888",
      "jupyterhub-proxy -> jupyterhub-hub 8081",
      "jupyterhub-proxy -> jupyterhub-notebook 8888",
      "jupyterhub-notebook -> jupyterhub-hub 8081",
      "jupyterhub-notebook -> trino 8080",
      "jupyterhub-notebook -> postgres 5432",
      "jupyterhub-notebook -> spark-connect 15002",
    ]);
    expect(
      rowsOf(
        jupyterhub(() => ({ internet: true })),
        /notebook/,
      ),
    ).toContain("jupyterhub-notebook -> internet 443");
  });

  test("takes all images from the environment's registry", () => {
    const made = jupyterhub(undefined, serviceStacks({ imageRegistry: "registry.test" }));
    expect(valuesOf(made.services, "jupyterhub")).toMatchObject({
      hub: { image: { name: "registry.test/jupyterhub/k8s-hub" } },
      proxy: { chp: { image: { name: "registry.test/jupyterhub/configurable-http-proxy" } } },
      singleuser: { image: { name: "registry.test/terralake/notebook" } },
    });
  });

  test("keeps given traits beside its own", () => {
    const made = jupyterhub(() => ({ config: { KubeSpawner: { start_timeout: 600 } } }));
    expect(valuesOf(made.services, "jupyterhub")).toMatchObject({
      hub: { config: { KubeSpawner: { start_timeout: 600, automount_service_account_token: false } } },
    });
  });
});
