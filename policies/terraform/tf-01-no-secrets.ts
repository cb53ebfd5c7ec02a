import { dataSources, resources, strings } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { secretIn } from "./secret-shape";

/** Managed resources whose secret Terraform keeps in its state. */
const secretMakers = ["random_password", "random_string", "tls_private_key"];

/** Data sources that read a secret into the state. */
const secretReaders =
  /^(kubernetes_secret(_v1)?|vault_kv_secret(_v2)?|vault_generic_secret|google_client_config|google_service_account_access_token|google_secret_manager_secret_version)$/;

/** Write-only arguments, and ephemeral values in providers, came with this version of Terraform. */
const floor = [1, 11] as const;

interface Subject extends Item {
  readonly problem?: string;
}

export const noSecrets: Rule = {
  id: "TF-01",
  reason: "whoever reads the JSON, a plan or the state must find no secret",
  remedy: "make it by an EphemeralResource and hand it to a write-only argument, or name it by a SecretRef",
  check: forEach(subjects, ({ problem }) => (problem ? [problem] : [])),
};

function subjects(stack: CheckedStack): readonly Subject[] {
  return [
    versionOf(stack),
    ...resources(stack, secretMakers).map(({ address, type }) => ({
      address,
      problem: `a managed ${type} keeps its value in the state`,
    })),
    ...dataSources(stack, secretReaders).map(({ address, type }) => ({
      address,
      problem: `the data source ${type} keeps what it reads in the state`,
    })),
    ...strings(stack.json).map(({ address, value }) => {
      const found = secretIn(value);
      // The value stays out of the message: it may be one.
      return { address, problem: found && `holds ${found}, ${value.length} characters` };
    }),
  ];
}

function versionOf({ json }: CheckedStack): Subject {
  const version = json.terraform.required_version;
  const [, major, minor] = /^>= (\d+)\.(\d+)\.\d+$/.exec(version ?? "") ?? [];
  const enough = Number(major) > floor[0] || (Number(major) === floor[0] && Number(minor) >= floor[1]);
  return {
    address: "terraform.required_version",
    problem: enough ? undefined : `is ${version ?? "absent"}, and must be >= ${floor.join(".")}.0 or higher`,
  };
}
