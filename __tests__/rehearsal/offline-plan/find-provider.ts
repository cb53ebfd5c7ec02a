import { environments } from "../../../environments";
import { prepareProviders } from "../../../rehearsal/providers";
import { acquireTools } from "../../../rehearsal/tools";
import { synthesizedEnvironments } from "../../support/synthesized-platform";

/** Finds Terraform and the google provider before the tests, and says why they are skipped where there is none. */
export async function findProvider(): Promise<void> {
  const gke = environments.filter(({ target }) => target.kind === "gke").slice(0, 1);
  const wanted = synthesizedEnvironments(gke)[0]?.json.terraform.required_providers.google?.version;
  if (wanted === undefined) throw new Error("no stack names the google provider");
  try {
    const terraform = (await acquireTools(["terraform"])).get("terraform")?.path ?? "terraform";
    const { cliConfig } = await prepareProviders(new Map([["hashicorp/google", wanted]]), { terraform });
    process.env.TERRALAKE_PLAN = JSON.stringify({ terraform, cliConfig });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env.TERRALAKE_REQUIRE_PLAN === "1") throw error;
    delete process.env.TERRALAKE_PLAN;
    process.stderr.write(`\n!! The plans with the google provider ${wanted} are SKIPPED: ${reason}\n`);
    process.stderr.write("!! Give it by a folder: TERRALAKE_PROVIDERS=<a filesystem mirror of Terraform>\n\n");
  }
}
