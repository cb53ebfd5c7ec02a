import { clusterAccess, ephemerals, listOf, objectOf, providers, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

interface Access extends Item {
  /** Identity that is used, as it stands in the JSON. */
  readonly identity: unknown;
}

/** Layers that need rights which no identity of the environment has: a person applies them. */
const byPeople: readonly string[] = ["bootstrap", "perimeter"];

const deployer = ["$", "{var.deployer}"].join("");

/** Whoever runs Terraform, where the deployer is not given. */
const personOr = (reference: string) => reference.replace("var.deployer", 'var.deployer == "" ? null : var.deployer');

export const oneDeployer: Rule = {
  id: "IAM-07",
  reason: "what was planned as one identity and is applied as another shows a plan that was never the one",
  remedy: "take the identity from deployer(), whose only other value is the identity that plans",
  check: forEach(accesses, ({ address, identity }, { environment: { name, project }, layer, json }) => {
    const { default: value, validation } = objectOf(json.variable?.deployer);
    const condition = String(objectOf(listOf(validation)[0]).condition);
    const allowed = `contains(${JSON.stringify([value, `${name}-plan@${project}.iam.gserviceaccount.com`])}, var.deployer)`;
    const byPerson = byPeople.includes(layer);
    const identities = [deployer, ...(byPerson ? [personOr(deployer)] : [])];
    return [
      ...(identities.includes(String(identity)) ? [] : [`${address} acts as ${shown(identity)}`]),
      ...(byPerson || value === `${name}-apply@${project}.iam.gserviceaccount.com`
        ? []
        : [`deployer is ${shown(value)} unless it is given`]),
      ...(condition.includes(allowed) ? [] : [`deployer takes other identities: ${condition}`]),
    ];
  }),
};

/** Every way in which a stack reaches Google Cloud or a cluster there. */
function accesses(stack: CheckedStack): readonly Access[] {
  if (stack.environment.project === undefined) return [];
  const google = providers(stack, ["google"])
    // In the layer that asks for a token, the provider is whoever runs Terraform; the token is of the deployer.
    .filter(({ block }) => block.impersonate_service_account !== undefined || tokens(stack).length === 0)
    .map(({ address, block }) => ({ address, identity: block.impersonate_service_account }));
  const clusters = providers(stack, ["kubernetes", "helm"]).map((provider) => {
    const { exec } = clusterAccess(provider);
    const argument = listOf(objectOf(listOf(exec)[0] ?? exec).args).find((one) => /^--impersonate/.test(String(one)));
    return {
      address: provider.address,
      identity: String(argument ?? "nobody").replace("--impersonate_service_account=", ""),
    };
  });
  return [...google, ...clusters, ...tokens(stack)];
}

function tokens(stack: CheckedStack): readonly Access[] {
  return ephemerals(stack)
    .filter(({ type }) => type === "google_service_account_access_token")
    .map(({ address, block }) => ({ address, identity: block.target_service_account }));
}
