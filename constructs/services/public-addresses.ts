import type { FlowEnd } from "../kubernetes";

/** Every address outside private networks, for what services call on the internet. */
export const publicAddresses: FlowEnd = {
  name: "internet",
  cidrs: ["0.0.0.0/0"],
  except: ["10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
};
