import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environments } from "../environments";
import { estimate } from "../operations/cost";
import { compareTiers } from "../policies/parity";
import { alertsPage } from "./alerts";
import { costPage } from "./cost";
import { environmentPage, environmentsTable, withEnvironments } from "./pages";
import { parityPage } from "./parity";
import { selectionsPage } from "./selections";
import { synthesized } from "./synthesized";

/** Writes the pages and the part of the README that follow from the environments: `npm run docs`. */
const root = fileURLToPath(new URL("..", import.meta.url));
const readme = join(root, "README.md");
await writeFile(readme, withEnvironments(await readFile(readme, "utf8"), environmentsTable(environments)));
await writeFile(join(root, "docs", "selections.md"), selectionsPage());
await mkdir(join(root, "docs", "generated"), { recursive: true });
for (const environment of environments) {
  await writeFile(join(root, "docs", "generated", `${environment.name}.md`), environmentPage(environment));
}
await writeFile(join(root, "docs", "generated", "alerts.md"), alertsPage(environments));
const cloud = environments.filter(({ target }) => target.kind === "gke");
const stacks = await synthesized(cloud);
await writeFile(join(root, "docs", "generated", "parity.md"), parityPage(compareTiers(environments, stacks)));
const stacksOf = (name: string) => stacks.filter(({ environment }) => environment === name).map(({ json }) => json);
const costs = cloud.map((environment) => estimate(environment, stacksOf(environment.name)));
await writeFile(join(root, "docs", "generated", "cost.md"), costPage(costs));
