import { Testing } from "cdktf";
import { environments } from "../../environments";
import type { EnvironmentInput } from "../../environments/schema";
import { BaseStack } from "../../stacks/base";
import { namespacesOf } from "../../stacks/namespaces";
import { all } from "../constructs/gke/synthesized";
import { cloud, laptop } from "../support/fixture-environments";
import { releasesOf, valuesOf } from "../support/releases";

function base(services: EnvironmentInput["services"]) {
  return new BaseStack(Testing.app(), laptop({ services }));
}

function releases(stack: BaseStack): readonly string[] {
  return releasesOf(stack).map(({ name }) => name);
}

const always = ["cert-manager", "external-secrets", "reloader"];

describe("BaseStack", () => {
  it("makes every namespace of its environment", () => {
    for (const environment of environments) {
      const made = all(new BaseStack(Testing.app(), environment), "kubernetes_namespace_v1");
      expect(made.map(({ metadata }) => (metadata as { name: string }).name).sort()).toEqual(
        namespacesOf(environment).map(({ name }) => name),
      );
    }
  });

  it("installs the controllers of the platform, and no operator that nothing needs", () => {
    expect([...releases(base({ objectStore: {} }))].sort()).toEqual(always);
  });

  it.each([
    ["postgres", "cloudnative-pg"],
    ["mariadb", "mariadb-operator"],
    ["sparkOperator", "spark-operator"],
  ])("installs the operator of %s, and no other", (service, operator) => {
    const others = releases(base({ [service]: {} })).filter((name) => !always.includes(name));
    expect(others.map((name) => name.replace(/-crds$/, ""))).toContain(operator);
    expect(new Set(others.map((name) => name.replace(/-crds$/, ""))).size).toBe(1);
  });

  it("installs into namespaces that are there", () => {
    const stack = base({ postgres: {}, mariadb: {}, sparkOperator: {} });
    const waiting = releasesOf(stack).map(({ dependsOn }) =>
      dependsOn.some((address) => address.startsWith("kubernetes_namespace_v1.")),
    );
    expect(waiting.length).toBeGreaterThanOrEqual(6);
    expect(waiting).not.toContain(false);
  });

  it("runs two of each controller where a lost node must not matter", () => {
    expect(valuesOf(new BaseStack(Testing.app(), cloud()), "cert-manager")).toMatchObject({ replicaCount: 2 });
    expect(valuesOf(base({ postgres: {} }), "cert-manager")).toMatchObject({ replicaCount: 1 });
  });

  it("keeps no secret and asks for none", () => {
    const stack = base({ postgres: {} });
    expect(all(stack, "kubernetes_secret_v1")).toEqual([]);
    expect(JSON.parse(Testing.synth(stack, true))).not.toHaveProperty("ephemeral");
  });
});
