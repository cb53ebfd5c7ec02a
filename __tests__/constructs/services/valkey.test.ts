import { Valkey, type ValkeyProps } from "../../../constructs/services/valkey";
import { ChartData } from "../../support/chart-data";
import { objectsOf, releasesOf, type Values, valuesOf } from "../../support/releases";
import { valuesProblems } from "../../support/values-contract";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const valkey = (stacks: ServiceStacks, props: Partial<ValkeyProps> = {}) =>
  new Valkey(stacks.services, "Valkey", {
    context: stacks.context,
    namespace,
    replicas: 1,
    storage: "5Gi",
    resources: small,
    ...props,
  });

const secretOf = (stacks: ServiceStacks) =>
  objectsOf(releasesOf(stacks.services)).find(({ kind }) => kind === "ExternalSecret") as unknown as {
    spec: { data: readonly { secretKey: string }[] };
  };

const keysOf = (stacks: ServiceStacks) => secretOf(stacks).spec.data.map(({ secretKey }) => secretKey);

describe("the access list", () => {
  test("has every user that was added after the release, each with a key of the Secret", () => {
    const stacks = serviceStacks();
    const store = valkey(stacks);
    const superset = store.user("superset");
    store.user("airflow");
    expect(superset).toMatchObject({
      username: "superset",
      password: { secret: { mount: "platform", path: "valkey/superset" }, key: "password" },
      store: { host: "valkey.data-platform.svc", port: 6379 },
    });
    const { auth } = valuesOf(stacks.services, "valkey") as { auth: { aclUsers: Values; usersExistingSecret: string } };
    expect(auth.usersExistingSecret).toBe("valkey-users");
    expect(Object.keys(auth.aclUsers).sort()).toEqual([
      ...["airflow", "default", "exporter", "health", "replication", "superset"],
    ]);
    expect([...keysOf(stacks)].sort()).toEqual(["airflow", "exporter", "replication", "superset"]);
  });

  test("refers to a key that is there, for every user", () => {
    const stacks = serviceStacks();
    valkey(stacks).user("superset");
    const { auth } = valuesOf(stacks.services, "valkey") as {
      auth: { aclUsers: { [user: string]: { passwordKey?: string } } };
    };
    for (const [user, { passwordKey = user }] of Object.entries(auth.aclUsers)) {
      expect(keysOf(stacks)).toContain(passwordKey);
    }
  });

  test("lets nobody in without a login, and consumers do nothing to the server", () => {
    const stacks = serviceStacks();
    valkey(stacks).user("superset");
    expect(valuesOf(stacks.services, "valkey")).toMatchObject({
      auth: {
        enabled: true,
        aclUsers: {
          default: { permissions: expect.stringMatching(/^off /) },
          superset: { permissions: expect.stringContaining("-@admin -@dangerous") },
        },
      },
    });
  });

  test("is read by the namespace's reader, and by nobody else", () => {
    const stacks = serviceStacks();
    valkey(stacks).user("superset");
    expect(stacks.vaultSecrets.inventory.map(({ ref, readers }) => [ref.path, readers])).toEqual([
      ["valkey/own", ["data-platform/vault-reader"]],
      ["valkey/superset", ["data-platform/vault-reader"]],
    ]);
  });

  test("takes a declared password in the place of one of its own", () => {
    const stacks = serviceStacks();
    const secret = stacks.context.secrets.secret("redis", {
      password: { source: "generated", length: 32, alphabet: "full" },
    });
    const { password } = valkey(stacks, { credentials: { airflow: { secret, key: "password" } } }).user("airflow");
    expect(password).toMatchObject({ secret: { path: "redis" }, key: "password" });
    expect(secretOf(stacks).spec.data).toContainEqual(
      expect.objectContaining({ secretKey: "airflow", remoteRef: expect.objectContaining({ key: "platform/redis" }) }),
    );
  });

  test.each(["default", "exporter", "Superset", "a b"])("refuses the user %s", (user) => {
    expect(() => valkey(serviceStacks()).user(user)).toThrow(`user is "${user}": use at most 41 lower-case letters`);
  });

  test("refuses a user that is there already", () => {
    const store = valkey(serviceStacks());
    store.user("superset");
    expect(() => store.user("superset")).toThrow('user "superset" is there twice');
  });
});

