import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentPage, environmentsTable, withEnvironments } from "../../docs/pages";
import { environments } from "../../environments";
import { projectRoot } from "../../rehearsal/paths";
import declaredSecrets from "../fixtures/environments/valid/declared-secrets";
import inSecretManager from "../fixtures/environments/valid/gke-secrets-in-secret-manager";
import peopleByOidc from "../fixtures/environments/valid/people-by-oidc";
import peopleWithPasswords from "../fixtures/environments/valid/people-with-passwords";
import { cloud, laptop } from "../support/fixture-environments";

const read = (...path: string[]) => readFileSync(join(projectRoot, ...path), "utf8");

describe("pages written by `npm run docs`", () => {
  it("README.md has the table of environments as they are", () => {
    const readme = read("README.md");
    expect(withEnvironments(readme, environmentsTable(environments))).toBe(readme);
  });

  it.each(environments.map((environment) => [environment.name, environment] as const))(
    "docs/generated has the page of %s as it is",
    (name, environment) => {
      expect(environmentPage(environment)).toBe(read("docs", "generated", `${name}.md`));
    },
  );
});

describe("secrets on the page of an environment", () => {
  const page = environmentPage(laptop(declaredSecrets as never));
  const rows = (text: string, start: string) => text.split("\n").filter((line) => line.startsWith(`| ${start}`));

  it("have the version that the environment asks for", () => {
    expect(rows(page, "`platform/trino` | shared_secret")).toEqual([
      "| `platform/trino` | shared_secret | 2 | - | - | data-platform/vault-reader |",
    ]);
  });

  it("have an owner and a period where they are stated, and no columns for them where none is", () => {
    expect(rows(page, "`kyuubi/database` | mariadb")).toEqual([expect.stringContaining("| data team | 90d |")]);
    expect(page).toContain("| Owner |");
    expect(environmentPage(laptop())).not.toContain("| Owner |");
  });

  it("say who follows a rotation, or why there can be none", () => {
    expect(rows(page, "`platform/trino` | yes")).toEqual([expect.stringContaining("(pods restart)")]);
    expect(rows(page, "`kyuubi/database` | no")).toEqual([
      expect.stringMatching(/no: nobody follows in spark-jobs\/vault\.secret\.database: .*\(nobody\)/),
    ]);
  });

  it("name those who read a whole mount", () => {
    expect(rows(page, "everything in")).toEqual([
      "| everything in `kyuubi` | data-platform/kyuubi-sa | `kyuubi-role` | `kyuubi-policy` |",
    ]);
    expect(environmentPage(laptop())).not.toContain("everything in");
  });

  it("name the users of databases, and none where Vault keeps no secrets", () => {
    expect(rows(page, "`database/creds/").length).toBeGreaterThan(0);
    const elsewhere = environmentPage(cloud(inSecretManager as never));
    expect(elsewhere).toContain("Kept in Google's Secret Manager.");
    expect(elsewhere).not.toContain("database/creds/");
  });

  it("show only the first of many keys", () => {
    const keys = Object.fromEntries([..."abcdefghij"].map((key) => [key, { value: key }]));
    const many = environmentPage(laptop({ secrets: { declared: { "own/many": { keys } } } }));
    expect(rows(many, "`own/many` | a, b, c, d, e, f and 4 more |")).toHaveLength(1);
  });

  it("are followed by what people may do", () => {
    expect(environmentPage(laptop())).toContain("Nobody has a login.");
    expect(rows(environmentPage(cloud(peopleByOidc as never)), "group ").length).toBeGreaterThan(0);
    expect(environmentPage(laptop(peopleWithPasswords as never))).toContain("| password | `people-auditor`");
  });
});

describe("commands in the README", () => {
  /** Who runs each command. */
  const runBy: Readonly<Record<string, string>> = {
    "./terralake rehearse kind": ".ci/run",
    "./terralake test": ".ci/run",
    "./terralake verify kind": ".ci/run",
    "npx cdktf synth": "__tests__/rehearsal/end-to-end/cdktf.test.ts",
    "npx cdktf diff kind-base": "__tests__/rehearsal/end-to-end/cdktf.test.ts",
    "npx cdktf deploy 'kind-*'": "__tests__/rehearsal/end-to-end/cdktf.test.ts",
  };
  const commands = [...read("README.md").matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => line.trim() !== ""),
  );

  it("are all run by something", () => {
    expect(commands.length).toBeGreaterThanOrEqual(4);
    expect(commands.filter((command) => !(command in runBy))).toEqual([]);
  });

  it.each(commands)("%s is there", (command) => {
    expect(read(runBy[command] ?? "")).toContain(command.replace(/^npx /, ""));
  });
});
