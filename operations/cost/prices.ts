/** Prices of a series of machines, in US dollars for an hour. Those of spot machines move, at most once a month. */
export interface MachinePrices {
  readonly cpuHour: number;
  readonly gibHour: number;
  readonly spotCpuHour: number;
  readonly spotGibHour: number;
}

/** List prices of a region in US dollars, without discounts and taxes. */
export interface RegionPrices {
  /** By series, such as `n2`. */
  readonly machines: { readonly [series: string]: MachinePrices };
  /** By type. */
  readonly diskGibMonth: { readonly [type: string]: number };
  /** Of the control plane. */
  readonly clusterHour: number;
  /** Of each node behind a NAT gateway, up to {@link natNodesCharged}. */
  readonly natVmHour: number;
  /** In one zone; twice as much in two. */
  readonly sql: { readonly cpuHour: number; readonly gibHour: number; readonly ssdGibMonth: number };
}

/** Day of the table. */
export const pricesDate = "2026-11-21";

/** Where each price was read. */
export const priceSources = {
  machines:
    "pricing.yml of 2025-03-06 in github.com/Cyclenerd/google-cloud-pricing-cost-calculator, read from the Cloud Billing Catalog; core and memory are solved from two machine types of a series",
  disks: "the same file",
  cluster: "cloud.google.com/kubernetes-engine/pricing",
  nat: "cloud.google.com/nat/pricing",
  connector: "as machines, of which an e2-micro is a quarter of a core and 1 GiB",
  sql: "SKUs of EMEA in the Cloud Billing Catalog of 2024-03, by github.com/M-Naveed-Ashraf/cloud_pricing_with_infracost; storage as in Iowa",
} as const;

/** The committed table; a region that is not in it has no estimate. */
export const regionPrices: { readonly [region: string]: RegionPrices } = {
  "europe-west1": {
    machines: {
      e2: { cpuHour: 0.02399337, gibHour: 0.00321609, spotCpuHour: 0.00909, spotGibHour: 0.001217 },
      n2: { cpuHour: 0.034773, gibHour: 0.004661, spotCpuHour: 0.00359, spotGibHour: 0.000481 },
    },
    diskGibMonth: { "pd-balanced": 0.1, "pd-standard": 0.04 },
    clusterHour: 0.1,
    natVmHour: 0.0014,
    sql: { cpuHour: 0.0413, gibHour: 0.007, ssdGibMonth: 0.17 },
  },
};

/** Hours of a month, as Google counts them. */
export const hoursPerMonth = 730;

/** Nodes that Google charges for at a NAT gateway; beyond them the price stays. */
export const natNodesCharged = 32;
