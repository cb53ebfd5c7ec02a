import { type AddressedBlock, objectOf, resources } from "../blocks";
import type { CheckedStack } from "../rule";

/** A right that a stack gives to somebody. */
export interface Grant extends AddressedBlock {
  readonly role: string;
  /** Members; one for a grant of its own. */
  readonly members: readonly string[];
  /** Expression that limits it; empty where nothing does. */
  readonly condition: string;
}

/** Grants of a stack on resources whose type matches: one member each, or a whole role at once. */
export function grants(stack: CheckedStack, of: RegExp): readonly Grant[] {
  return resources(stack, /^google_.*_iam_(audit_config|binding|member|policy)$/)
    .filter(({ type }) => of.test(type))
    .map((resource) => {
      const { role, member, members, condition } = resource.block;
      return {
        ...resource,
        role: String(role ?? ""),
        members: [
          ...(typeof member === "string" ? [member] : []),
          ...(Array.isArray(members) ? members.map(String) : []),
        ],
        condition: String(objectOf(Array.isArray(condition) ? condition[0] : condition).expression ?? ""),
      };
    });
}

/** Grants on a whole project, folder or organization. */
export const onProjects = /^google_(project|folder|organization)_iam_/;

/** Grants on an identity: who may act as it. */
export const onIdentities = /^google_service_account_iam_/;
