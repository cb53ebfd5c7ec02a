export { iceberg } from "./iceberg";
export { kyuubi } from "./kyuubi";
