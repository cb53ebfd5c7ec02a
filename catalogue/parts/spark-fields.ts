import type * as z from "zod";
import type { Lakehouse } from "../../constructs/services";
import type { Problem } from "../../environments/schema/errors";
import { type Bytes, size as bytes, parseBytes } from "../../environments/schema/quantity";
import type { AroundIdentities, Defaults, GoogleIdentity, ServiceSite } from "../definition";
import { ofSize, record, strict, text, wholeNumber } from "../fields";

/** Bucket of the event logs: where a service asks for it, all Spark code writes there. */
export const eventBucket = "spark-events";

/** Services with tables that Spark code sees. */
export const tableServices = ["objectStore", "nessie", "polaris", "lakekeeper", "hiveMetastore"] as const;

/** The tables and the event log of an environment. */
export function lakehouseOf({ catalogs, buckets, bucket }: ServiceSite): Lakehouse {
  return buckets.includes(eventBucket) ? { catalogs, eventLog: bucket(eventBucket) } : { catalogs };
}

/** What Spark code opens: the tables, and the event log where there is one. */
export function lakehouseBuckets({ tables, buckets }: AroundIdentities): GoogleIdentity["buckets"] {
  const opened = buckets.includes(eventBucket) ? [...tables, eventBucket] : tables;
  return opened.map((bucket) => ({ bucket, access: "write" }));
}

const value = text(
  /^(?!.*\{\{)[^\r\n]*$/,
  "a text of one line without {{",
  "write it in quotes; a secret does not belong here",
);

/** Settings of a program by name, each beginning with one of the words given. */
export function propertiesField(...words: readonly string[]) {
  return record(
    {
      pattern: new RegExp(`^(${words.join("|")})\\.[A-Za-z0-9_.*/-]+$`),
      allowed: `a setting that begins with ${words.map((word) => `${word}.`).join(" or ")}`,
      next: `write its whole name, such as ${words[0]}.${words[0] === "spark" ? "sql.shuffle.partitions" : "operation.idle.timeout"}`,
    },
    value,
    "settings",
  ).optional();
}

/** User that the pods run as; its group has the same number. */
export const runAsUser = strict({ user: wholeNumber(1, 4294967294) }).optional();

/** Driver of an engine or a job. */
export const driverField = strict({ cores: wholeNumber(1, 64).optional(), memory: bytes().optional() });

/** Executors that come with the work. */
export const executorsField = strict({
  min: wholeNumber(0, 500).optional(),
  max: wholeNumber(1, 500).optional(),
  cores: wholeNumber(1, 64).optional(),
  memory: bytes().optional(),
});

/** Heap of drivers and executors, [small, large]. */
const heap = ["1Gi", "4Gi"] as const satisfies readonly [Bytes, Bytes];

/** A driver with its defaults. */
export function driverOf(given: z.output<typeof driverField> | undefined, defaults: Defaults) {
  return { cores: given?.cores ?? 1, memoryMebibytes: mebibytesOf(ofSize<Bytes>(given?.memory, defaults, [...heap])) };
}

/** Executors with their defaults: none while nothing is computed. */
export function executorsOf(given: z.output<typeof executorsField> | undefined, defaults: Defaults) {
  const min = given?.min ?? 0;
  return {
    min,
    max: given?.max ?? Math.max(min, ofSize(undefined, defaults, [1, 4])),
    cores: ofSize(given?.cores, defaults, [1, 2]),
    memoryMebibytes: mebibytesOf(ofSize<Bytes>(given?.memory, defaults, [...heap])),
  };
}

/** Whole mebibytes of an amount of memory. */
export function mebibytesOf(amount: Bytes): number {
  return Math.floor(parseBytes(amount) / 2 ** 20);
}

/** Smallest heap that Spark starts with, in mebibytes: one and a half of what it reserves for itself. */
const smallestHeap = 512;

/** What is wrong with a heap. */
export function heapProblems(path: string, memoryMebibytes: number): readonly Problem[] {
  return memoryMebibytes >= smallestHeap
    ? []
    : [
        {
          path,
          given: `"${memoryMebibytes}Mi"`,
          allowed: `at least ${smallestHeap}Mi: Spark does not start with less`,
          next: `give ${smallestHeap}Mi or more`,
        },
      ];
}

/** What is wrong with executors. */
export function executorProblems(
  path: string,
  { min, max, memoryMebibytes }: ReturnType<typeof executorsOf>,
): readonly Problem[] {
  return [
    ...(min > max
      ? [
          {
            path: `${path}.min`,
            given: String(min),
            allowed: `at most max ${max}`,
            next: "lower min or raise max",
          },
        ]
      : []),
    ...heapProblems(`${path}.memory`, memoryMebibytes),
  ];
}
