import { FluxBootstrap, type FluxBootstrapProps } from "../../../constructs/flux";
import { releasesOf, valuesOf } from "../../support/releases";
import { lake, rows, small, testFlows, testStack } from "../../support/test-stack";

const git = {
  url: "https://github.com/example-dev/data-platform",
  branch: "main",
  path: "./clusters/kind",
  interval: "10m",
};

function flux(props: Partial<FluxBootstrapProps> = {}) {
  const stack = testStack();
  const flows = testFlows(stack);
  const made = new FluxBootstrap(stack, "Flux", {
    namespace: lake,
    flows,
    git,
    internet: { cidrs: ["0.0.0.0/0"], except: ["10.0.0.0/8"] },
    operatorResources: small,
    ...props,
  });
  return { stack, flows, made };
}

describe("FluxBootstrap", () => {
  it("installs the operator before the instance", () => {
    const { stack, made } = flux();
    expect(releasesOf(stack).map(({ name }) => name)).toEqual(["flux", "flux-operator"]);
    expect(releasesOf(stack)[0]?.dependsOn).toEqual([`helm_release.${made.operator.resource.friendlyUniqueId}`]);
  });

  it("follows the branch and the folder of the repository", () => {
    expect(valuesOf(flux().stack, "flux")).toMatchObject({
      instance: {
        sync: {
          kind: "GitRepository",
          url: "https://github.com/example-dev/data-platform",
          ref: "refs/heads/main",
          path: "./clusters/kind",
          interval: "10m",
        },
      },
    });
  });

  it("keeps tenants apart", () => {
    expect(valuesOf(flux().stack, "flux")).toMatchObject({
      instance: { cluster: { multitenant: true, networkPolicy: false } },
    });
    expect(valuesOf(flux().stack, "flux-operator")).toMatchObject({ multitenancy: { enabled: true } });
  });

  it("serves no web page", () => {
    expect(valuesOf(flux().stack, "flux-operator")).toMatchObject({ web: { enabled: false } });
  });

  it("is told the kind of cluster, for the identity of its controllers", () => {
    const type = (props?: Partial<FluxBootstrapProps>) =>
      (valuesOf(flux(props).stack, "flux").instance as { cluster: { type: string } }).cluster.type;
    expect(type()).toBe("kubernetes");
    expect(type({ clusterType: "gcp" })).toBe("gcp");
  });

  it("reaches the API server, itself, charts, and Git at the port of its address", () => {
    const own = ["flux -> api-server 6443", "flux -> flux-controllers 9090,9292,8080", "flux -> internet 443"];
    const to = (url: string, addresses?: readonly string[]) =>
      rows(flux({ git: { ...git, url, ...(addresses && { addresses }) } }).flows);
    expect(to("https://github.com/example-dev/data-platform")).toEqual(own);
    expect(to("ssh://git@github.com/example-dev/data-platform")).toEqual([...own, "flux -> git-host 22"]);
    expect(to("https://git.example.com:8443/platform")).toEqual([...own, "flux -> git-host 8443"]);
    expect(to("ssh://git@git.example.com/platform", ["10.9.0.0/28"])).toEqual([...own, "flux -> git-host 22"]);
  });

  it("takes no private address for the internet", () => {
    const ends = flux().flows.flows.flatMap(({ to }) => ("cidrs" in to && to.name === "internet" ? [to] : []));
    expect(ends).toEqual([{ name: "internet", cidrs: ["0.0.0.0/0"], except: ["10.0.0.0/8"] }]);
  });
});
