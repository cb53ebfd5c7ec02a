import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { attestedBy } from "../../cli/rendering";
import type { Environment } from "../../environments/schema";
import { findTool } from "../../rehearsal/tools";
import { buildPlatform } from "../../stacks/platform";
import { type StackJson, stackFile } from "../../stacks/stack-json";
import { ChartData, type ContractSources, type RenderTools, type Subject } from "../../verification";

/** An environment as it is synthesized, with the assets of its stacks; the test run removes the folder. */
export function subjectOf(environment: Environment): Subject {
  const outdir = mkdtempSync(join(tmpdir(), "terralake-verified-"));
  // CDKTF notes where each token was made, and jest maps every such trace to its source: two thirds of the time.
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => undefined;
  try {
    const app = new App({ outdir });
    const stacks = buildPlatform(app, environment);
    app.synth();
    return {
      environment: environment.name,
      target: environment.target.kind,
      ...attestedBy(environment),
      stacks: stacks.map(({ node }) => {
        const folder = join(outdir, "stacks", node.id);
        return { name: node.id, folder, json: JSON.parse(readFileSync(join(folder, stackFile), "utf8")) as StackJson };
      }),
    };
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}

/** Folder of upstream charts, where the run has one. */
export const chartsFolder = process.env.TERRALAKE_CHARTS;

/** Helm where it is at hand, and upstream charts from `TERRALAKE_CHARTS` alone: tests ask no network. */
export async function localTools(): Promise<RenderTools> {
  const helm = await findTool("helm");
  return {
    helm: "path" in helm ? { path: helm.path } : { missing: helm.missing },
    chart: ({ chart }) => {
      const path = join(chartsFolder ?? "", chart);
      const found = chartsFolder !== undefined && existsSync(join(path, "Chart.yaml"));
      return Promise.resolve(found ? { path } : { missing: `chart ${chart} is not in TERRALAKE_CHARTS` });
    },
  };
}

/** Chart data where there is any. */
export function localContracts(): ContractSources {
  const data = ChartData.find();
  return { packedValues: () => Promise.resolve(""), ...(data ? { data } : {}) };
}
