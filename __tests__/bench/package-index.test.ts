import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { indexNames, toCommonJs, toPackageIndex } from "../../bench/package-index";
import { projectRoot } from "../../rehearsal/paths";

const names = new Map([
  ["config-map-v1", "configMapV1"],
  ["job-v1", "jobV1"],
]);
const rewrite = (source: string) => toPackageIndex(source, (_provider, folder) => names.get(folder));

describe("rewriting to the package index", () => {
  test("a class is taken from its module in the index, as a value and as a type", () => {
    expect(rewrite('import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";')).toBe(
      'import { configMapV1 as kubernetes_configMapV1 } from "@cdktf/provider-kubernetes";\n' +
        "import ConfigMapV1 = kubernetes_configMapV1.ConfigMapV1;",
    );
  });

  test("types, new names and several lines are kept", () => {
    const source =
      'import {\n  JobV1,\n  type JobV1Spec,\n  JobV1Config as Config,\n} from "@cdktf/provider-kubernetes/lib/job-v1";';
    expect(rewrite(source).split("\n").slice(1)).toEqual([
      "import JobV1 = kubernetes_jobV1.JobV1;",
      "type JobV1Spec = kubernetes_jobV1.JobV1Spec;",
      "import Config = kubernetes_jobV1.JobV1Config;",
    ]);
  });

  test("an import of types only stays one, so that nothing is loaded for it", () => {
    expect(rewrite('import type { JobV1Config } from "@cdktf/provider-kubernetes/lib/job-v1";')).toBe(
      'import type { jobV1 as kubernetes_jobV1 } from "@cdktf/provider-kubernetes";\n' +
        "type JobV1Config = kubernetes_jobV1.JobV1Config;",
    );
  });

  test("other lines stay as they are", () => {
    const source = 'import { Fn } from "cdktf";\nconst text = "a";\n';
    expect(rewrite(source)).toBe(source);
  });

  test.each([
    'export { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";',
    'import * as job from "@cdktf/provider-kubernetes/lib/job-v1";',
    'const job = await import("@cdktf/provider-kubernetes/lib/job-v1");',
  ])("a deep import in another form is refused: %s", (source) => {
    expect(() => rewrite(source)).toThrow("@cdktf/provider-kubernetes/lib/job-v1");
  });

  test("a module that the index lacks is refused", () => {
    expect(() => rewrite('import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";')).toThrow(
      "the index of @cdktf/provider-kubernetes has no pod-v1",
    );
  });

  test("the result runs as CommonJS and finds its own place", () => {
    const source = toCommonJs('export const place = new URL("..", import.meta.url);');
    expect(source).not.toContain("import.meta");
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    const exported: { place?: URL } = {};
    new Function("exports", "require", "__filename", outputText)(exported, require, "/some/folder/file.ts");
    expect(exported.place?.pathname).toBe("/some/");
  });

  test("the names of an index are read from its declarations, by folder", () => {
    const file = join(projectRoot, "node_modules/@cdktf/provider-kubernetes/lib/index.d.ts");
    const found = indexNames(readFileSync(file, "utf8"));
    expect(found.get("horizontal-pod-autoscaler-v2beta2")).toBe("horizontalPodAutoscalerV2Beta2");
    expect(found.size).toBeGreaterThan(50);
  });
});
