import { kind } from "../../environments/kind";
import { minikube } from "../../environments/minikube";
import { namespacesOf } from "../../stacks/namespaces";
import { releasesOf } from "../support/releases";
import { synthesizedStack } from "../support/synthesized-platform";

describe("ServicesStack", () => {
  it.each([kind, minikube].map((environment) => [environment.name, environment] as const))(
    "%s has each of its services in a namespace of its own choice",
    (name, environment) => {
      const releases = releasesOf(synthesizedStack(name, "services").constructs);
      const made = namespacesOf(environment).map((one) => one.name);
      expect(releases.length).toBeGreaterThan(0);
      for (const { namespace } of releases) {
        expect(made).toContain(namespace);
      }
      const installed = Object.entries(environment.services).filter(([key]) => key !== "sparkOperator");
      expect(installed.length).toBeGreaterThan(0);
      for (const [, service] of installed) {
        expect(releases.map(({ namespace }) => namespace)).toContain(service?.namespace);
      }
    },
  );

  it("waits for the store of secrets before a release asks it for one", () => {
    for (const { name } of [kind, minikube]) {
      const releases = releasesOf(synthesizedStack(name, "services").constructs);
      const asking = releases.filter(({ values }) => JSON.stringify(values).includes('"kind":"ExternalSecret"'));
      expect(asking.length).toBeGreaterThan(0);
      for (const { dependsOn } of asking) {
        expect(dependsOn.some((address) => /^helm_release\.\w+Secrets_Store_Release$/.test(address))).toBe(true);
      }
    }
  });
});
