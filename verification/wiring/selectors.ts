import { listOf, objectOf } from "../../policies/blocks";
import { apiServerMayCall, type Policy } from "../network/policies";
import type { ClusterModel, ClusterService } from "../objects/cluster";
import { at, groupKind, type KubeObject, mapOf, textOf } from "../objects/kube-object";
import { hasLabels } from "../objects/pods";
import type { Ledger } from "../report";

/** Checks that Services lead to pods and ports, and that what names a Service (webhooks, routes, sets) finds it. */
export function checkSelectors(model: ClusterModel, policies: readonly Policy[], ledger: Ledger): void {
  for (const object of model.objects) {
    switch (object.kind) {
      case "Service":
        checkService(object, model, ledger);
        break;
      case "StatefulSet":
        checkGoverning(object, model, ledger);
        break;
      case "PodDisruptionBudget":
        checkSelected(object, at(object.block, "spec", "selector", "matchLabels"), "spec.selector", model, ledger);
        break;
      case "ValidatingWebhookConfiguration":
      case "MutatingWebhookConfiguration":
        for (const [index, webhook] of listOf(object.block.webhooks).entries()) {
          checkCalled(
            object,
            at(webhook, "clientConfig", "service"),
            `webhooks[${index}].clientConfig.service`,
            model,
            policies,
            ledger,
          );
        }
        break;
      case "APIService":
        checkCalled(object, at(object.block, "spec", "service"), "spec.service", model, policies, ledger);
        break;
      case "Ingress":
      case "HTTPRoute":
      case "IngressRoute":
      case "GRPCRoute":
        for (const { path, name, namespace, port } of backends(object)) {
          checkBackend(object, path, namespace, name, port, model, ledger);
        }
        break;
      case "ServiceMonitor":
      case "PodMonitor":
        checkMonitor(object, model, ledger);
        break;
    }
  }
}

/** Whether somebody else may make the pods of a namespace. */
function mayBeUnknown(
  object: KubeObject,
  namespace: string,
  what: string,
  model: ClusterModel,
  ledger: Ledger,
): boolean {
  const maybe = model.mayMake(namespace);
  for (const { installation, reason, refused } of maybe) {
    ledger.skip(
      { release: installation.id, chart: installation.chart, reason: reason ?? refused ?? "not rendered" },
      `${what} of ${object.kind}/${object.name}`,
    );
  }
  return maybe.length > 0;
}

function checkService(object: KubeObject, model: ClusterModel, ledger: Ledger): void {
  const service = model.services.get(`${object.namespace}/${object.name}`);
  if (!service?.selector || service.external) {
    return;
  }
  ledger.count("selector");
  const pods = model.podsBehind(service);
  const path = `${object.kind}/${object.name}`;
  if (pods.length === 0) {
    if (!mayBeUnknown(object, object.namespace, "the pods", model, ledger)) {
      const labels = Object.entries(service.selector).map(([name, value]) => `${name}=${value}`);
      const there = model.pods.filter(({ namespace }) => namespace === object.namespace).map(({ madeBy }) => madeBy);
      ledger.find({
        check: "wiring",
        release: object.origin.release,
        path: `${path} spec.selector`,
        given: labels.join(", "),
        allowed: `labels of pods in ${object.namespace}: ${there.join(", ") || "none"}`,
        next: "select the labels that the pods have",
      });
    }
    return;
  }
  for (const { target } of service.ports) {
    ledger.count("target port");
    const declared = pods.flatMap(({ ports }) => ports);
    const there =
      typeof target === "string"
        ? declared.some(({ name }) => name === target)
        : declared.length === 0 || declared.some(({ port }) => port === target);
    const about = { check: "wiring", release: object.origin.release, path: `${path} spec.ports` } as const;
    const given = `target port ${target}`;
    ledger.consider({ ...about, given });
    if (!there) {
      ledger.find({
        ...about,
        given,
        allowed:
          declared.map(({ name, port }) => (name ? `${name} (${port})` : String(port))).join(", ") ||
          "the pods declare none",
        next: `name a port of ${pods.map(({ madeBy }) => madeBy).join(", ")}`,
      });
    }
  }
}

