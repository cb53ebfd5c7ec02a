export { type CostChange, type CostDelta, compareCosts } from "./compare";
export { type CostEstimate, type CostLine, estimate } from "./estimate";
export { priceSources, pricesDate } from "./prices";
