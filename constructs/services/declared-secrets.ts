import { Construct } from "constructs";
import { CustomResources, idOf, type KubernetesObject } from "../kubernetes";
import {
  fernetKey,
  fixed,
  generated,
  keyOf,
  provided,
  type RotationFollower,
  type SecretKey,
  type SecretRef,
  type SecretValue,
} from "../secrets";
import { PlatformError } from "../terraform";
import type { ServiceContext } from "./service-context";

/** How the value of a key is made. */
export type DeclaredSecretValue =
  | {
      /** Number of characters. */
      readonly generate: number;
      /** @default "alphanumeric" */
      readonly alphabet?: "alphanumeric" | "full";
    }
  | { readonly fernet: true }
  | { readonly value: string }
  | { readonly variable: string; readonly description: string };

/** A secret that no service asks for by itself. */
export interface DeclaredSecretSettings {
  readonly keys: { readonly [key: string]: DeclaredSecretValue };
  /** Kubernetes Secrets made of it. */
  readonly copies: readonly {
    readonly namespace: string;
    readonly name: string;
    /** @default - all of them */
    readonly keys?: readonly string[];
    readonly follows: "reloader" | "nobody";
  }[];
  /**
   * Who answers for it.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
  /**
   * How often it is meant to be rotated, such as `90d`.
   *
   * @default - not stated
   */
  readonly rotateEvery?: string;
}

/** Settings of {@link DeclaredSecrets}. */
export interface DeclaredSecretsProps {
  readonly context: ServiceContext;
  /** By mount and path, such as `kyuubi/database`. */
  readonly declared: { readonly [mountAndPath: string]: DeclaredSecretSettings };
}

/**
 * Secrets that an environment names itself, and their copies: one release of ExternalSecrets for each namespace.
 *
 * To be made before services that use one of them.
 */
export class DeclaredSecrets extends Construct {
  /** The releases that hold the copies, by namespace. */
  readonly copies: ReadonlyMap<string, CustomResources>;
  private readonly objects = new Map<string, KubernetesObject[]>();

  /** @throws PlatformError for a name that Vault or Kubernetes refuses and for a copy of a key that is not there */
  constructor(scope: Construct, id: string, { context, declared }: DeclaredSecretsProps) {
    super(scope, id);
    for (const [name, settings] of Object.entries(declared).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const { mount, path } = this.split(name);
      const { keys, owner, rotateEvery } = settings;
      const values = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, secretValue(value)]));
      const ref = context.secrets.secret(path, values, { mount, owner, rotateEvery });
      this.copy(context, ref, settings.copies);
    }
    this.copies = new Map(
      [...this.objects].map(([namespace, objects]) => [
        namespace,
        new CustomResources(this, idOf(`${namespace}-copies`), {
          namespace: context.namespace(namespace),
          releaseName: "declared-secrets",
          dependsOn: [context.store(context.namespace(namespace)).resource],
          objects,
        }),
      ]),
    );
  }

  private copy(context: ServiceContext, ref: SecretRef, copies: DeclaredSecretSettings["copies"]): void {
    for (const { namespace, name, keys = ref.keys, follows } of copies) {
      const missing = keys.filter((key) => !ref.keys.includes(key));
      if (missing.length > 0) {
        throw new PlatformError(
          this,
          `copy ${namespace}/${name} has the keys ${missing.join(", ")}, which "${ref.mount}/${ref.path}" has not`,
          `use some of ${ref.keys.join(", ")}`,
        );
      }
      const secret = context.store(context.namespace(namespace)).externalSecret({
        name,
        data: Object.fromEntries(keys.map((key) => [key, keyOf(ref, key)])),
        follows: followers[follows],
      });
      this.objects.set(namespace, [...(this.objects.get(namespace) ?? []), secret.object]);
    }
  }

  private split(name: string): { readonly mount: string; readonly path: string } {
    const [, mount, path] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
    if (mount === undefined || path === undefined) {
      throw new PlatformError(this, `declared secret is "${name}"`, "write it as mount/path, such as kyuubi/database");
    }
    return { mount, path };
  }
}

const followers: { readonly [follows in "reloader" | "nobody"]: RotationFollower } = {
  reloader: { by: "reloader" },
  nobody: { by: "nobody", reason: "the environment says that its pods do not restart" },
};

function secretValue(value: DeclaredSecretValue): SecretValue {
  if ("generate" in value) {
    return generated(value.generate, value.alphabet);
  }
  if ("fernet" in value) {
    return fernetKey();
  }
  return "variable" in value ? provided(value.variable, value.description) : fixed(value.value);
}

/**
 * The key that `mount/path#key` names.
 *
 * @throws PlatformError for a secret or a key that has not been declared
 */
export function declaredKey(scope: Construct, { secrets }: ServiceContext, reference: string): SecretKey {
  const [name = "", key = ""] = reference.split("#");
  const ref = secrets.find(name);
  if (!ref?.keys.includes(key)) {
    const next = ref ? `use one of ${ref.keys.map((known) => `${name}#${known}`).join(", ")}` : "declare it first";
    throw new PlatformError(scope, `there is no key "${reference}"`, next);
  }
  return { secret: ref, key };
}