function checkGoverning(object: KubeObject, model: ClusterModel, ledger: Ledger): void {
  const name = textOf(at(object.block, "spec", "serviceName"));
  if (name === undefined) {
    return;
  }
  ledger.count("governing service");
  if (
    !model.services.has(`${object.namespace}/${name}`) &&
    !mayBeUnknown(object, object.namespace, `the Service ${name}`, model, ledger)
  ) {
    ledger.find({
      check: "wiring",
      release: object.origin.release,
      path: `${object.kind}/${object.name} spec.serviceName`,
      given: name,
      allowed: model.serviceNames(object.namespace).join(", "),
      next: "make the headless Service, which gives the pods their names",
    });
  }
}

function checkSelected(object: KubeObject, labels: unknown, path: string, model: ClusterModel, ledger: Ledger): void {
  const selector = mapOf(labels);
  if (Object.keys(selector).length === 0) {
    return;
  }
  ledger.count("selector");
  const found = model.pods.some((pod) => pod.namespace === object.namespace && hasLabels(pod, selector));
  if (!found && !mayBeUnknown(object, object.namespace, "the pods", model, ledger)) {
    ledger.find({
      check: "wiring",
      release: object.origin.release,
      path: `${object.kind}/${object.name} ${path}`,
      given: Object.entries(selector)
        .map(([name, value]) => `${name}=${value}`)
        .join(", "),
      allowed: "labels of pods of its namespace",
      next: "select the labels that the pods have",
    });
  }
}

/** A Service that the API server calls. */
function checkCalled(
  object: KubeObject,
  called: unknown,
  path: string,
  model: ClusterModel,
  policies: readonly Policy[],
  ledger: Ledger,
): void {
  const { name, namespace, port } = objectOf(called);
  if (typeof name !== "string") {
    return;
  }
  ledger.count("webhook");
  const service = findService(
    object,
    `${object.kind}/${object.name} ${path}`,
    String(namespace),
    name,
    Number(port ?? 443),
    model,
    ledger,
  );
  for (const pod of service ? model.podsBehind(service) : []) {
    for (const { target } of service?.ports.filter((each) => each.port === Number(port ?? 443)) ?? []) {
      const number = typeof target === "number" ? target : pod.ports.find((each) => each.name === target)?.port;
      if (number !== undefined && pod.spec?.hostNetwork !== true && !apiServerMayCall(policies, pod, number)) {
        ledger.find({
          check: "network",
          release: object.origin.release,
          path: `${object.kind}/${object.name} ${path}`,
          given: `the API server calls ${pod.madeBy} of ${pod.namespace} at port ${number}`,
          allowed: "no policy lets it in",
          next: "declare the flow with allowFromApiServer",
        });
      }
    }
  }
}

/** A Service with a port; notes it when there is none. */
function findService(
  object: KubeObject,
  path: string,
  namespace: string,
  name: string,
  port: number | string | undefined,
  model: ClusterModel,
  ledger: Ledger,
): ClusterService | undefined {
  const service = model.services.get(`${namespace}/${name}`);
  const release = object.origin.release;
  if (!service) {
    if (!mayBeUnknown(object, namespace, `the Service ${name}`, model, ledger)) {
      ledger.find({
        check: "wiring",
        release,
        path,
        given: `Service ${name} in ${namespace}`,
        allowed: model.serviceNames(namespace).join(", ") || `no Service is in ${namespace}`,
        next: "name a Service that is there",
      });
    }
    return undefined;
  }
  if (port !== undefined && !service.ports.some((each) => each.port === port || each.name === port)) {
    ledger.find({
      check: "wiring",
      release,
      path,
      given: `port ${port} of Service ${name}`,
      allowed: service.ports.map((each) => (each.name ? `${each.port} (${each.name})` : String(each.port))).join(", "),
      next: "name a port that it has",
    });
    return undefined;
  }
  return service;
}

interface Backend {
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number | string | undefined;
}

