import { describeKept, isKept } from "../../../rehearsal/switch-off/kept";
import { live } from "./cluster-fixture";

const annotations = { "helm.sh/resource-policy": "keep" };

it("keeps claims of volumes and definitions", () => {
  expect(isKept(live("PersistentVolumeClaim", "data-0"))).toBe(true);
  expect(isKept(live("CustomResourceDefinition", "kafkas.kafka.strimzi.io"))).toBe(true);
});

it("keeps what Helm was told to keep when it holds data, and only then", () => {
  const cluster = live("Cluster", "postgres", { group: "postgresql.cnpg.io" });
  expect(isKept({ ...cluster, annotations })).toBe(true);
  expect(isKept(cluster)).toBe(false);
  expect(isKept(live("Secret", "postgres", { annotations }))).toBe(false);
});

it("knows what a chart leaves and cannot be told not to, and says why", () => {
  const secret = live("Secret", "seaweedfs-sftp-secret", { annotations });
  expect(isKept(secret)).toBe(true);
  expect(isKept(live("Secret", "seaweedfs-sftp-secret"))).toBe(false);
  expect(describeKept(secret)).toMatch(/^Secret data\/seaweedfs-sftp-secret \(.*SFTP off too/);
});
