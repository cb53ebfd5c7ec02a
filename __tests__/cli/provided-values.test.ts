import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliError } from "../../cli/errors";
import { providedValues, requireProvidedValues } from "../../cli/provided-values";

const folder = mkdtempSync(join(tmpdir(), "terralake-provided-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stack(name: string, variable?: object) {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ variable }));
  return { name, dependencies: [], file };
}

const stacks = [
  stack("kind-base"),
  stack("kind-secrets", {
    git_token: { ephemeral: true, description: "token of the Git server" },
    aws_key: { ephemeral: true, description: "access key of the bucket" },
    region: { default: "europe-west1", description: "has a default" },
  }),
];

test("asks for the variables without a default, in the order of their names", async () => {
  expect(await providedValues(stacks)).toEqual([
    { name: "TF_VAR_aws_key", description: "access key of the bucket" },
    { name: "TF_VAR_git_token", description: "token of the Git server" },
  ]);
});

test("names every value that is missing, and takes an empty one for none", async () => {
  const refused = requireProvidedValues(stacks, { TF_VAR_git_token: " " });
  await expect(refused).rejects.toBeInstanceOf(CliError);
  await expect(refused).rejects.toThrow(
    [
      "2 values are not provided, and nothing was applied; enter each in this shell, then run again",
      "  read -rs TF_VAR_aws_key && export TF_VAR_aws_key   # access key of the bucket",
      "  read -rs TF_VAR_git_token && export TF_VAR_git_token   # token of the Git server",
    ].join("\n"),
  );
  await expect(requireProvidedValues(stacks, { TF_VAR_aws_key: "a" })).rejects.toThrow("1 value is not provided");
});

test("is content when all are there, and when none is asked for", async () => {
  await expect(requireProvidedValues(stacks, { TF_VAR_aws_key: "a", TF_VAR_git_token: "b" })).resolves.toBeUndefined();
  await expect(requireProvidedValues([stack("kind-vault")], {})).resolves.toBeUndefined();
});
