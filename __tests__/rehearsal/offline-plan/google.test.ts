import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environments } from "../../../environments";
import { planOffline } from "../../../rehearsal/offline-plan";
import { inClusterLayers } from "../../../stacks/layers";
import { resourcesOf, type StackJson } from "../../../stacks/stack-json";
import { synthesizedEnvironments } from "../../support/synthesized-platform";

const found = process.env.TERRALAKE_PLAN;
const withProvider = found ? describe : describe.skip;

withProvider("stacks on Google Cloud (skipped without the google provider, see TERRALAKE_PROVIDERS)", () => {
  const { terraform, cliConfig } = JSON.parse(found ?? "{}") as { terraform: string; cliConfig: string };
  const cloud = synthesizedEnvironments(environments.filter(({ target }) => target.kind === "gke")).filter(
    ({ layer }) => !(inClusterLayers as readonly string[]).includes(layer),
  );
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "terralake-plan-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const plan = (name: string, json: StackJson) =>
    planOffline(json, { terraform, cliConfig, folder: join(folder, name) });

  it("are there", () => expect(cloud.length).toBeGreaterThanOrEqual(15));

  it.each(cloud.map(({ name, json }) => [name, json] as const))(
    "%s is valid and can be planned without asking Google",
    async (name, json) => {
      const { created, errors, asked } = await plan(name, json);
      expect(errors).toEqual([]);
      expect(asked).toEqual([]);
      expect(created).toBe(resourcesOf(json).length);
    },
  );

  it("are refused when an argument is wrong", async () => {
    const [network] = cloud.filter(({ layer }) => layer === "network");
    const json = structuredClone(network?.json as StackJson);
    const subnetwork = json.resource?.google_compute_subnetwork?.Network_Nodes as Record<string, unknown>;
    subnetwork.ip_cidr_range = "10.0.0.0/99";
    expect((await plan("broken", json)).errors.join()).toContain("ip_cidr_range");
  });
});
