import type * as z from "zod";
import { agreed, list, oneOf, record, strict, text, truth, wholeNumber } from "../environments/schema/field";
import { dnsLabel } from "../environments/schema/names";
import { type Bytes, size as bytes } from "../environments/schema/quantity";
import {
  type Resources,
  type ResourcesInput,
  resolveResources,
  resourcesInput,
} from "../environments/schema/resources";
import { bySize } from "../environments/schema/sizes";
import type { Defaults, ServiceSettings } from "./definition";

/** Namespace of a data service that names none. */
export const DEFAULT_NAMESPACE = "data-platform";

const alias = strict({
  name: dnsLabel(),
  ports: agreed(
    record(
      {
        pattern: /^[1-9]\d{0,4}$/,
        allowed: "a port from 1 to 65535",
        next: "write the port that clients use, such as 9000",
      },
      text(/^[a-z][a-z0-9-]*$/, "the name of a port of the service", "see `ports` in catalogue/<service>.ts"),
      "ports with what they lead to",
    ),
    (ports) => Object.keys(ports).length > 0,
    { allowed: "one port or more", next: 'add one, such as "9000": "s3"' },
  ),
});

/** Keys that every service has. */
export const commonFields = {
  /** `false` switches off what a selection switched on. */
  enabled: truth().optional(),
  namespace: dnsLabel().optional(),
  aliases: list(alias, "aliases").optional(),
} as const;

/** Pods of a service, 1 to 50. */
export const replicas = wholeNumber(1, 50).optional();
/** What each pod asks for. */
export const resources = resourcesInput.optional();
/** Volume of each pod. */
export const storage = bytes().optional();
/** Class of the volumes; the environment's own when absent. */
export const storageClass = dnsLabel().optional();
/** Image in the place of the usual one: address, tag and optional digest. */
export const image = text(
  /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+:[\w][\w.-]{0,127}(@sha256:[0-9a-f]{64})?$/,
  "an image with registry, path and an exact tag, such as docker.io/trinodb/trino:480",
  "write registry, path and tag",
).optional();
/** User that the pods run as. */
export const runAs = strict({
  user: wholeNumber(1, 4294967294),
  group: wholeNumber(0, 4294967294).optional(),
}).optional();

/** What {@link commonFields} give, resolved. */
export interface CommonGiven {
  readonly namespace?: string;
  readonly aliases?: readonly z.output<typeof alias>[];
}

/** The common settings with their defaults. */
export function common(given: CommonGiven): ServiceSettings {
  return { namespace: given.namespace ?? DEFAULT_NAMESPACE, aliases: given.aliases ?? [] };
}

/** Resources of a pod: what was given, and for the rest the default of the environment's size, as [small, large]. */
export function sizedResources(
  given: ResourcesInput | undefined,
  { size }: Defaults,
  defaults: readonly [Resources, Resources],
): Resources {
  return resolveResources(given, bySize(size, defaults));
}

/** A setting, or the default of the environment's size, as [small, large]. */
export function ofSize<T extends number | string>(
  given: T | undefined,
  { size }: Defaults,
  defaults: readonly [T, T],
): T {
  return given ?? bySize<T>(size, defaults);
}

export { type Resources, sized } from "../environments/schema/resources";
export type { Bytes };
export { dnsLabel, list, oneOf, record, strict, text, truth, wholeNumber };