function backends(object: KubeObject): readonly Backend[] {
  const spec = objectOf(object.block.spec);
  const read = (entry: unknown, path: string): readonly Backend[] => {
    const { name, namespace, port, kind } = objectOf(entry);
    const number = typeof port === "object" ? (objectOf(port).number ?? objectOf(port).name) : port;
    return typeof name === "string" && (kind === undefined || kind === "Service")
      ? [{ path, name, namespace: String(namespace ?? object.namespace), port: number as number | string | undefined }]
      : [];
  };
  return listOf(spec.rules ?? spec.routes).flatMap((rule, index) => [
    ...listOf(objectOf(rule).backendRefs ?? objectOf(rule).services).flatMap((entry, at) =>
      read(entry, `rules[${index}].backendRefs[${at}]`),
    ),
    ...listOf(objectOf(objectOf(rule).http).paths).flatMap((entry, at) =>
      read(objectOf(objectOf(entry).backend).service, `rules[${index}].http.paths[${at}].backend`),
    ),
  ]);
}

function checkBackend(
  object: KubeObject,
  path: string,
  namespace: string,
  name: string,
  port: number | string | undefined,
  model: ClusterModel,
  ledger: Ledger,
): void {
  ledger.count("route");
  findService(object, `${object.kind}/${object.name} ${path}`, namespace, name, port, model, ledger);
}

/** A monitor selects Services (or pods) by labels, and names one of their ports. */
function checkMonitor(object: KubeObject, model: ClusterModel, ledger: Ledger): void {
  const spec = objectOf(object.block.spec);
  const selector = mapOf(at(spec, "selector", "matchLabels"));
  const names = listOf(at(spec, "namespaceSelector", "matchNames")).map(String);
  const any = at(spec, "namespaceSelector", "any") === true;
  const inside = (namespace: string) =>
    any || (names.length > 0 ? names.includes(namespace) : namespace === object.namespace);
  if (listOf(at(spec, "selector", "matchExpressions")).length > 0) {
    return;
  }
  ledger.count("monitor");
  const ofPods = groupKind(object) === "monitoring.coreos.com/PodMonitor";
  const found = ofPods
    ? model.pods.filter((pod) => inside(pod.namespace) && hasLabels(pod, selector)).map(({ ports }) => ports)
    : model.objects
        .filter(
          (each) =>
            each.kind === "Service" &&
            inside(each.namespace) &&
            hasLabels({ labels: mapOf(at(each.block, "metadata", "labels")) }, selector),
        )
        .map((each) => model.services.get(`${each.namespace}/${each.name}`)?.ports ?? []);
  const where = names.length > 0 ? names : [object.namespace];
  if (found.length === 0) {
    const unknown = where.map((namespace) => mayBeUnknown(object, namespace, "what it selects", model, ledger));
    // Operators make Services too, whose labels are not known here.
    const made =
      !ofPods && model.objects.some((each) => inside(each.namespace) && /\./.test(each.apiVersion.split("/")[0] ?? ""));
    if (!unknown.some(Boolean) && !made) {
      ledger.find({
        check: "wiring",
        release: object.origin.release,
        path: `${object.kind}/${object.name} spec.selector`,
        given: Object.entries(selector)
          .map(([name, value]) => `${name}=${value}`)
          .join(", "),
        allowed: `labels of ${ofPods ? "pods" : "Services"} in ${where.join(", ")}`,
        next: "select labels that are there, or nothing is measured",
      });
    }
    return;
  }
  for (const [index, endpoint] of listOf(spec.endpoints ?? spec.podMetricsEndpoints).entries()) {
    const port = objectOf(endpoint).port;
    if (typeof port === "string" && !found.some((ports) => ports.some(({ name }) => name === port))) {
      ledger.find({
        check: "wiring",
        release: object.origin.release,
        path: `${object.kind}/${object.name} ${ofPods ? "podMetricsEndpoints" : "endpoints"}[${index}].port`,
        given: port,
        allowed:
          [...new Set(found.flatMap((ports) => ports.flatMap(({ name }) => name ?? [])))].join(", ") ||
          "ports without a name",
        next: "name a port that what it selects has",
      });
    }
  }
}
