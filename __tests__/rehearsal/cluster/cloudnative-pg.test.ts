import { operatorStatements, type postgresClusters } from "../../../rehearsal/cluster/cloudnative-pg";

type Objects = Readonly<Record<string, readonly object[]>>;

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A client that knows custom objects by their plural, and one Secret. */
function clusterWith(objects: Objects, secret: Readonly<Record<string, string>> = {}) {
  const client = {
    makeApiClient: () => ({
      listClusterCustomObject: ({ plural }: { plural: string }) => Promise.resolve({ items: objects[plural] ?? [] }),
      readNamespacedSecret: () =>
        Promise.resolve({
          data: Object.fromEntries(Object.entries(secret).map(([key, value]) => [key, base64(value)])),
        }),
    }),
  };
  return { client } as unknown as Parameters<typeof postgresClusters>[0];
}

const metadata = { name: "postgres", namespace: "lake" };
const ofCluster = { cluster: { name: "postgres" } };
const role = (spec: object) => ({ metadata, spec: { ...ofCluster, login: true, ...spec } });

describe("the stand-in for CloudNativePG", () => {
  it("makes roles before memberships, and both before databases", async () => {
    const cluster = clusterWith({
      databaseroles: [role({ name: "vault-sales", createrole: true, inRoles: ["sales"] }), role({ name: "sales" })],
      databases: [{ metadata, spec: { ...ofCluster, name: "sales", owner: "sales" } }],
    });
    expect(await operatorStatements(cluster, { metadata, spec: {} })).toEqual([
      'CREATE ROLE "vault-sales" WITH LOGIN CREATEROLE',
      'CREATE ROLE "sales" WITH LOGIN NOCREATEROLE',
      'GRANT "sales" TO "vault-sales"',
      'CREATE DATABASE "sales" OWNER "sales"',
    ]);
  });

  it("takes passwords from the Secrets that the roles name", async () => {
    const named = role({ name: "sales", passwordSecret: { name: "s" } });
    const cluster = clusterWith({ databaseroles: [named] }, { username: "sales", password: "it's" });
    expect(await operatorStatements(cluster, { metadata, spec: {} })).toEqual([
      `CREATE ROLE "sales" WITH LOGIN NOCREATEROLE PASSWORD 'it''s'`,
    ]);
  });

  it("refuses a Secret for another role, as the operator does", async () => {
    const named = role({ name: "sales", passwordSecret: { name: "s" } });
    const cluster = clusterWith({ databaseroles: [named] }, { username: "nessie", password: "x" });
    await expect(operatorStatements(cluster, { metadata, spec: {} })).rejects.toThrow(
      "secret lake/s is for another role than sales",
    );
  });

  it("leaves other clusters and namespaces alone", async () => {
    const cluster = clusterWith({
      databaseroles: [
        { metadata: { ...metadata, namespace: "other" }, spec: { ...ofCluster, name: "a" } },
        { metadata, spec: { cluster: { name: "other" }, name: "b" } },
      ],
    });
    expect(await operatorStatements(cluster, { metadata, spec: {} })).toEqual([]);
  });
});
