/** The recommended labels of one part of a service. */
export type ServiceLabels = {
  readonly "app.kubernetes.io/name": string;
  readonly "app.kubernetes.io/component"?: string;
};

/**
 * The labels that a service's own objects carry and that its pods are selected by.
 *
 * @param name the service, such as `spark`
 * @param component its part, such as `master`; absent for a service of one part
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function serviceLabels(name: string, component?: string): ServiceLabels {
  return {
    "app.kubernetes.io/name": name,
    ...(component === undefined ? {} : { "app.kubernetes.io/component": component }),
  };
}
