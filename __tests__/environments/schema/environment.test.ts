import { defineEnvironment, type EnvironmentInput, readEnvironment } from "../../../environments/schema";
import { gke, kind } from "../../fixtures/environments/base";

const kindInput = kind as EnvironmentInput;
const withServices = (services: EnvironmentInput["services"]) => defineEnvironment({ ...kindInput, services }).services;

describe("defineEnvironment", () => {
  test("fills in every default of a laptop", () => {
    const { target, git, vault, backend, allowDestroy, charts, images } = defineEnvironment(kindInput);
    expect(target).toEqual({
      kind: "kind",
      cluster: "kind",
      context: "kind-kind",
      nodes: [{ count: 1, cpu: "4", memory: "8Gi" }],
      registry: "localhost:5001",
      apiServer: { cidrs: ["172.16.0.0/12"], port: 6443 },
    });
    expect(git).toEqual({
      url: "https://github.com/example-dev/data-platform",
      branch: "main",
      path: "gitops/kind",
      interval: "10m",
    });
    expect(vault).toMatchObject({ distribution: "vault", replicas: 1, storage: "10Gi" });
    expect(vault).not.toHaveProperty("address");
    expect([backend, allowDestroy, charts, images]).toEqual([
      { type: "local" },
      true,
      { from: "upstream" },
      { own: "localhost:5001", pullPolicy: "IfNotPresent" },
    ]);
  });

  test("names the cluster of kind after the environment, and its context after the cluster", () => {
    const named = defineEnvironment({ ...kindInput, name: "lake" });
    expect(named.target).toMatchObject({ cluster: "lake", context: "kind-lake" });
    expect(named.git.path).toBe("gitops/lake");
  });

  test("derives the size of a node from its machine type, and pool limits from its count", () => {
    const { target } = defineEnvironment(gke as EnvironmentInput);
    expect(target.kind === "gke" && target.nodePools).toMatchObject([
      {
        name: "main",
        machineType: "n2-standard-8",
        cpu: "8",
        memory: "32Gi",
        count: 2,
        minCount: 2,
        maxCount: 4,
        diskSizeGib: 100,
        spot: false,
      },
    ]);
  });

  test("keeps a service that is not named off", () => {
    expect(Object.keys(withServices({ postgres: {}, mariadb: undefined }))).toEqual(["postgres"]);
  });

  test("puts services in data-platform, and jobs into a namespace of their own", () => {
    expect(withServices({ sparkOperator: {} }).sparkOperator).toMatchObject({
      namespace: "data-platform",
      jobNamespaces: ["spark-jobs"],
    });
    expect(withServices({ sparkOperator: { namespace: "jobs" } }).sparkOperator?.jobNamespaces).toEqual(["spark-jobs"]);
  });

  test("runs one replica on a laptop and more in prod", () => {
    const services = { postgres: {}, objectStore: {}, nessie: {}, trino: {} };
    const kept = { ...services, postgres: { backup: {} }, objectStore: { kind: "gcs" } };
    const prod = defineEnvironment({ ...gke, services: kept } as EnvironmentInput).services;
    const laptop = withServices(services);
    const counts = ({ postgres, nessie, trino }: typeof prod) => [
      postgres?.instances,
      nessie?.replicas,
      trino?.workers,
    ];
    expect(counts(laptop)).toEqual([1, 1, 1]);
    expect(counts(prod)).toEqual([3, 2, 3]);
  });

  test.each([
    ["nothing", undefined, { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } }],
    [
      "the request",
      { requests: { memory: "1Gi" } },
      { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
    ],
    [
      "the limit",
      { limits: { memory: "1Gi" } },
      { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
    ],
    [
      "both and a limit of cpu",
      { requests: { memory: "256Mi" }, limits: { cpu: "1", memory: "1Gi" } },
      { requests: { cpu: "250m", memory: "256Mi" }, limits: { cpu: "1", memory: "1Gi" } },
    ],
  ] as const)("completes resources of which %s is given", (_, resources, expected) => {
    expect(withServices({ postgres: { resources } }).postgres?.resources).toEqual(expected);
  });

  test("reports a wrong combination beside a wrong field, as far as the field does not hide it", () => {
    const { problems } = readEnvironment({ ...kind, git: {}, vault: { replicas: 3 }, charts: { from: 1 } });
    expect(problems.map(({ path }) => path)).toEqual(["git.url", "charts.from", "vault.replicas"]);
  });

  test("does not guess at sizes while a size is wrong", () => {
    const { problems } = readEnvironment({ ...kind, services: { ...kind.services, trino: { workers: "many" } } });
    expect(problems.map(({ path }) => path)).toEqual(["services.trino.workers"]);
  });

  test("does not call a dependency missing that is merely misspelt", () => {
    const { problems } = readEnvironment({
      ...kind,
      services: { postgres: {}, objectStore: {}, nesie: {}, trino: {} },
    });
    expect(problems.map(({ path, next }) => [path, next])).toEqual([["services.nesie", "did you mean nessie?"]]);
  });

  test.each([[undefined], [null], [[]], ["kind"], [42], [{}]])(
    "refuses %j with problems, not with a crash",
    (input) => {
      expect(readEnvironment(input).problems.length).toBeGreaterThan(0);
    },
  );

  test("names the environment and counts the problems first", () => {
    expect(() => defineEnvironment({ ...kindInput, git: { url: "" }, vault: { replicas: 2 } })).toThrow(
      /^environment kind has 2 problems\n {2}git\.url: ""; .*\n {2}vault\.replicas: 2; /,
    );
  });

  test("does not repeat a credential", () => {
    const url = "https://user:word@git.example.com/a?token=word";
    const { problems } = readEnvironment({ ...kind, git: { url }, backend: { type: "http", address: url } });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toContain("word");
  });
});
