import { Testing } from "cdktf";
import { environments } from "../../environments";
import { GitopsStack } from "../../stacks/gitops";
import { cloud, laptop } from "../support/fixture-environments";
import { releasesOf, valuesOf } from "../support/releases";

function instance(environment: ConstructorParameters<typeof GitopsStack>[1]) {
  return valuesOf(new GitopsStack(Testing.app(), environment), "flux").instance as {
    cluster: { type: string };
    sync: { url: string; path: string; ref: string; interval: string };
  };
}

describe("GitopsStack", () => {
  it("follows the environment's own folder of its repository", () => {
    const paths = environments.map((environment) => {
      const { sync } = instance(environment);
      expect(sync).toEqual({
        kind: "GitRepository",
        url: environment.git.url,
        ref: `refs/heads/${environment.git.branch}`,
        path: environment.git.path,
        interval: environment.git.interval,
      });
      return sync.path;
    });
    expect(new Set(paths).size).toBe(environments.length);
  });

  it("is Flux and nothing else, in the namespace that its charts expect", () => {
    const releases = releasesOf(new GitopsStack(Testing.app(), laptop()));
    expect(releases.map(({ name, namespace }) => `${namespace}/${name}`).sort()).toEqual([
      "flux-system/flux",
      "flux-system/flux-operator",
    ]);
  });

  it("tells Flux where it runs", () => {
    expect(instance(laptop()).cluster.type).toBe("kubernetes");
    expect(instance(cloud()).cluster.type).toBe("gcp");
  });
});
