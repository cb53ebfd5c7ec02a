import { fernetKey } from "../../../constructs/secrets";
import { VaultSecrets } from "../../../constructs/vault";
import { objectsOf, releasesOf } from "../../support/releases";
import { synthesizedStack } from "../../support/synthesized-platform";
import { testStack } from "../../support/test-stack";
import { documentOf, only } from "../gke/synthesized";

describe("Kyuubi with declared secrets", () => {
  const releases = releasesOf(synthesizedStack("minikube", "services").constructs);
  const kyuubi = releases.find(({ name }) => name === "kyuubi-dbt");
  const objects = objectsOf(releases);

  it("runs as the promised account with variables from the promised Secrets, and restarts with them", () => {
    expect(kyuubi?.values).toMatchObject({
      serviceAccount: "kyuubi-sa",
      podAnnotations: {
        "secret.reloader.stakater.com/reload": "kyuubi-dbt-config,vault-secret-database,vault-secret-spark",
      },
    });
    expect(kyuubi?.values.secretEnvironment).toEqual(
      expect.arrayContaining([
        { name: "MARIADB_PASSWORD", secret: "vault-secret-database", key: "mariadb_password" },
        { name: "SPARK_EXECUTOR_MEMORY", secret: "vault-secret-spark", key: "spark_executor_memory" },
      ]),
    );
  });

  it("waits for the account and for those Secrets", () => {
    const waits = kyuubi?.dependsOn.join(" ") ?? "";
    expect(waits).toMatch(/kubernetes_service_account_v1\.KyuubiRoleReader_ServiceAccount/);
    expect(waits).toMatch(/helm_release\.DeclaredSecrets_KyuubiCopies/);
  });

  it.each([
    ["mariadb-kyuubi-user", "password", { key: "kyuubi/database", property: "mariadb_password" }],
    ["mariadb-hive-user", "password", { key: "kyuubi/database", property: "hive_metastore_connection_password" }],
    ["kyuubi-dbt-engine-s3", "S3_HIVE_ACCESS_KEY_ID", { key: "kyuubi/aws", property: "aws_access_key_id" }],
    ["seaweedfs-s3-identities", "b_hive_secret_key", { key: "kyuubi/aws", property: "aws_secret_access_key" }],
  ])("%s has its %s from the promised secret", (name, secretKey, remoteRef) => {
    const found = objects.find(({ kind, metadata }) => kind === "ExternalSecret" && metadata.name === name);
    const { data = [] } = (found?.spec ?? {}) as { data?: readonly { secretKey: string }[] };
    expect(data.find((each) => each.secretKey === secretKey)).toEqual({ secretKey, remoteRef });
  });
});

test("a Fernet key is 32 bytes in URL-safe base64, of a long random text", () => {
  const stack = testStack();
  new VaultSecrets(stack, "Secrets").secret("airflow", { "fernet-key": fernetKey() });
  const { ephemeral } = documentOf(stack) as { ephemeral?: { random_password: Record<string, object> } };
  const [[name = "", args] = []] = Object.entries(ephemeral?.random_password ?? {});
  expect(args).toEqual({ length: 64, special: false });
  expect(only(stack, "vault_kv_secret_v2").data_json_wo).toContain(
    `"fernet-key" = replace(replace(base64sha256(ephemeral.random_password.${name}.result), "+", "-"), "/", "_")`,
  );
});
