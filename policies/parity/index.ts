export { compareTiers, type Parity, type TierStack } from "./compare";
export { type Difference, tiers } from "./differences";
export { type Explained, type Reason, reasons } from "./reasons";
