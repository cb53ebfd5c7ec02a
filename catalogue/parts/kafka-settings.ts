import type { BrokerGrant } from "../../constructs/services";
import { field } from "../../environments/schema/field";
import { list, oneOf, record, strict, text } from "../fields";

const operations = ["Read", "Write", "Describe", "Create", "Alter", "Delete", "All"] as const;

/** What a user may do with a topic, a group of consumers or a transaction. */
const grant = strict({
  type: oneOf("topic", "group", "transactionalId"),
  name: text(
    /^([A-Za-z0-9._-]{1,249}|\*)$/,
    "at most 249 letters, digits, dots, dashes and underscores, or * for all",
    "use a name such as orders",
  ),
  pattern: oneOf("literal", "prefix").optional(),
  operations: list(oneOf(...operations), "operations"),
});

/** Rights of a user of Kafka. */
export const grants = list(grant, "grants");

/** The rights as a broker takes them; a name is taken literally unless it says that it is a beginning. */
export function brokerGrants(
  given: readonly (Omit<BrokerGrant, "pattern"> & { readonly pattern?: BrokerGrant["pattern"] })[],
): readonly BrokerGrant[] {
  return given.map(({ pattern = "literal", ...rest }) => ({ ...rest, pattern }));
}

/** Settings of a service by the names that it has for them, such as `log.retention.hours`. */
export const properties = record(
  {
    pattern: /^[A-Za-z][A-Za-z0-9._-]*$/,
    allowed: "the service's own name of a setting",
    next: "use a name such as log.retention.hours",
  },
  field<string | number | boolean>({
    accepts: (v): v is string | number | boolean => ["string", "number", "boolean"].includes(typeof v),
    allowed: "a text, a number, true or false",
    next: "write one value",
  }),
  "settings",
);
