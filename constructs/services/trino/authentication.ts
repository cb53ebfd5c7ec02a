import { type INamespace, type KubernetesObject, serviceCertificate } from "../../kubernetes";
import { generated, keyOf, type SecretKey } from "../../secrets";
import type { JsonObject } from "../../terraform";
import type { ServiceContext } from "../service-context";
import type { SecretMount } from "./parts";

/** Who may log in; without it Trino believes each client the name that it gives. */
export interface TrinoAuthentication {
  /** Users beside {@link toolsUser}; each one's password is made for it. */
  readonly users: readonly string[];
}

/** User that the platform's own tools (Superset, Airflow, notebooks) log in as. */
export const toolsUser = "tools";

/** Port for clients that log in. */
export const securePort = 8443;

/** What logging in adds to Trino's release. */
export interface Login {
  readonly objects: readonly KubernetesObject[];
  /** Values of the chart. */
  readonly values: { readonly auth: JsonObject; readonly config: JsonObject };
  /** Folders of the coordinator with the keys of a Secret. */
  readonly coordinatorMounts: readonly SecretMount[];
  /** Lines of the coordinator's `config.properties`. */
  readonly coordinatorLines: readonly string[];
  readonly toolsPassword: SecretKey;
}

/** Secret with the passwords' hashes, and folder and file of the coordinator's certificate and key. */
const passwords = "trino-passwords";
const certificate = "trino-tls";
const certificateFolder = "/etc/trino-tls";

/**
 * Passwords in a file of hashes, and TLS, without which Trino takes no passwords.
 *
 * External Secrets makes the hashes, with a new salt at each refresh, so the Secret changes while the passwords do not.
 * Nothing restarts for it: Trino reads the file anew every five seconds, and so it follows a rotation too.
 *
 * @see https://trino.io/docs/current/security/password-file.html
 */
export function passwordLogin(
  context: ServiceContext,
  namespace: INamespace,
  service: string,
  { users }: TrinoAuthentication,
): Login {
  const passwordOf = (user: string) =>
    keyOf(context.secrets.secret(`trino/${user}`, { password: generated(32) }), "password");
  const toolsPassword = passwordOf(toolsUser);
  const others = Object.fromEntries(users.map((user) => [user, passwordOf(user)]));
  const file = context.store(namespace).externalSecret({
    name: passwords,
    data: { [toolsUser]: toolsPassword, ...others },
    composed: { "password.db": [toolsUser, ...users].map(hashLine).join("") },
    follows: { by: "reader", name: "Trino, which looks at the file every five seconds" },
  });
  return {
    objects: [
      file.object,
      serviceCertificate({
        name: certificate,
        namespace,
        issuer: context.certificates.issuer,
        dnsNames: [`${service}.${namespace.name}.svc`],
        combined: true,
      }),
    ],
    values: {
      auth: { passwordAuthSecret: file.name },
      config: {
        authenticationType: "PASSWORD",
        https: {
          enabled: true,
          port: securePort,
          keystore: { path: `${certificateFolder}/tls-combined.pem` },
        },
      },
    },
    coordinatorMounts: [{ name: certificate, secretName: certificate, path: certificateFolder }],
    // The ingress ends TLS itself and says so in a header.
    coordinatorLines: ["http-server.process-forwarded=true"],
    toolsPassword,
  };
}

/** A user's line, as a template of External Secrets: its bcrypt begins with `$2a$`, which Trino knows as `$2y$` only. */
function hashLine(user: string): string {
  return `${user}:{{ index . "${user}" | bcrypt | replace "$2a$" "$2y$" }}\n`;
}
