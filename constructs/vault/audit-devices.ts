import { Audit } from "@cdktf/provider-vault/lib/audit";
import {
  Aspects,
  DefaultTokenResolver,
  dependable,
  type ITerraformDependable,
  StringConcat,
  TerraformResource,
  TerraformStack,
  Tokenization,
} from "cdktf";
import { Construct } from "constructs";
import { distributions, serverPaths } from "./server/distribution";

/** Where the servers write down who did what (rule VCF-04): a volume of their own, and the log of their pods. */
const devices = [
  {
    id: "File",
    path: "file",
    description: "Requests and responses, on the audit volume",
    filePath: `${serverPaths(distributions.vault).audit}/audit.log`,
  },
  {
    id: "Stdout",
    path: "stdout",
    description: "Requests and responses, for the agent of the logs",
    filePath: "stdout",
  },
] as const;

/**
 * Two audit devices with different sinks, before anything else in Vault: a request that no device can write down is
 * refused, so one that blocks must not be the only one (rule VCF-04).
 *
 * Everything else that the stack configures in Vault depends on both; an aspect sees to it, so none can be forgotten.
 */
export class AuditDevices extends Construct {
  readonly resources: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const made = devices.map(
      ({ id: device, path, description, filePath }) =>
        new Audit(this, device, { type: "file", path, description, options: { file_path: filePath } }),
    );
    this.resources = made;
    const stack = TerraformStack.of(this);
    Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof TerraformResource && isOfVault(node) && !(node instanceof Audit)) {
          // As addresses, since each mention of a resource is a token of its own.
          node.dependsOn = [...new Set(addresses(stack, [...(node.dependsOn ?? []), ...made.map(dependable)]))];
        }
      },
    });
  }
}

function isOfVault({ terraformResourceType }: TerraformResource): boolean {
  return terraformResourceType.startsWith("vault_");
}

function addresses(stack: TerraformStack, tokens: readonly string[]): readonly string[] {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return tokens.map((token) => String(Tokenization.resolve(token, { scope: stack, resolver, preparing: false })));
}
