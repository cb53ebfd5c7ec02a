import { environmentNames, environments } from "../../environments";
import { capacity, type Environment, overlaps } from "../../environments/schema";

const named = (name: string): Environment => {
  const found = environments.find((environment) => environment.name === name);
  if (!found) throw new Error(`no environment ${name}`);
  return found;
};

describe("the environments of the repository", () => {
  test("are six, in a fixed order", () => {
    expect(environmentNames).toEqual(["minikube", "kind", "datalyptica", "gke-dev", "gke-staging", "gke-prod"]);
  });

  test.each(environments.map((e) => [e.name, e] as const))("%s fits its nodes", (_, environment) => {
    const { fits, total, available } = capacity(environment);
    expect(fits).toBe(true);
    expect(total.cpu).toBeLessThanOrEqual(available.cpu);
    expect(total.memory).toBeLessThanOrEqual(available.memory);
  });

  test("kind leaves memory for a Spark job of 1Gi", () => {
    const { total, available } = capacity(named("kind"));
    expect(available.memory - total.memory).toBeGreaterThan(2 ** 30);
  });

  test("may be destroyed where nobody relies on them, and nowhere else", () => {
    expect(environments.filter((e) => e.allowDestroy).map((e) => e.name)).toEqual([
      "minikube",
      "kind",
      "datalyptica",
      "gke-dev",
    ]);
  });

  test("keep state in files on a laptop and in a bucket of their own project on Google Cloud", () => {
    expect(environments.map((e) => (e.backend.type === "gcs" ? e.backend.bucket : e.backend.type))).toEqual([
      "local",
      "local",
      "local",
      "example-dev-platform-dev-gke-dev-tfstate",
      "example-dev-platform-staging-gke-staging-tfstate",
      "example-dev-platform-prod-gke-prod-tfstate",
    ]);
  });

  test("run one Vault server on a laptop, three before prod, five in prod", () => {
    expect(environments.map((e) => e.vault.replicas)).toEqual([1, 1, 1, 3, 3, 5]);
  });

  test("reconcile a folder of their own", () => {
    expect(environments.map((e) => e.git.path)).toEqual(environmentNames.map((name) => `gitops/${name}`));
  });

  test("know the API server of their target", () => {
    expect(environments.map((e) => e.target.apiServer)).toEqual([
      { cidrs: ["192.168.49.0/24"], port: 8443 },
      { cidrs: ["172.16.0.0/12"], port: 6443 },
      { cidrs: ["172.16.0.0/12"], port: 6443 },
      { cidrs: ["10.10.32.0/28"], port: 443 },
      { cidrs: ["10.20.32.0/28"], port: 443 },
      { cidrs: ["10.30.32.0/28"], port: 443 },
    ]);
  });

  test("have networks that could be peered", () => {
    const owned = environments.flatMap(({ name, target }) =>
      target.kind === "gke" ? Object.values(target.network).map((cidr) => ({ name, cidr })) : [],
    );
    expect(owned).toHaveLength(18);
    const clashes = owned.flatMap((a) => owned.filter((b) => a.name < b.name && overlaps(a.cidr, b.cidr)));
    expect(clashes).toEqual([]);
  });

  test("have no two projects in common", () => {
    const projects = environments.flatMap(({ target }) => (target.kind === "gke" ? [target.project] : []));
    expect(new Set(projects).size).toBe(3);
  });
});
