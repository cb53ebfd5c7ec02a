import { DataPlatformServices } from "../../../catalogue/assembly/data-platform-services";
import { rotationObstacle } from "../../../constructs/secrets";
import { everyService } from "../../catalogue/every-service";
import { objectsOf, releasesOf } from "../../support/releases";
import { serviceStacks } from "./service-stacks";

function platform() {
  const stacks = serviceStacks();
  new DataPlatformServices(stacks.services, "Services", { context: stacks.context, services: everyService });
  return stacks;
}

/** Labels by which an operator notices a changed Secret. */
const operatorLabels = { CloudNativePG: "cnpg.io/reload", "MariaDB operator": "k8s.mariadb.com/watch" };

describe("who follows a rotation", () => {
  test("is said truly: the reloader's annotation or the operator's label is there", () => {
    const stacks = platform();
    const releases = releasesOf(stacks.services);
    const watched = new Set(
      releases.flatMap(({ namespace, values }) =>
        [...JSON.stringify(values).matchAll(/"secret\.reloader\.stakater\.com\/reload":"([^"]+)"/g)].flatMap(
          ([, names = ""]) => names.split(",").map((name) => `${namespace}/${name}`),
        ),
      ),
    );
    const objects = objectsOf(releases).filter(({ kind }) => kind === "ExternalSecret");
    const consumers = stacks.vaultSecrets.inventory.flatMap((entry) => entry.consumers);
    expect(consumers.length).toBeGreaterThan(10);
    const seen = new Set<string>();
    for (const { namespace, name, follows } of consumers) {
      seen.add(follows.by);
      switch (follows.by) {
        case "reloader":
          expect(watched).toContain(`${namespace}/${name}`);
          break;
        case "operator": {
          const label = operatorLabels[follows.name as keyof typeof operatorLabels];
          const object = objects.find(({ metadata }) => metadata.name === name);
          expect(label).toBeDefined();
          expect(object?.spec).toMatchObject({
            target: { template: { metadata: { labels: { [label]: expect.any(String) } } } },
          });
          break;
        }
        case "reader":
          expect(watched).not.toContain(`${namespace}/${name}`);
          expect(follows.name).toMatch(/^\S.{10,}[^.]$/);
          break;
        default:
          expect(watched).not.toContain(`${namespace}/${name}`);
          expect(follows.reason).toMatch(/^[a-z].{20,}[^.]$/);
      }
    }
    expect([...seen].sort()).toEqual(["nobody", "operator", "reader", "reloader"]);
  });

  test("decides what can be rotated", () => {
    const obstacles = Object.fromEntries(
      platform().vaultSecrets.inventory.map((entry) => [entry.ref.path, rotationObstacle(entry)]),
    );
    expect(obstacles).toMatchObject({
      "postgres/nessie": undefined,
      "mariadb/hive": undefined,
      trino: undefined,
      "mariadb/root":
        "nobody follows in data-platform/mariadb-root: the server takes its root password at the first start only",
      "object-store/hive": expect.stringMatching(
        /nobody follows in spark-jobs\/kyuubi-dbt-engine-s3: an engine that runs keeps the old key pair until it ends$/,
      ),
    });
  });
});
