import { dirname } from "node:path";
import type { Environment } from "../environments/schema";
import { readStackFile } from "../stacks/stack-json";
import type { RenderTools, Subject } from "../verification";
import type { Context } from "./context";
import type { SynthesizedStack } from "./synthesis";

/** An environment as it was synthesized, for the checks of the whole. */
export async function subjectOf(environment: Environment, stacks: readonly SynthesizedStack[]): Promise<Subject> {
  const read = stacks.map(async ({ name, file }) => ({
    name,
    folder: dirname(file),
    json: await readStackFile(file),
  }));
  const { registry, own } = environment.images;
  return {
    environment: environment.name,
    target: environment.target.kind,
    stacks: await Promise.all(read),
    ...(registry === undefined ? {} : { registries: [registry, own] }),
    ...attestedBy(environment),
  };
}

/** The registry whose images an environment admits by an attestation alone; nothing where it admits any. */
export function attestedBy({ google, images }: Environment): Pick<Subject, "attested"> {
  return google?.cluster.images.admission === "attested" ? { attested: images.own } : {};
}

/**
 * What renders charts: Helm from the path or the rehearsal's tools, charts from a folder, the cache or upstream.
 *
 * @param offline whether upstream is not asked
 */
export async function renderTools(offline: boolean, context: Context): Promise<RenderTools> {
  const { findTool, Network } = await import("../rehearsal/tools");
  const { findChart } = await import("../rehearsal/charts");
  const { signal } = context.cancellation;
  const network = new Network({ signal });
  const helm = await findTool("helm");
  return {
    helm: "path" in helm ? { path: helm.path } : { missing: `${helm.missing} is not at hand: ${helm.howToGet}` },
    signal,
    chart: async ({ chart, repository, version }) => {
      if (repository === undefined || version === undefined) return { missing: "the JSON names no repository for it" };
      const get = "path" in helm ? { helm: () => Promise.resolve(helm.path) } : {};
      // Without Helm nothing can be rendered: pulling would be for nothing.
      const quiet = offline || !("path" in helm);
      const found = await findChart({ chart, repository, version }, { network, signal, offline: quiet, ...get });
      if ("missing" in found)
        return {
          missing: `chart ${chart} ${version} is not at hand: ${found.missing}; set TERRALAKE_CHARTS to a folder that has it`,
        };
      return { path: found.path, ...(found.foundVersion ? { foundVersion: found.foundVersion } : {}) };
    },
  };
}
