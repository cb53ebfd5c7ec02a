import { unattended } from "../../../rehearsal/inspect/unattended";
import { release } from "../switch-off/cluster-fixture";

const object = (apiVersion: string, kind: string, name = "a") => ({ apiVersion, kind, metadata: { name } });

it("counts the custom resources whose operators do not run, in the order of their kinds", () => {
  const records = [
    release("kafka", [
      object("kafka.strimzi.io/v1", "Kafka"),
      object("kafka.strimzi.io/v1", "KafkaUser", "a"),
      object("kafka.strimzi.io/v1", "KafkaUser", "b"),
    ]),
    release("edge", [object("gateway.networking.k8s.io/v1", "Gateway"), object("k8s.mariadb.com/v1alpha1", "MariaDB")]),
  ];
  expect(unattended(records)).toEqual([
    "no operator follows these, which the API server has accepted by their definitions: 1 Gateway, 1 Kafka, 2 KafkaUser, 1 MariaDB",
  ]);
});

it("leaves out Kubernetes' own kinds and those that are followed", () => {
  const followed = [
    object("v1", "Service"),
    object("apps/v1", "Deployment"),
    object("networking.k8s.io/v1", "NetworkPolicy"),
    object("external-secrets.io/v1", "ExternalSecret"),
    object("cert-manager.io/v1", "Certificate"),
    object("postgresql.cnpg.io/v1", "Cluster"),
  ];
  expect(unattended([release("a", followed)])).toEqual([]);
});
