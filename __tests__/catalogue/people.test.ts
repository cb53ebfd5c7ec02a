import { airflow } from "../../catalogue/airflow";
import { jupyterhub } from "../../catalogue/jupyterhub";
import { databaseEngines } from "../../catalogue/parts/database-engines";
import { superset } from "../../catalogue/superset";
import type { ServicesInput } from "../../environments/schema";
import { offers } from "../constructs/services/people-stacks";
import { serviceStacks } from "../constructs/services/service-stacks";
import { resolved } from "./every-service";

/** Settings of a service that is given so. */
function settings<Name extends "airflow" | "superset" | "jupyterhub">(name: Name, given: ServicesInput[Name] = {}) {
  const { [name]: found } = resolved({ [name]: given });
  if (!found) {
    throw new Error(`${name} is off`);
  }
  return found;
}

const components = (workloads: readonly { readonly component: string; readonly pods: number }[]) =>
  workloads.map(({ component, pods }) => `${component} ${pods}`);

describe("airflow", () => {
  test("needs a broker for workers that stay only", () => {
    const needs = (executor: "celery" | "kubernetes") => airflow.needs?.(settings("airflow", { executor })).flat();
    expect(needs("celery")).toContain("valkey");
    expect(needs("kubernetes")).toEqual(["postgres", "objectStore"]);
  });

  test("counts each kind of pod, and those that follow a repository", () => {
    const dags = { url: "https://git.example.com/team/dags.git" };
    expect(components(airflow.workloads(settings("airflow", { dags, workers: { replicas: 2 } })))).toEqual([
      "airflow-api-server 1",
      "airflow-scheduler 1",
      "airflow-dag-processor 1",
      "airflow-triggerer 1",
      "airflow-worker 2",
      "airflow-statsd 1",
      "airflow-git-sync 4",
    ]);
    expect(components(airflow.workloads(settings("airflow", { executor: "kubernetes" })))).not.toContain(
      "airflow-worker 1",
    );
  });

  test("asks for the bucket of its logs and for those of its tasks", () => {
    expect(airflow.buckets?.(settings("airflow"))).toEqual(["airflow-logs"]);
    expect(airflow.buckets?.(settings("airflow", { buckets: ["landing-zone"] }))).toEqual([
      "airflow-logs",
      "landing-zone",
    ]);
  });

  test.each([
    ["https://git.example.com/a.git", { sshKey: "a/b#c", knownHosts: "h ssh-ed25519 k" }, "give username and password"],
    ["https://git.example.com/a.git", { username: "a/b#c" }, "give username and password"],
    ["ssh://git@git.example.com/a.git", undefined, "give sshKey and knownHosts"],
    ["ssh://git@git.example.com/a.git", { sshKey: "a/b#c" }, "give sshKey and knownHosts"],
  ])("refuses credentials that do not suit %s", (url, credentials, next) => {
    const problems = airflow.check?.(settings("airflow", { dags: { url, credentials } }), {});
    expect(problems).toEqual([
      expect.objectContaining({ path: "dags.credentials", next: expect.stringContaining(next) }),
    ]);
  });

  test.each([
    ["https://git.example.com/a.git", undefined],
    ["https://git.example.com/a.git", { username: "a/b#c", password: "a/b#d" }],
    ["ssh://git@git.example.com:2222/a.git", { sshKey: "a/b#c", knownHosts: "h ssh-ed25519 k" }],
  ])("takes credentials that suit %s", (url, credentials) => {
    expect(airflow.check?.(settings("airflow", { dags: { url, credentials } }), {})).toEqual([]);
  });
});

test("Airflow and Superset connect to the environment's own databases as their owners", () => {
  const stacks = serviceStacks();
  const { database } = offers(stacks);
  const [engine] = databaseEngines({ offers: [{ service: "postgres", databases: [database("people")] }] });
  expect(engine).toMatchObject({
    name: "postgres-people",
    dialect: "postgresql",
    tls: true,
    database: "people",
    user: { password: { key: "password", secret: { path: "postgres/people" } } },
  });
});

describe("a namespace of its own", () => {
  const all = (given: ServicesInput) => resolved({ postgres: {}, objectStore: {}, valkey: {}, ...given });
  const problems = (given: ServicesInput) => {
    const { airflow: one, jupyterhub: other, ...rest } = all(given);
    const on = { ...rest, ...(one && { airflow: one }), ...(other && { jupyterhub: other }) };
    return [...((one && airflow.check?.(one, on)) ?? []), ...((other && jupyterhub.check?.(other, on)) ?? [])].map(
      ({ path, next }) => `${path}: ${next}`,
    );
  };

  test("is asked for by those that start pods", () => {
    expect(problems({ airflow: { executor: "kubernetes" } })).toEqual([
      "namespace: use one of its own, such as airflow",
    ]);
    expect(problems({ airflow: { namespace: "people" }, jupyterhub: { namespace: "people" } })).toEqual([
      "namespace: use one of its own, such as jupyterhub",
    ]);
    expect(problems({ airflow: { executor: "kubernetes", namespace: "airflow" }, jupyterhub: {} })).toEqual([]);
    expect(problems({ airflow: {} })).toEqual([]);
  });
});

test.each(["10.20.0.0", "10.20.0.1/16", "git.example.com"])("the address %s is no range of a host", (address) => {
  const dags = { url: "https://git.example.com/a.git", addresses: [address] };
  expect(airflow.input.safeParse({ dags }).success).toBe(false);
  expect(airflow.input.safeParse({ dags: { ...dags, addresses: ["10.20.0.0/16"] } }).success).toBe(true);
});

describe("superset", () => {
  test("has pods in the background unless there are to be none", () => {
    expect(components(superset.workloads(settings("superset")))).toEqual([
      "superset 1",
      "superset-worker 1",
      "superset-beat 1",
    ]);
    expect(components(superset.workloads(settings("superset", { workers: { replicas: 0 } })))).toEqual(["superset 1"]);
  });

  test("has four processes", () => {
    expect(settings("superset").serverWorkers).toBe(4);
  });
});

describe("jupyterhub", () => {
  test("lets one person in, with a password of their own, when nothing is said", () => {
    expect(settings("jupyterhub").authentication).toEqual({ kind: "passwords", users: ["admin"], admins: ["admin"] });
  });

  test("is in a namespace of its own, since the hub starts pods", () => {
    expect(settings("jupyterhub").namespace).toBe("jupyterhub");
    expect(settings("jupyterhub", { namespace: "notebooks" }).namespace).toBe("notebooks");
  });

  test("counts a server and a volume for each person that may work at once", () => {
    const workloads = jupyterhub.workloads(settings("jupyterhub", { servers: 7, storage: "3Gi" }));
    expect(workloads).toContainEqual(
      expect.objectContaining({ component: "jupyterhub-notebook", pods: 7, storage: "3Gi" }),
    );
  });

  test("refuses an administrator who is not let in, and classes that would let others in", () => {
    const problems = jupyterhub.check?.(
      settings("jupyterhub", {
        authentication: { kind: "passwords", users: ["anna"], admins: ["ben"] },
        config: { Authenticator: { allow_all: true }, KubeSpawner: { start_timeout: 600 } },
      }),
      {},
    );
    expect(problems?.map(({ path }) => path)).toEqual(["authentication.admins[0]", "config.Authenticator"]);
  });
});
