import type { Register } from "../context";
import { registerAuthCheck } from "./vault/auth-check";
import { registerOidc } from "./vault/oidc";
import { registerRestore } from "./vault/restore";
import { registerRotate } from "./vault/rotate";
import { registerSnapshot } from "./vault/snapshot";
import { registerStatus } from "./vault/status";
import { registerUnseal } from "./vault/unseal";
import { registerUser } from "./vault/user";

const commands = [
  registerStatus,
  registerUnseal,
  registerRotate,
  registerSnapshot,
  registerRestore,
  registerAuthCheck,
  registerOidc,
  registerUser,
];

/** `terralake vault <command> <environment>`: day two. */
export const registerVault: Register = (program, context) => {
  const vault = program
    .command("vault")
    .summary("look at, open, rotate, save and restore Vault and its secrets")
    .description(
      "Day two with the Vault of an environment: its state, opening it, rotating secrets, snapshots, restoring, whether " +
        "every service account can log in, and how people do. Vault is reached through the API server with your own credentials " +
        "for the cluster (KUBECONFIG, else ~/.kube/config); no port-forward runs and nothing secret is printed.",
    )
    .helpCommand(false)
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        "  terralake vault status kind",
        "  terralake vault rotate kind platform/trino",
        "  terralake vault snapshot gke-prod --out prod.snap",
      ].join("\n"),
    );
  for (const register of commands) register(vault, context);
};
