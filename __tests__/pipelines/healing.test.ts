import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wiredVariables } from "../../constructs/gke/analytics/composer-wiring";

const file = join(__dirname, "..", "..", "pipelines", "dags", "healing.py");
const source = readFileSync(file, "utf8");

/** Calls functions of the DAG that need no Airflow: reads their names and arguments, writes what they answered. */
const program = `
import ast, json, sys
source, calls = json.load(sys.stdin)
wanted = {"read_alert", "propose_by_rule", "RULES", "UNKNOWN"}
def named(node):
    if isinstance(node, ast.FunctionDef): return node.name in wanted
    return isinstance(node, ast.Assign) and node.targets[0].id in wanted
tree = ast.parse(source)
tree.body = [node for node in tree.body if named(node)]
scope = {"json": json}
exec(compile(tree, "healing.py", "exec"), scope)
json.dump([scope[name](given.encode() if isinstance(given, str) else given) for name, given in calls], sys.stdout)
`;

type Call = readonly [name: "read_alert" | "propose_by_rule", given: unknown];

/** One start of Python for all of them. */
function python(...calls: readonly Call[]): readonly unknown[] {
  const answer = execFileSync("python3", ["-c", program], { input: JSON.stringify([source, calls]) });
  return JSON.parse(answer.toString()) as readonly unknown[];
}

describe("the healing DAG", () => {
  it("is Python, and proposes what the first rule says that knows the policy", () => {
    expect(
      python(
        ["propose_by_rule", { policy: "Volume nearly full" }],
        ["propose_by_rule", { policy: "Backup missed" }],
        ["propose_by_rule", { policy: "" }],
      ),
    ).toEqual(["grow the volume", "run the backup again", "ask a person"]);
  });

  it("reads a notification of Cloud Monitoring", () => {
    const incident = { incident_id: "0.abc", policy_name: "Restarts", resource_name: "pod", state: "closed", extra: 1 };
    expect(python(["read_alert", JSON.stringify({ version: "1.2", incident })])).toEqual([
      { incident_id: "0.abc", policy: "Restarts", resource: "pod", state: "closed" },
    ]);
  });

  it("does not fail on what is no notification, which would come again for ever", () => {
    const broken = ["", "no json", "[]", "{}", '{"incident":"text"}', '{"incident":null}'];
    for (const alert of python(...broken.map((text): Call => ["read_alert", text]))) {
      expect(alert).toEqual({ incident_id: "unknown", policy: "", resource: "", state: "open" });
    }
  });

  it("needs only variables that the wiring sets", () => {
    const needed = [...source.matchAll(/os\.environ\["([A-Z_]+)"\]/g)].map(([, name]) => name);
    const wired = wiredVariables({
      project: "example-dev",
      region: "europe-west1",
      environment: "gke-dev",
      dataset: "a",
      lakeBucket: "a",
      stagingBucket: "a",
      backupBucket: "a",
      sampleData: "small",
      logLevel: "debug",
      approval: "none",
      healing: { subscription: "a", incidents: "a" },
    });
    expect(needed.length).toBeGreaterThan(0);
    expect(Object.keys(wired)).toEqual(expect.arrayContaining(needed));
  });
});
