import type { highestVersion } from "../../../environments/schema";
import type { Register } from "../../context";
import { deployLayerCommand } from "../../stack-commands";

/** As the schema has it, which takes long to load. */
const highest: typeof highestVersion = 1_000_000;

interface RotateOptions {
  readonly to?: string;
}

/** `terralake vault rotate <environment> <secret>`: the edit that makes the next deploy write a new value. */
export const registerRotate: Register = (vault) => {
  vault
    .command("rotate")
    .summary("raise a secret's version in the environment's file")
    .description(
      "Edits environments/<environment>.ts, so that the next deploy writes a new value and whoever uses it follows. Refused " +
        "where somebody would go on with the old value. Nothing is deployed and no cluster is asked: review and commit the edit.",
    )
    .argument("<environment>", "environment whose secret is rotated")
    .argument("<secret>", "mount and path, such as platform/trino; terralake list <environment> shows them")
    .option("--to <version>", `version to write, above the present one and at most ${highest} (default: the next one)`)
    .addHelpText(
      "after",
      "\nExamples:\n  terralake vault rotate kind platform/trino\n  terralake vault rotate gke-prod platform/postgres/nessie --to 4",
    )
    .action(rotate);
};

async function rotate(name: string, secret: string, options: RotateOptions): Promise<void> {
  const { readFile } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const { platformInventory } = await import("../../../operations/platform-inventory");
  const { withVersion } = await import("../../../operations/rotation/edit-versions");
  const { lineDiff } = await import("../../../operations/rotation/line-diff");
  const { planRotation, stepsOfPeople } = await import("../../../operations/rotation/plan-rotation");
  const { writeWhole } = await import("../../../operations/write-whole");
  const { projectRoot } = await import("../../../rehearsal/paths");
  const { chooseEnvironment } = await import("../../environment-choice");
  const { CliError, exitCode } = await import("../../errors");
  const { note, print } = await import("../../output");
  if (options.to !== undefined && (!/^[1-9]\d*$/.test(options.to) || Number(options.to) > highest)) {
    throw new CliError(
      `--to is ${JSON.stringify(options.to)}; allowed: a whole number from 1 to ${highest}, above the present version; ` +
        "leave it out for the next one",
      exitCode.usage,
    );
  }
  const environment = await chooseEnvironment(name);
  const { secrets, secretsStack } = platformInventory(environment);
  const plan = planRotation(secrets, secret, options.to === undefined ? undefined : Number(options.to));
  const file = join("environments", `${name}.ts`);
  const path = join(projectRoot, file);
  const before = await readFile(path, "utf8").catch(() => {
    throw new CliError(
      `${file} is not there; add to what secrets has where ${name} is defined: versions: { ${JSON.stringify(secret)}: ${plan.to} }`,
    );
  });
  const after = withVersion(before, file, { environment: name, secret }, plan.to);
  await writeWhole(path, after, 0o644);
  for (const step of stepsOfPeople(plan, environment.secrets.source.kind)) note(step);
  print(lineDiff(file, before, after));
  print();
  print(
    `${secret}: version ${plan.from} to ${plan.to}; who follows: ${plan.followers.join(", ") || "nobody takes it from Kubernetes"}`,
  );
  const deploy = (["secrets", "services"] as const).map((layer) => deployLayerCommand(name, layer)).join(" && ");
  print(`next: npx cdktf diff ${secretsStack}, commit, then ${deploy}`);
}
