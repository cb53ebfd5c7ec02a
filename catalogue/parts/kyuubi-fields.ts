import type * as z from "zod";
import type { Problem } from "../../environments/schema/errors";
import type { Defaults } from "../definition";
import { list, oneOf, strict, text, wholeNumber } from "../fields";
import { driverField, driverOf, executorProblems, executorsField, executorsOf, heapProblems } from "./spark-fields";

/** The Spark engines of a gateway. */
export const enginesField = strict({
  shareLevel: oneOf("CONNECTION", "USER", "GROUP", "SERVER").optional(),
  idleMinutes: wholeNumber(1, 10080).optional(),
  driver: driverField.optional(),
  executors: executorsField.optional(),
}).optional();

/** Engines with their defaults; who shares one differs between gateways. */
export function enginesOf(given: z.output<typeof enginesField>, defaults: Defaults, shareLevel: "USER" | "SERVER") {
  return {
    shareLevel: given?.shareLevel ?? shareLevel,
    idleMinutes: given?.idleMinutes ?? 30,
    driver: driverOf(given?.driver, defaults),
    executors: executorsOf(given?.executors, defaults),
  };
}

/** What is wrong with engines. */
export function engineProblems(path: string, { driver, executors }: ReturnType<typeof enginesOf>): readonly Problem[] {
  return [
    ...heapProblems(`${path}.driver.memory`, driver.memoryMebibytes),
    ...executorProblems(`${path}.executors`, executors),
  ];
}

/** Where users are looked up with the authentication `LDAP`. */
export const ldapField = strict({
  url: text(
    /^ldaps:\/\/[a-zA-Z0-9.-]+(:\d{1,5})?$/,
    "the address of a directory with TLS, such as ldaps://ldap.example.com:636",
    "write ldaps:// and the host; without TLS everybody on the way would read the passwords",
  ),
  baseDn: text(/^\w+=[^\r\n{]+$/, "a distinguished name", "write it like dc=example,dc=com"),
  userDnPattern: text(
    /^\w+=[^\r\n{]*%s[^\r\n{]*$/,
    "a distinguished name with %s for the user",
    "write it like uid=%s,ou=people,dc=example,dc=com",
  ),
  cidrs: list(
    text(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "a range of addresses", "write it like 192.0.2.10/32"),
    "ranges in which the directory is",
  ),
}).optional();
