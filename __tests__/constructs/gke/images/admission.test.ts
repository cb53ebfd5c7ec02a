import { charts, images } from "../../../../charts";
import { ImageAdmission } from "../../../../constructs/gke/images/image-admission";
import { attestorId, ImageSigning, type ImageSigningProps } from "../../../../constructs/gke/images/image-signing";
import { exemptImages } from "../../../../constructs/gke/images/upstream-images";
import { documentOf, emptyStack, only } from "../synthesized";

describe("ImageSigning", () => {
  function signing(props: Partial<ImageSigningProps> = {}) {
    const stack = emptyStack();
    const made = new ImageSigning(stack, "Signing", {
      project: "example-dev",
      environment: "gke-dev",
      keyRing: "projects/example-dev/locations/europe-west1/keyRings/gke-dev-platform",
      publisher: "serviceAccount:images@example-dev.iam.gserviceaccount.com",
      ...props,
    });
    return { stack, made };
  }

  it("signs with a key that never leaves its hardware and that no plan destroys", () => {
    expect(only(signing().stack, "google_kms_crypto_key")).toMatchObject({
      name: "images",
      purpose: "ASYMMETRIC_SIGN",
      version_template: { algorithm: "EC_SIGN_P256_SHA256", protection_level: "HSM" },
      lifecycle: { prevent_destroy: true },
    });
    expect(only(signing().stack, "google_kms_crypto_key")).not.toHaveProperty("rotation_period");
  });

  it("makes the public half known to the attestor that policies name", () => {
    const { stack } = signing();
    const attestor = only(stack, "google_binary_authorization_attestor");
    expect(`projects/${attestor.project}/attestors/${attestor.name}`).toBe(attestorId("example-dev", "gke-dev"));
    expect(attestor.attestation_authority_note).toEqual({
      note_reference: expect.stringContaining("google_container_analysis_note."),
      public_keys: [
        {
          id: expect.stringMatching(
            /^\/\/cloudkms\.googleapis\.com\/v1\/\$\{data\.google_kms_crypto_key_version\..*\.name\}$/,
          ),
          pkix_public_key: {
            public_key_pem: expect.stringContaining("public_key[0].pem"),
            signature_algorithm: "ECDSA_P256_SHA256",
          },
        },
      ],
    });
  });

  it("accepts an old key beside a new one while images that it signed run", () => {
    const { stack } = signing({ keyVersions: [1, 2] });
    const versions = Object.values(documentOf(stack).data?.google_kms_crypto_key_version ?? {});
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
    const note = only(stack, "google_binary_authorization_attestor").attestation_authority_note as {
      readonly public_keys: readonly unknown[];
    };
    expect(note.public_keys).toHaveLength(2);
  });

  it("lets the publisher sign, and nobody verify in its place", () => {
    const { stack } = signing();
    expect(only(stack, "google_kms_crypto_key_iam_member").role).toBe("roles/cloudkms.signerVerifier");
    expect(only(stack, "google_container_analysis_note_iam_member").role).toBe(
      "roles/containeranalysis.notes.attacher",
    );
    expect(only(stack, "google_binary_authorization_attestor_iam_member").role).toBe(
      "roles/binaryauthorization.attestorsViewer",
    );
  });
});

describe("ImageAdmission", () => {
  function admission(enforced?: boolean) {
    const stack = emptyStack();
    new ImageAdmission(stack, "Admission", {
      project: "example-dev",
      attestor: "projects/example-dev/attestors/ci",
      exempt: ["quay.io/b/**", "quay.io/a/**"],
      ...(enforced !== undefined && { enforced }),
    });
    return only(stack, "google_binary_authorization_policy");
  }

  it("asks for an attestation of all but those listed, in an order that does not move", () => {
    expect(admission()).toMatchObject({
      global_policy_evaluation_mode: "ENABLE",
      admission_whitelist_patterns: [{ name_pattern: "quay.io/a/**" }, { name_pattern: "quay.io/b/**" }],
      default_admission_rule: {
        evaluation_mode: "REQUIRE_ATTESTATION",
        enforcement_mode: "ENFORCED_BLOCK_AND_AUDIT_LOG",
        require_attestations_by: ["projects/example-dev/attestors/ci"],
      },
    });
  });

  it("only writes to the audit log when asked to", () => {
    expect(admission(false)).toMatchObject({ default_admission_rule: { enforcement_mode: "DRYRUN_AUDIT_LOG_ONLY" } });
  });
});

