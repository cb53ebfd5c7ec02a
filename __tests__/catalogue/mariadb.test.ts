import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { mariadb } from "../../catalogue/mariadb";
import type { ServicesInput } from "../../environments/schema";
import { describeProblem } from "../../environments/schema/errors";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf } from "../support/releases";
import { resolved } from "./every-service";

const small = { size: "small" } as const;

function built(services: ServicesInput) {
  const stacks = serviceStacks();
  const platform = new DataPlatformServices(stacks.services, "DataPlatform", {
    context: stacks.context,
    services: resolved(services),
  });
  const objects = objectsOf(releasesOf(stacks.services)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return { platform, objects };
}

const problems = (input: object, all = {}) =>
  mariadb.check?.(mariadb.resolve(mariadb.input.parse(input), small), all).map(describeProblem);

const users = { reader: { grants: [{ database: "sales", privileges: ["SELECT"] }] } } satisfies NonNullable<
  ServicesInput["mariadb"]
>["users"];

test.each([
  [{ databases: ["sales"], users }, []],
  [
    { users },
    [
      'users.reader.grants[0].database: "sales"; allowed: a database of this server, and there is none; add sales to databases',
    ],
  ],
  [
    { databases: ["sales"], users: { sales: {} } },
    ['users.sales: "sales"; allowed: a name that no owner of a database has; did you mean sales_user?'],
  ],
])("of %j says %j", (input, expected) => {
  expect(problems(input)).toEqual(expected);
});

test("grants rights on databases of services that are on", () => {
  const grants = [{ database: "hive", privileges: ["SELECT"] }];
  expect(problems({ users: { reader: { grants } } }, { hiveMetastore: {} })).toEqual([]);
  expect(problems({ users: { reader: { grants } } })).toHaveLength(1);
});

test("knows the rights of databases, and none on the server", () => {
  const grant = (privilege: string) => ({ users: { a: { grants: [{ database: "b", privileges: [privilege] }] } } });
  expect(mariadb.input.safeParse(grant("SELECT")).success).toBe(true);
  expect(mariadb.input.safeParse(grant("SUPER")).success).toBe(false);
});

test.each([
  ["bucket", [["objectStore"]], ["mariadb-backup"]],
  ["volume", [], []],
] as const)("with a backup to a %s needs %j", (to, needs, buckets) => {
  const settings = mariadb.resolve(mariadb.input.parse({ backup: { to } }), small);
  expect(mariadb.needs?.(settings)).toEqual(needs);
  expect(mariadb.buckets?.(settings)).toEqual(buckets);
});

test("is built with databases, users and a backup", () => {
  const { objects, platform } = built({ objectStore: {}, mariadb: { databases: ["sales"], users, backup: {} } });
  expect(objects).toEqual(
    expect.arrayContaining([
      ...["Database mariadb-sales", "User user-mariadb-reader", "Grant user-mariadb-reader-0", "Backup mariadb-backup"],
    ]),
  );
  expect(platform.offers.find(({ service }) => service === "mariadb")?.databases).toMatchObject([
    { database: "sales", engine: "mysql" },
  ]);
});