test("makes room by what caches keep, and never by what waits in a queue", () => {
  const stacks = serviceStacks();
  valkey(stacks);
  expect(String(valuesOf(stacks.services, "valkey").valkeyConfig).split("\n")).toContain(
    "maxmemory-policy volatile-lru",
  );
});

test("keeps every write in a file, and gives keys half of the memory", () => {
  const stacks = serviceStacks();
  valkey(stacks, { config: { "maxmemory-policy": "allkeys-lru" } });
  expect(valuesOf(stacks.services, "valkey").valkeyConfig).toBe(
    'appendfsync everysec\nappendonly yes\nmaxmemory 512mb\nmaxmemory-policy allkeys-lru\nsave ""\n',
  );
});

test.each([
  { allowDestroy: false, whenDeleted: "Retain" },
  { allowDestroy: true, whenDeleted: "Delete" },
])("with allowDestroy $allowDestroy its volumes have $whenDeleted", ({ allowDestroy, whenDeleted }) => {
  const stacks = serviceStacks({ allowDestroy });
  valkey(stacks, { storageClass: "fast" });
  expect(valuesOf(stacks.services, "valkey")).toMatchObject({
    replica: {
      enabled: true,
      replicas: 0,
      persistence: { size: "5Gi", storageClass: "fast" },
      persistentVolumeClaimRetentionPolicy: { whenDeleted },
    },
  });
});

test("runs as the image's user, restricted, in each container", () => {
  const stacks = serviceStacks();
  valkey(stacks, { user: 1001, group: 1002 });
  expect(valuesOf(stacks.services, "valkey")).toMatchObject({
    podSecurityContext: { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1002, fsGroup: 1002 },
    securityContext: { runAsUser: 1001, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    metrics: { exporter: { securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false } } },
  });
});

test("takes an image by registry, path, tag and digest, from the mirror where there is one", () => {
  const image = `ghcr.io/example-dev/valkey:9.1.1@sha256:${"0".repeat(64)}`;
  const tag = `9.1.1@sha256:${"0".repeat(64)}`;
  const upstream = serviceStacks();
  valkey(upstream, { image });
  expect(valuesOf(upstream.services, "valkey").image).toEqual({
    registry: "ghcr.io",
    repository: "example-dev/valkey",
    tag,
  });
  const mirrored = serviceStacks({ imageRegistry: "localhost:5001" });
  valkey(mirrored, { image });
  expect(valuesOf(mirrored.services, "valkey")).toMatchObject({
    global: { imageRegistry: "localhost:5001" },
    image: { registry: "localhost:5001", repository: "example-dev/valkey", tag },
  });
});

test.each([
  { replicas: 1, flows: [] },
  { replicas: 3, flows: ["valkey -> valkey 6379"] },
])("with $replicas servers opens just its flows", ({ replicas, flows }) => {
  const stacks = serviceStacks();
  valkey(stacks, { replicas });
  expect(stacks.flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`)).toEqual(
    flows,
  );
});

const data = ChartData.find();

(data ? test : test.skip)("the chart understands all its values", () => {
  for (const settings of [{}, { imageRegistry: "localhost:5001" }]) {
    const stacks = serviceStacks(settings);
    valkey(stacks, { replicas: 3, image: "docker.io/valkey/valkey:9.1.1" }).user("superset");
    const problems = valuesProblems(valuesOf(stacks.services, "valkey"), {
      defaults: data?.values("valkey") ?? {},
      schema: data?.schema("valkey"),
    });
    expect(problems).toEqual([]);
  }
});
