import type { SecretEntry } from "../../../constructs/secrets";
import { fixed, generated, provided } from "../../../constructs/secrets";
import { planRotation, stepsOfPeople } from "../../../operations/rotation/plan-rotation";

function entry(path: string, overrides: Partial<SecretEntry> = {}): SecretEntry {
  return {
    ref: { mount: "platform", path, keys: ["password"], version: 2 },
    values: { password: generated(), username: fixed("nessie") },
    readers: [],
    consumers: [{ namespace: "data", name: "nessie", follows: { by: "operator", name: "CloudNativePG" } }],
    ...overrides,
  };
}

const secrets = [
  entry("nessie"),
  entry("trino", { consumers: [{ namespace: "data", name: "trino", follows: { by: "reloader" } }] }),
  entry("kyuubi", {
    consumers: [{ namespace: "data", name: "kyuubi", follows: { by: "nobody", reason: "it reads it once" } }],
  }),
  entry("token", { values: { token: provided("github_token", "a token of GitHub") } }),
  entry("fixed", { values: { user: fixed("x") } }),
];

test("raises the version by one and says who follows", () => {
  expect(planRotation(secrets, "platform/nessie")).toEqual({
    secret: "platform/nessie",
    from: 2,
    to: 3,
    followers: ["data/nessie (by CloudNativePG)"],
    variables: [],
    fixed: ["username"],
  });
  expect(planRotation(secrets, "platform/trino", 9)).toMatchObject({ to: 9 });
});

test.each([2, 1, 0, -1, 2.5, Number.NaN])("version %s is refused: versions only rise", (to) => {
  expect(() => planRotation(secrets, "platform/nessie", to)).toThrow(/not above 2, .* versions only rise: use 3/);
});

test("a secret that somebody would go on using is refused with who and why", () => {
  expect(() => planRotation(secrets, "platform/kyuubi")).toThrow(/data\/kyuubi: it reads it once/);
});

test("a version above what an environment takes is refused with the range", () => {
  expect(() => planRotation(secrets, "platform/nessie", 99_999_999)).toThrow(/too high; allowed: 3 to 1000000; use 3/);
  expect(planRotation(secrets, "platform/nessie", 1_000_000).to).toBe(1_000_000);
});

test("a secret of fixed values only is written as the program has it", () => {
  const plan = planRotation(secrets, "platform/fixed");
  expect(plan).toMatchObject({ to: 3, fixed: ["user"] });
  expect(stepsOfPeople(plan, "vault")).toEqual([expect.stringMatching(/as the program has them.*: user$/)]);
});

test("what is kept in 1Password is changed there first, by a person", () => {
  const plan = planRotation(secrets, "platform/token");
  expect(stepsOfPeople(plan, "vault")).toEqual([expect.stringContaining("TF_VAR_github_token")]);
  expect(stepsOfPeople(plan, "onepassword")).toEqual([
    expect.stringMatching(/^first change item platform\/token in 1Password/),
  ]);
});

test("a value of a person's asks for its variable", () => {
  expect(planRotation(secrets, "platform/token").variables).toEqual([
    { name: "github_token", description: "a token of GitHub" },
  ]);
});

test("an unknown path names the nearest one, also when the mount is left out", () => {
  expect(() => planRotation(secrets, "platform/nesie")).toThrow(/did you mean platform\/nessie\?/);
  expect(() => planRotation(secrets, "trino")).toThrow(/allowed: platform\/nessie, .*did you mean platform\/trino\?/);
});
