import { stringify } from "yaml";
import { nameOf, unexplained } from "../../../rehearsal/inspect/unexplained";
import { live, madeBy, release } from "../switch-off/cluster-fixture";

const nothing = { records: [], managed: new Set<string>() };

it("accounts for what an installed release made, and not for what a release made that is gone", () => {
  const objects = [
    live("Service", "trino", { annotations: madeBy("trino") }),
    live("Service", "kafka", { annotations: madeBy("kafka") }),
    live("ClusterRole", "kafka", { namespace: "", annotations: madeBy("kafka") }),
  ];
  const found = unexplained(objects, { ...nothing, records: [release("trino")] });
  expect(found.map(nameOf)).toEqual(["Service data/kafka", "ClusterRole kafka"]);
});

it("accounts for what a hook made, which Helm does not mark, while the release is there", () => {
  const job = live("Job", "init");
  const hook = { events: ["post-install"], manifest: stringify({ kind: "Job", metadata: { name: "init" } }) };
  expect(unexplained([job], { ...nothing, records: [release("superset", [], { hooks: [hook] })] })).toEqual([]);
  expect(unexplained([job], nothing)).toEqual([job]);
});

it("accounts for what belongs to an object that is there", () => {
  const secret = live("Secret", "trino", { owners: ["ExternalSecret-trino"] });
  const owner = live("ExternalSecret", "trino", { annotations: madeBy("trino") });
  expect(unexplained([secret, owner], { ...nothing, records: [release("trino")] })).toEqual([]);
  expect(unexplained([secret], nothing)).toEqual([secret]);
});

it("accounts for a certificate's secret as long as the Certificate is there, though it does not own it", () => {
  const annotations = { "cert-manager.io/certificate-name": "trino-tls" };
  const secret = live("Secret", "trino-tls", { annotations });
  const certificate = live("Certificate", "trino-tls", { annotations: madeBy("trino") });
  expect(unexplained([secret, certificate], { ...nothing, records: [release("trino")] })).toEqual([]);
  expect(unexplained([secret], nothing)).toEqual([secret]);
});

it("accounts for what Terraform manages itself and for what the cluster has anyway", () => {
  const policy = live("NetworkPolicy", "trino-to-nessie");
  const others = [
    live("ConfigMap", "kube-root-ca.crt"),
    live("ServiceAccount", "default"),
    live("Secret", "sh.helm.release.v1.trino.v1"),
    live("ConfigMap", "coredns", { namespace: "kube-system" }),
    live("ClusterRole", "admin", { namespace: "" }),
  ];
  expect(unexplained([policy, ...others], nothing)).toEqual([policy]);
  expect(unexplained([policy], { ...nothing, managed: new Set(["NetworkPolicy data/trino-to-nessie"]) })).toEqual([]);
});
