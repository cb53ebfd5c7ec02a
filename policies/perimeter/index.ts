import type { Rule } from "../rule";
import { closedPerimeter } from "./per-01-closed-perimeter";
import { strictPolicies } from "./per-02-strict-policies";
import { askedKeys } from "./per-03-keys-that-are-asked-for";

/** Rules on what surrounds a project. */
export const perimeterRules: readonly Rule[] = [closedPerimeter, strictPolicies, askedKeys];
