import { lastRevisions } from "../../../rehearsal/inspect/helm-records";

const secret = (namespace: string, name: string, version: number) => ({
  metadata: { namespace, name: `sh.helm.release.v1.${name}.v${version}`, labels: { name, version: `${version}` } },
});

it("takes the last revision of each release, as a number and in its namespace", () => {
  const [second, tenth, other] = [secret("data", "trino", 2), secret("data", "trino", 10), secret("other", "trino", 1)];
  expect(lastRevisions([second, tenth, other])).toEqual([tenth, other]);
  expect(lastRevisions([tenth, second])).toEqual([tenth]);
});
