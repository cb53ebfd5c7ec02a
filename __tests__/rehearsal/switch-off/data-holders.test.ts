import { lostHolders, releasesWithData } from "../../../rehearsal/switch-off/data-holders";
import { live, madeBy, release } from "./cluster-fixture";

const kafka = live("Kafka", "kafka", { group: "kafka.strimzi.io", annotations: madeBy("kafka-objects") });
const claim = live("PersistentVolumeClaim", "data-seaweedfs-0", {
  labels: { "app.kubernetes.io/instance": "seaweedfs" },
});
const gone = new Set(["data/kafka-objects"]);

it("finds nothing where what others hold is the same", () => {
  expect(lostHolders([kafka, claim], [claim], gone)).toEqual([]);
});

it("finds what another service held and that is gone or was made anew", () => {
  expect(lostHolders([kafka, claim], [kafka], gone)).toEqual(["PersistentVolumeClaim data/data-seaweedfs-0 is gone"]);
  expect(lostHolders([kafka], [{ ...kafka, uid: "new" }], new Set())).toEqual(["Kafka data/kafka is another one now"]);
});

it("lets go what belongs to the service that is switched off", () => {
  const set = live("StatefulSet", "kafka", { group: "apps", owners: [kafka.uid] });
  expect(lostHolders([kafka, set], [], gone)).toEqual([]);
  expect(lostHolders([claim], [], new Set(["data/seaweedfs"]))).toEqual([]);
});

it("does not take another group's kind of the same name for one that holds data", () => {
  expect(lostHolders([live("Cluster", "other", { group: "example.com" })], [], gone)).toEqual([]);
});

it("knows the releases that render something that holds data", () => {
  const records = [
    release("postgres-objects", [
      { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", metadata: { name: "postgres" } },
    ]),
    release("postgres-database-nessie", [
      { apiVersion: "postgresql.cnpg.io/v1", kind: "Database", metadata: { name: "nessie" } },
    ]),
    release("valkey", [{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "valkey" } }]),
  ];
  expect([...releasesWithData(records)]).toEqual(["data/postgres-objects", "data/valkey"]);
});
