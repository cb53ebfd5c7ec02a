import { catalogue } from "../../catalogue";
import type { Defaults, Workload } from "../../catalogue/definition";
import { describeProblem, type Problem } from "../../environments/schema/errors";
import { problemsOf } from "../../environments/schema/field";

const small: Defaults = { size: "small" } as Defaults;

/** What an environment is told of settings that are wrong, in the form that users see. */
function wrong(problems: readonly Problem[] | undefined): readonly string[] {
  return (problems ?? []).map(describeProblem);
}

const { spark, sparkConnect, sparkOperator, kyuubi } = catalogue;

describe("spark", () => {
  const settings = (input: Parameters<typeof spark.input.parse>[0] = {}) =>
    spark.resolve(spark.input.parse(input), small);

  test("asks for what its workers promise to executors and a quarter more", () => {
    const { workers } = settings({ workers: { replicas: 2, cores: 2, memory: "3Gi" } });
    expect(workers).toMatchObject({ replicas: 2, cores: 2, memoryMebibytes: 3072 });
    expect(workers.resources.limits.memory).toBe("4096Mi");
  });

  test("says that a worker's pod is too small for what it promises", () => {
    const given = settings({ workers: { memory: "2Gi", resources: { limits: { memory: "2Gi" } } } });
    expect(wrong(spark.check?.(given, {}))).toEqual([
      'workers.resources.limits.memory: "2Gi"; allowed: at least 2432Mi: what executors share and 384Mi more; ' +
        "raise it or lower workers.memory",
    ]);
  });

  test("needs workers or a client", () => {
    expect(wrong(spark.check?.(settings({ workers: { replicas: 0 } }), {}))).toEqual([
      "workers.replicas: 0; allowed: 0 only with a client, which computes in its own process; " +
        "give 1 or more, or set client to true",
    ]);
    const client = settings({ workers: { replicas: 0 }, client: true });
    expect(spark.check?.(client, {})).toEqual([]);
    expect(spark.workloads(client).map(({ component }) => component)).toEqual(["spark-iceberg-client"]);
  });

  test("asks for the bucket of event logs, unless they are not kept", () => {
    expect(spark.buckets?.(settings())).toEqual(["spark-events"]);
    expect(spark.buckets?.(settings({ eventLog: false }))).toEqual([]);
    expect(spark.needs?.(settings({ eventLog: false }))).toEqual([]);
  });

  test("takes settings of Spark only, without templates in them", () => {
    const input = { config: { "kyuubi.x": "1", "spark.x": "{{ .secret }}" } };
    const result = spark.input.safeParse(input);
    expect(problemsOf(result.error?.issues ?? [], input).map(describeProblem)).toEqual([
      'config["kyuubi.x"]: "kyuubi.x"; allowed: a setting that begins with spark.; ' +
        "write its whole name, such as spark.sql.shuffle.partitions",
      'config["spark.x"]: "{{ .secret }}"; allowed: a text of one line without {{; ' +
        "write it in quotes; a secret does not belong here",
    ]);
  });
});

describe("sparkConnect", () => {
  const settings = (input: Parameters<typeof sparkConnect.input.parse>[0] = {}) =>
    sparkConnect.resolve(sparkConnect.input.parse(input), small);

  test("has a namespace of its own", () => {
    expect(settings().namespace).toBe("spark-connect");
    const beside = settings({ namespace: "data-platform" });
    const all = { postgres: { namespace: "data-platform", aliases: [] }, sparkConnect: beside };
    expect(wrong(sparkConnect.check?.(beside, all))).toEqual([
      'namespace: "data-platform"; allowed: a namespace without other data services: who sends code could read the ' +
        "secrets of postgres there; use one of its own, such as spark-connect",
    ]);
  });

  test("counts its executors in the capacity, with the memory beside their heaps", () => {
    const executors = sparkConnect
      .workloads(settings({ executors: { max: 3, cores: 2, memory: "8Gi" } }))
      .find(({ component }: Workload) => component === "spark-connect-executor");
    expect(executors).toMatchObject({ pods: 3, resources: { requests: { cpu: "2", memory: "9011Mi" } } });
  });

  test("refuses more executors at rest than at work, and heaps that Spark does not start with", () => {
    const given = settings({ executors: { min: 4, max: 2, memory: "256Mi" } });
    expect(wrong(sparkConnect.check?.(given, {}))).toEqual([
      "executors.min: 4; allowed: at most max 2; lower min or raise max",
      'executors.memory: "256Mi"; allowed: at least 512Mi: Spark does not start with less; give 512Mi or more',
    ]);
  });
});

