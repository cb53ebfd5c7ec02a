import { deployment, existingNamespace, serviceLabels, type WorkloadProps } from "../../../constructs/kubernetes";

function startupProbe(props: Partial<WorkloadProps>) {
  const { spec } = deployment({
    name: "app",
    namespace: existingNamespace("lake"),
    labels: serviceLabels("app"),
    image: "registry.example.com/app:1.0.0",
    user: 1000,
    replicas: 1,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    account: "app",
    ports: { http: 8080 },
    ready: { path: "/ready", port: "http" },
    ...props,
  }) as unknown as {
    spec: {
      template: { spec: { containers: [{ startupProbe: { periodSeconds: number; failureThreshold: number } }] } };
    };
  };
  return spec.template.spec.containers[0].startupProbe;
}

test.each([
  { startSeconds: undefined, seconds: 300 },
  { startSeconds: 1800, seconds: 1800 },
  // looks are whole, so that nothing is ended too early
  { startSeconds: 12, seconds: 15 },
])("a workload told $startSeconds may take $seconds seconds to start", ({ startSeconds, seconds }) => {
  const { periodSeconds, failureThreshold } = startupProbe({ startSeconds });
  expect(periodSeconds * failureThreshold).toBe(seconds);
});
