import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environments } from "../environments";
import { environmentPage, environmentsTable, withEnvironments } from "./pages";
import { selectionsPage } from "./selections";

/** Writes the pages and the part of the README that follow from the environments: `npm run docs`. */
const root = fileURLToPath(new URL("..", import.meta.url));
const readme = join(root, "README.md");
await writeFile(readme, withEnvironments(await readFile(readme, "utf8"), environmentsTable(environments)));
await writeFile(join(root, "docs", "selections.md"), selectionsPage());
await mkdir(join(root, "docs", "generated"), { recursive: true });
for (const environment of environments) {
  await writeFile(join(root, "docs", "generated", `${environment.name}.md`), environmentPage(environment));
}
