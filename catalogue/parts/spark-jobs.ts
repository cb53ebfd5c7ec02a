import type * as z from "zod";
import type { SparkJobSettings } from "../../constructs/services";
import type { Problem } from "../../environments/schema/errors";
import { size as bytes } from "../../environments/schema/quantity";
import { schedule } from "../../environments/schema/schedule";
import type { Defaults } from "../definition";
import { image, list, record, strict, text, wholeNumber } from "../fields";
import { driverField, driverOf, executorsOf, heapProblems, propertiesField } from "./spark-fields";

/** A job of the Spark operator, as an environment says it. */
const job = strict({
  mainApplicationFile: text(
    /^(local:\/\/\/|s3a:\/\/[a-z0-9][a-z0-9.-]+\/)\S+\.(jar|py|R|r)$/,
    "code in the image as local:///... or in a bucket as s3a://bucket/..., ending in .jar, .py or .R",
    "use a path such as local:///opt/jobs/orders.py",
  ),
  mainClass: text(
    /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/,
    "a class with a main method",
    "use a name such as com.example.Orders",
  ).optional(),
  arguments: list(text(/^.*$/s, "a text", "write it in quotes"), "arguments").optional(),
  image,
  schedule: schedule().optional(),
  retries: wholeNumber(0, 20).optional(),
  driver: driverField.optional(),
  executors: strict({
    instances: wholeNumber(1, 500).optional(),
    cores: wholeNumber(1, 64).optional(),
    memory: bytes().optional(),
  }).optional(),
  config: propertiesField("spark"),
});

/** Jobs by name. */
export const jobsField = record(
  {
    pattern: /^[a-z]([-a-z0-9]{0,43}[a-z0-9])?$/,
    allowed: "lower-case letters, digits and hyphens, starting with a letter, at most 45 characters",
    next: "use a name such as nightly-orders",
  },
  job,
  "jobs by name",
).optional();

/** A job with its defaults. */
export function jobsOf(given: z.output<typeof jobsField>, defaults: Defaults) {
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([name, each]): [string, SparkJobSettings] => {
      const driver = driverOf(each.driver, defaults);
      const executors = executorsOf(each.executors, defaults);
      return [
        name,
        {
          mainApplicationFile: each.mainApplicationFile,
          ...(each.mainClass !== undefined && { mainClass: each.mainClass }),
          ...(each.arguments && { arguments: each.arguments }),
          ...(each.image !== undefined && { image: each.image }),
          ...(each.schedule !== undefined && { schedule: each.schedule }),
          retries: each.retries ?? 2,
          driver: { cores: driver.cores, memory: `${driver.memoryMebibytes}m` },
          executors: {
            instances: each.executors?.instances ?? 1,
            cores: executors.cores,
            memory: `${executors.memoryMebibytes}m`,
          },
          config: each.config ?? {},
        },
      ];
    }),
  );
}

/** What no single field of a job shows. */
export function jobProblems(jobs: { readonly [name: string]: SparkJobSettings }): readonly Problem[] {
  return Object.entries(jobs).flatMap(([name, { mainApplicationFile, mainClass, driver, executors }]) => {
    const jar = mainApplicationFile.endsWith(".jar");
    return [
      ...(jar && mainClass === undefined
        ? [
            {
              path: `jobs.${name}.mainClass`,
              given: "missing",
              allowed: "the class with the main method of the jar",
              next: "add it",
            },
          ]
        : []),
      ...(!jar && mainClass !== undefined
        ? [
            {
              path: `jobs.${name}.mainClass`,
              given: `"${mainClass}"`,
              allowed: "nothing beside a script: a class is in a jar",
              next: "remove it or name the jar in mainApplicationFile",
            },
          ]
        : []),
      ...heapProblems(`jobs.${name}.driver.memory`, Number.parseInt(driver.memory, 10)),
      ...heapProblems(`jobs.${name}.executors.memory`, Number.parseInt(executors.memory, 10)),
    ];
  });
}
