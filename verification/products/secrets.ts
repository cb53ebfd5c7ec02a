import { listOf, objectOf } from "../../policies/blocks";
import { at, textOf } from "../objects/kube-object";
import type { ProductRule } from "./product";

/** Secrets that cert-manager and External Secrets write. */
export const secretProducts: Readonly<Record<string, ProductRule>> = {
  "cert-manager.io/Certificate": {
    source: "https://cert-manager.io/docs/usage/certificate, pkg/controller/certificates/issuing/internal/secret.go",
    of: ({ block }) => {
      const spec = objectOf(block.spec);
      const stores = ["jks", "pkcs12"].flatMap((kind) => {
        const end = kind === "jks" ? "jks" : "p12";
        return at(spec, "keystores", kind, "create") === true ? [`keystore.${end}`, `truststore.${end}`] : [];
      });
      const formats = listOf(spec.additionalOutputFormats).map((format) =>
        objectOf(format).type === "DER" ? "key.der" : "tls-combined.pem",
      );
      const name = textOf(spec.secretName);
      return { secrets: name ? [{ name, keys: ["tls.crt", "tls.key", "ca.crt", ...stores, ...formats] }] : [] };
    },
  },
  "external-secrets.io/ExternalSecret": {
    source:
      "https://external-secrets.io/latest/api/externalsecret, https://external-secrets.io/latest/guides/templating",
    of: (object) => {
      const spec = objectOf(object.block.spec);
      const target = objectOf(spec.target);
      const template = objectOf(target.template);
      const fetched = listOf(spec.data).map((entry) => String(objectOf(entry).secretKey));
      const composed = Object.keys(objectOf(template.data));
      // A template replaces what was fetched, unless it has no data of its own or says to merge.
      const kept = composed.length === 0 || template.mergePolicy === "Merge" ? fetched : [];
      const open = listOf(spec.dataFrom).length + listOf(template.templateFrom).length > 0;
      return {
        secrets: [
          { name: textOf(target.name) ?? object.name, keys: open ? "any" : [...new Set([...kept, ...composed])] },
        ],
      };
    },
  },
};
