import type { ExternalSecret } from "../../secrets";
import type { JsonObject } from "../../terraform";
import { type WebServiceProps, webServiceFolders } from "./props";
import type { Wiring } from "./wiring";

/** Most that a folder which the program writes to may hold, so that it does not fill the node. */
const folderLimit = "1Gi";

/** Name of the ConfigMap with the files. */
export const configName = (name: string) => `${name}-config`;

/** Name of the Secret with a certificate, of which only that of the authority is mounted. */
export const certificateName = (name: string) => `${name}-certificate`;

/** Volumes with files, and folders that can be written. */
export function folders(
  { name, config, writable }: WebServiceProps,
  { trusts }: Wiring,
  files: ExternalSecret | undefined,
) {
  const readOnly: readonly (readonly [string, JsonObject, string])[] = [
    ...(Object.keys(config).length > 0
      ? [["config", { configMap: { name: configName(name) } }, webServiceFolders.config] as const]
      : []),
    ...(files ? [["secrets", { secret: { secretName: files.name } }, webServiceFolders.secrets] as const] : []),
    ...(trusts
      ? [
          [
            "authority",
            { secret: { secretName: certificateName(name), items: [{ key: "ca.crt", path: "ca.crt" }] } },
            webServiceFolders.authority,
          ] as const,
        ]
      : []),
  ];
  const written = writable.map((mountPath, index) => ({ name: `writable-${index + 1}`, mountPath }));
  return {
    volumes: [
      ...readOnly.map(([volume, source]) => ({ name: volume, ...source })),
      ...written.map(({ name: volume }) => ({ name: volume, emptyDir: { sizeLimit: folderLimit } })),
    ],
    mounts: [
      ...readOnly.map(([volume, , mountPath]) => ({ name: volume, mountPath, readOnly: true })),
      ...written.map(({ name: volume, mountPath }) => ({ name: volume, mountPath })),
    ],
  };
}