describe("jobs of the sparkOperator", () => {
  const settings = (jobs: NonNullable<Parameters<typeof sparkOperator.input.parse>[0]>) =>
    sparkOperator.resolve(sparkOperator.input.parse(jobs), small);

  test("have a class when they are in a jar, and none when they are scripts", () => {
    const given = settings({
      jobs: {
        jar: { mainApplicationFile: "local:///opt/jobs/a.jar" },
        script: { mainApplicationFile: "s3a://code/a.py", mainClass: "com.example.A" },
      },
    });
    expect(wrong(sparkOperator.check?.(given, {}))).toEqual([
      "jobs.jar.mainClass: missing; allowed: the class with the main method of the jar; add it",
      'jobs.script.mainClass: "com.example.A"; allowed: nothing beside a script: a class is in a jar; ' +
        "remove it or name the jar in mainApplicationFile",
    ]);
  });

  test("are not fetched from the internet when they start", () => {
    const input = { jobs: { a: { mainApplicationFile: "https://example.com/a.jar" } } };
    const result = sparkOperator.input.safeParse(input);
    expect(problemsOf(result.error?.issues ?? [], input).map(describeProblem)).toEqual([
      'jobs.a.mainApplicationFile: "https://example.com/a.jar"; allowed: code in the image as local:///... or in a ' +
        "bucket as s3a://bucket/..., ending in .jar, .py or .R; use a path such as local:///opt/jobs/orders.py",
    ]);
  });
});

describe("kyuubi", () => {
  const settings = (input: Parameters<typeof kyuubi.input.parse>[0] = {}) =>
    kyuubi.resolve(kyuubi.input.parse(input), small);
  const components = (given: ReturnType<typeof settings>) => kyuubi.workloads(given).map(({ component }) => component);

  test("has a registry with several gateways, and a second workload for dbt when asked for", () => {
    expect(components(settings())).toEqual(["kyuubi"]);
    expect(components(settings({ replicas: 2, dbt: { shared: true } }))).toEqual([
      "kyuubi",
      "kyuubi-dbt-shared",
      "kyuubi-etcd",
    ]);
  });

  test("shares an engine between the users of the second gateway only", () => {
    const { engines, dbt } = settings({ dbt: { shared: true } });
    expect([engines.shareLevel, dbt.engines.shareLevel]).toEqual(["USER", "SERVER"]);
  });

  test("needs a directory with LDAP, and none without", () => {
    expect(wrong(kyuubi.check?.(settings({ authentication: "LDAP" }), {}))).toEqual([
      "ldap: missing; allowed: the directory that LDAP asks; add it",
    ]);
    const ldap = {
      url: "ldaps://ldap.example.com",
      baseDn: "dc=example,dc=com",
      userDnPattern: "uid=%s,dc=example,dc=com",
      cidrs: ["192.0.2.10/32"],
    };
    expect(kyuubi.check?.(settings({ authentication: "LDAP", ldap }), {})).toEqual([]);
    expect(wrong(kyuubi.check?.(settings({ ldap }), {}))).toEqual([
      "ldap: an object; allowed: nothing with the authentication JDBC; remove it or set authentication to LDAP",
    ]);
  });
});
