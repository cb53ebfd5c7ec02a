import { Composer, type ComposerProps } from "../../../../constructs/gke/analytics/composer";
import { workloadsOf } from "../../../../constructs/gke/analytics/composer-sizes";
import { wiredConnections } from "../../../../constructs/gke/analytics/composer-wiring";
import { emptyStack, only } from "../synthesized";

const props: ComposerProps = {
  project: "example-dev",
  region: "europe-west1",
  name: "gke-dev-composer",
  image: "composer-3-airflow-2.11.1-build.19",
  size: "small",
  workers: { min: 1, max: 3 },
  highResilience: false,
  network: "projects/example-dev/global/networks/a",
  subnetwork: "projects/example-dev/regions/europe-west1/subnetworks/a",
  serviceAccount: "composer@example-dev.iam.gserviceaccount.com",
  dagsBucket: "dags",
  webServerRanges: [{ range: "10.0.0.0/20", description: "nodes" }],
  maintenance: { days: ["SA", "SU"], startHour: 22, hours: 6 },
  snapshots: { location: "gs://backup/composer", schedule: "0 3 * * *" },
  retentionDays: 90,
  packages: {},
  variables: {},
  configuration: {},
  dependsOn: [],
};

describe("Composer", () => {
  it("is maintained in a window that may go past midnight", () => {
    const stack = emptyStack();
    new Composer(stack, "Composer", props);
    expect(only(stack, "google_composer_environment").config).toMatchObject({
      maintenance_window: {
        start_time: "2026-01-03T22:00:00Z",
        end_time: "2026-01-04T04:00:00Z",
        recurrence: "FREQ=WEEKLY;BYDAY=SA,SU",
      },
    });
  });

  it("refuses to be open to everybody, which is what Google makes of no range", () => {
    expect(() => new Composer(emptyStack(), "Composer", { ...props, webServerRanges: [] })).toThrow(
      "no range may open the web page of Airflow",
    );
  });
});

describe("workloadsOf", () => {
  it("runs two of each where a zone may be lost", () => {
    const { scheduler, triggerer, dagProcessor, worker } = workloadsOf("small", true, { min: 1, max: 1 });
    expect([scheduler, triggerer, dagProcessor].map((part) => part?.count)).toEqual([2, 2, 2]);
    expect(worker).toMatchObject({ minCount: 2, maxCount: 2 });
  });

  it.each(["small", "medium", "large"] as const)(
    "gives the web page of %s the 3 GB that Airflow 2.11 needs",
    (size) => {
      expect(workloadsOf(size, false, { min: 1, max: 1 }).webServer?.memoryGb).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(["small", "medium", "large"] as const)("keeps the memory of %s within what Google takes", (size) => {
    const parts = Object.values(workloadsOf(size, true, { min: 1, max: 1 }));
    for (const { cpu, memoryGb } of parts) {
      expect(memoryGb / cpu).toBeGreaterThanOrEqual(1);
      expect(memoryGb / cpu).toBeLessThanOrEqual(6.5);
    }
  });
});

describe("wiredConnections", () => {
  it("are variables that Airflow reads, with Google among them", () => {
    expect(wiredConnections({ project: "example-dev" }, { sales: "postgresql://a@b/c" })).toEqual({
      AIRFLOW_CONN_SALES: "postgresql://a@b/c",
      AIRFLOW_CONN_TERRALAKE: '{"conn_type":"google_cloud_platform","extra":{"project":"example-dev"}}',
    });
  });
});
