import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Environment } from "../environments/schema";
import type { TierStack } from "../policies/parity";
import { buildPlatform } from "../stacks/platform";
import { readStack } from "../stacks/stack-json";

/** The stacks of environments as JSON, synthesized into a folder that is there only meanwhile. */
export async function synthesized(environments: readonly Environment[]): Promise<readonly TierStack[]> {
  const outdir = await mkdtemp(join(tmpdir(), "terralake-docs-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const built = environments.flatMap((environment) => buildPlatform(app, environment));
    app.synth();
    return await Promise.all(
      built.map(async ({ environment, layer, node }) => ({
        environment: environment.name,
        layer,
        json: await readStack(outdir, node.id),
      })),
    );
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
