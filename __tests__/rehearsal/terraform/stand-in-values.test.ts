import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StandInValues } from "../../../rehearsal/terraform/stand-in-values";

const folder = mkdtempSync(join(tmpdir(), "terralake-stand-in-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stack(name: string, variable?: object): string {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "cdk.tf.json"), JSON.stringify({ variable }));
  return join(folder, name);
}

test("gives each variable without a default one random value, in every stack", async () => {
  const values = new StandInValues();
  const secrets = stack("secrets", { git_token: {}, aws_key: {}, region: { default: "europe-west1" } });
  const first = await values.environment(secrets);
  expect(Object.keys(first).sort()).toEqual(["TF_VAR_aws_key", "TF_VAR_git_token"]);
  expect(first.TF_VAR_git_token).toMatch(/^[0-9a-f]{48}$/);
  expect(first.TF_VAR_git_token).not.toBe(first.TF_VAR_aws_key);
  expect(await values.environment(secrets)).toEqual(first);
  expect(await values.environment(stack("other", { git_token: {} }))).toEqual({
    TF_VAR_git_token: first.TF_VAR_git_token,
  });
  expect(await values.environment(stack("base"))).toEqual({});
});
