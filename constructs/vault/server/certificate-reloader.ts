import { type Resources, readOnlyContainer } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { type Distribution, serverPaths } from "./distribution";

/**
 * Tells the server of its pod when the mounted certificate is another one. What it first sees counts as another one, so
 * that a restart of this container misses nothing. The name of the process is compared, since the file of a server that
 * died may name what has come after it.
 */
const reloadScript = `set -eu
told=
while true; do
  found=$(cat "$TLS_FOLDER/tls.crt" "$TLS_FOLDER/tls.key" | sha256sum)
  if [ "$found" != "$told" ] && pid=$(cat "$PID_FILE" 2>/dev/null) && grep -qx "$PROGRAM" "/proc/$pid/comm"; then
    kill -HUP "$pid"
    told=$found
    echo "told process $pid to read its certificate"
  fi
  sleep "$INTERVAL"
done
`;

/**
 * The sidecar that makes a server read its certificate again after cert-manager has renewed it: Vault does so on
 * SIGHUP only. The containers of the pod share one process namespace and one user, and a file holds the process id.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/listener/tcp
 */
export function certificateReloader(image: string, distribution: Distribution, resources: Resources): JsonObject {
  const paths = serverPaths(distribution);
  return {
    name: "certificate-reloader",
    image,
    command: ["sh", "-c", reloadScript],
    env: [
      { name: "TLS_FOLDER", value: paths.tls },
      { name: "PID_FILE", value: paths.pidFile },
      { name: "PROGRAM", value: distribution.program },
      // Seconds; the kubelet itself takes about a minute to bring a changed Secret.
      { name: "INTERVAL", value: "30" },
    ],
    resources,
    securityContext: readOnlyContainer,
    volumeMounts: [
      { name: "tls", mountPath: paths.tls, readOnly: true },
      { name: "run", mountPath: paths.run, readOnly: true },
    ],
  };
}
