import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parityPage } from "../../../docs/parity";
import { environments } from "../../../environments";
import { compareTiers } from "../../../policies/parity";
import { synthesizedPlatform } from "../../support/synthesized-platform";
import { Copy } from "../copy";

const stacks = synthesizedPlatform();
const compare = (from: typeof stacks) =>
  compareTiers(
    environments,
    from.map(({ environment, layer, json }) => ({ environment: environment.name, layer, json })),
  );
const parity = compare(stacks);
const withoutReason = ({ differences }: typeof parity) =>
  differences.filter(({ why }) => !why).map(({ type, name, attribute }) => `${type}.${name} ${attribute}`);

describe("the environments of the tiers", () => {
  it("differ, and for each difference there is a reason", () => {
    expect(parity.differences.length).toBeGreaterThan(50);
    expect(withoutReason(parity)).toEqual([]);
  });

  it("have no reason for what does not differ", () => {
    expect(parity.unused).toEqual([]);
  });

  it("are told when one of them is relaxed in passing", () => {
    const copy = new Copy(stacks);
    copy.resource("gke-dev-cluster", "google_container_cluster.Cluster").enable_shielded_nodes = false;
    expect(withoutReason(compare(copy.stacks))).toEqual(["google_container_cluster.Cluster enable_shielded_nodes"]);
  });

  it("are told when a network policy is missing in one of them", () => {
    const copy = new Copy(stacks);
    const policies = copy.json("gke-prod-services").resource?.kubernetes_network_policy_v1 ?? {};
    const [first = ""] = Object.keys(policies);
    delete policies[first];
    expect(withoutReason(compare(copy.stacks))).toEqual([`kubernetes_network_policy_v1.${first} `]);
  });

  it("need one environment for each tier", () => {
    const withoutProd = environments.filter(({ name }) => name !== "gke-prod");
    expect(() => compareTiers(withoutProd, [])).toThrow("no environment has tier prod: compare one of each");
  });

  it("are compared on the page as it is", () => {
    const page = join(__dirname, "..", "..", "..", "docs", "generated", "parity.md");
    expect(parityPage(parity)).toBe(readFileSync(page, "utf8"));
  });
});
