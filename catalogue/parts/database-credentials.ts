import type { SecretKey } from "../../constructs/secrets";
import { databaseName } from "../../environments/schema/databases";
import { record } from "../../environments/schema/field";
import { declaredKey } from "../../environments/schema/service-secrets";

/** Declared secrets, by the database whose owner has one of their keys for a password. */
export const databaseCredentials = record(
  {
    pattern: databaseName.pattern,
    allowed: `a database: ${databaseName.allowed}`,
    next: "use the name of a database of this server, such as kyuubi",
  },
  declaredKey("kyuubi/database#password"),
  "databases with their credentials",
).optional();

/** The keys that such a setting names. */
export function ownersPasswords(
  credentials: { readonly [database: string]: string },
  keyOf: (reference: string) => SecretKey,
): { readonly [database: string]: SecretKey } {
  return Object.fromEntries(Object.entries(credentials).map(([database, key]) => [database, keyOf(key)]));
}