/** Whether Binary Authorization admits an image by a pattern: `*` stops at a slash, `**` does not. */
function admitted(patterns: readonly string[], image: string): boolean {
  return patterns.some((pattern) => {
    const stars = /\*+$/.exec(pattern)?.[0] ?? "";
    const start = pattern.slice(0, pattern.length - stars.length);
    const rest = image.slice(start.length);
    return image.startsWith(start) && (stars === "**" || (stars === "*" ? !rest.includes("/") : rest === ""));
  });
}

describe("exemptImages", () => {
  const upstream = Object.values(images).filter((pin) => !pin.startsWith("terralake/"));
  const everything = { charts: Object.values(charts), manifests: upstream };
  const nothing = { charts: [], manifests: [] };

  it("admits every image of others that a manifest names, in every version", () => {
    const patterns = exemptImages({ runs: { charts: [], manifests: upstream.map((pin) => `image: ${pin}`) } });
    expect(upstream.length).toBeGreaterThan(10);
    expect(upstream.filter((pin) => !admitted(patterns, pin))).toEqual([]);
    expect(admitted(patterns, "ghcr.io/cloudnative-pg/postgresql:99")).toBe(true);
  });

  it("admits nothing that does not run", () => {
    expect(exemptImages({ runs: nothing })).toEqual([]);
    const patterns = exemptImages({ runs: { charts: [charts.certManager], manifests: [`image: ${images.rclone}`] } });
    expect(patterns).toEqual(["docker.io/rclone/rclone*", "quay.io/jetstack/cert-manager-*"]);
  });

  it("admits repositories, not publishers", () => {
    const patterns = exemptImages({ runs: everything });
    for (const image of [
      "docker.io/somebody/trino:1",
      "docker.io/apache/other:1",
      "docker.io/grafana/other:1",
      "quay.io/jetstack/other:1",
      "ghcr.io/a:1",
      "docker.io/a/b/c:1",
    ]) {
      expect([image, admitted(patterns, image)]).toEqual([image, false]);
    }
    expect(patterns.filter((pattern) => pattern.endsWith("/**") || pattern.endsWith("/*"))).toEqual([]);
  });

  it("does not admit own images", () => {
    const own = "europe-west1-docker.pkg.dev/example-dev/platform/terralake/kyuubi:1";
    expect(admitted(exemptImages({ runs: everything }), own)).toBe(false);
  });

  it("has no pattern that another one makes needless", () => {
    const patterns = exemptImages({ runs: everything, more: ["ghcr.io/cloudnative-pg/**"] });
    expect(new Set(patterns).size).toBe(patterns.length);
    expect(patterns).toContain("ghcr.io/cloudnative-pg/**");
    expect(patterns).not.toContain("ghcr.io/cloudnative-pg/pgbouncer*");
    expect(patterns).toContain("ghcr.io/controlplaneio-fluxcd/flux-operator*");
    expect(patterns).not.toContain("ghcr.io/controlplaneio-fluxcd/flux-operator-cli*");
  });

  it("admits the mirror alone where everything is mirrored, and what is added", () => {
    expect(
      exemptImages({ runs: everything, registry: "registry.example.com/mirror", more: ["quay.io/team/**"] }),
    ).toEqual(["quay.io/team/**", "registry.example.com/mirror/**"]);
  });

  it("knows the images of charts, which the chart pins", () => {
    const patterns = exemptImages({ runs: everything });
    for (const image of ["quay.io/jetstack/cert-manager-controller:v1", "ghcr.io/fluxcd/source-controller:v1"]) {
      expect(admitted(patterns, image)).toBe(true);
    }
  });
});
