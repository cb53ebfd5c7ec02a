import {
  kubernetesSecretName,
  mountName,
  secretKeyName,
  secretPath,
  variableName,
} from "../../../constructs/secrets/secret-names";
import { readEnvironment } from "../../../environments/schema";
import { kind } from "../../fixtures/environments/base";

/** Names that the constructs and an environment's schema must judge alike; neither may know the other. */
const names = [
  ...["a", "a-b", "a_b", "a.b", "A", "1", "1a", "a1", "-a", "a-", ".a", "a.", "..a", ".", "a..b", "a b", "a/b", ""],
  ...["data", "sys", "database", "pki", "count", "version", "a".repeat(63), "a".repeat(253), "a".repeat(254)],
];

const paths = [...names, "a/b/c", "a//b", "/a", "a/", "data/a", "a/data", "a/data/b", "a/-b", "sys/a"];

const accepts = (secrets: object) => readEnvironment({ ...kind, secrets }).problems.length === 0;
const declares = (path: string, keys: object, copies?: object) => accepts({ declared: { [path]: { keys, copies } } });
const generated = { generate: 32 };

test.each([
  ["mount", mountName, names, (name: string) => declares(`${name}/a`, { key: generated })],
  ["path", secretPath, paths, (path: string) => declares(`kyuubi/${path}`, { key: generated })],
  ["key", secretKeyName, names, (key: string) => declares("kyuubi/a", { [key]: generated })],
  [
    "name of a Secret",
    kubernetesSecretName,
    names,
    (name: string) => declares("kyuubi/a", { key: generated }, [{ namespace: "data-platform", name }]),
  ],
  [
    "variable",
    variableName,
    names,
    (variable: string) => declares("kyuubi/a", { key: { variable, description: "a value" } }),
  ],
] as const)("the schema and the constructs accept the same %s", (_what, rule, candidates, inSchema) => {
  const judged = candidates.map((name) => [name, rule.accepts(name)] as const);
  expect(judged.filter(([, good]) => good).length).toBeGreaterThan(3);
  expect(judged.filter(([, good]) => !good).length).toBeGreaterThan(3);
  // A mount with a slash is a mount and a path to the schema.
  const comparable = judged.filter(([name]) => rule !== mountName || !name.includes("/"));
  expect(comparable.map(([name]) => [name, inSchema(name)])).toEqual(comparable);
});
