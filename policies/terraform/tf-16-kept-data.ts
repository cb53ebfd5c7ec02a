import { objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** What cannot be had again once it is destroyed: data, and what was granted or given to a name. */
const irreplaceable = [
  "vault_mount",
  "kubernetes_persistent_volume_claim_v1",
  "google_kms_key_ring",
  "google_kms_crypto_key",
  "google_storage_bucket",
  "google_service_account",
  "google_service_networking_connection",
  "google_compute_global_address",
  "google_sql_database",
  "google_memorystore_instance",
  "google_bigquery_dataset",
  "google_bigquery_table",
  "google_composer_environment",
  "google_data_catalog_taxonomy",
  "google_dataproc_metastore_service",
  "google_logging_project_bucket_config",
  "google_container_cluster",
  "google_gke_backup_backup_plan",
];

export const keptData: Rule = {
  id: "TF-16",
  reason: "a plan that is approved in a hurry must not destroy data",
  remedy: "set lifecycle.prevent_destroy from DeploySettings.allowDestroy",
  check: forEach(
    (stack) => (stack.environment.allowDestroy ? [] : resources(stack, irreplaceable)),
    ({ type, block }) => {
      const prevented = objectOf(block.lifecycle).prevent_destroy;
      const protection = block.deletion_protection;
      return [
        ...(prevented === true ? [] : [`lifecycle.prevent_destroy is ${shown(prevented)}`]),
        ...(type !== "google_container_cluster" || protection === true
          ? []
          : [`deletion_protection is ${shown(protection)}`]),
      ];
    },
  ),
};
