import { DataPlatformServices } from "../../../catalogue/assembly/data-platform-services";
import { definitionOf, servicesOn } from "../../../catalogue/assembly/on";
import type { Services } from "../../../environments/schema";
import { everyService, resolved } from "../../catalogue/every-service";
import { releasesOf } from "../../support/releases";
import { serviceStacks } from "./service-stacks";

const roles = ["memory", "compute", "batch"] as const;

const jobs: Services = {
  ...everyService,
  ...resolved({
    airflow: { executor: "kubernetes", namespace: "airflow" },
    sparkOperator: { jobs: { orders: { mainApplicationFile: "local:///opt/orders.py" } } },
    flink: {
      jobs: {
        bills: {
          image: "registry.example.com/bills:1.0.0",
          jarUri: "local:///opt/bills.jar",
          entryClass: "com.example.Bills",
        },
      },
    },
  }),
};

/** Pools that the pods of each release are sent to: selector and toleration as one, however deep they are. */
function placed(nodePools: readonly string[], services = jobs): Readonly<Record<string, readonly string[]>> {
  const { services: stack, context } = serviceStacks({ nodePools });
  new DataPlatformServices(stack, "DataPlatform", { context, services });
  return Object.fromEntries(
    releasesOf(stack).flatMap(({ name, values }) => {
      // Templates of Spark's pods are text within text.
      const text = JSON.stringify(values).replaceAll("\\", "");
      const selected = [...text.matchAll(/"nodeSelector":\{"terralake\.dev\/pool":"(\w+)"\}/g)].map(([, role]) => role);
      const tolerated = [
        ...text.matchAll(
          /"tolerations":\[\{"effect":"NoSchedule","key":"terralake\.dev\/pool","operator":"Equal","value":"(\w+)"\}\]/g,
        ),
      ].map(([, role]) => role);
      expect({ name, tolerated }).toEqual({ name, tolerated: selected });
      return selected.length > 0 ? [[name, selected as readonly string[]]] : [];
    }),
  );
}

describe("services", () => {
  test("run on the pools that fit them", () => {
    expect(placed(roles)).toEqual({
      // tasks that are pods
      airflow: ["batch"],
      // servers, and not their keepers
      "clickhouse-objects": ["memory"],
      // task managers, and not their job manager
      "flink-job-bills": ["compute"],
      "flink-objects": ["compute"],
      // drivers and executors of its engines
      "kyuubi-dbt-objects": ["memory", "memory"],
      // workers, and neither master nor client
      spark: ["memory"],
      "spark-connect": ["memory", "memory"],
      // executors, and not the driver
      "spark-jobs": ["batch"],
      trino: ["memory", "memory"],
    });
  });

  test("run on the next best pool, else on general nodes", () => {
    expect(placed(["memory"])["spark-jobs"]).toEqual(["memory"]);
    expect(placed(["memory"])).not.toHaveProperty("airflow");
    expect(placed(["compute"])).not.toHaveProperty("spark-jobs");
  });

  test("run anywhere where there are no pools", () => expect(placed([])).toEqual({}));

  test("are counted where they run", () => {
    const counted = servicesOn(jobs).flatMap(({ name, settings }) =>
      definitionOf(name)
        .workloads(settings, jobs)
        .flatMap(({ component, pools }) => (pools ? [[component, pools.join(", ")]] : [])),
    );
    // Jobs, engines and tasks come and go: no component stands for them.
    expect(Object.fromEntries(counted)).toEqual({
      clickhouse: "memory",
      "flink-bills-taskmanager": "compute",
      "flink-taskmanager": "compute",
      "spark-connect": "memory",
      "spark-connect-executor": "memory",
      "spark-worker": "memory",
      "trino-coordinator": "memory",
      "trino-worker": "memory",
    });
  });
});
