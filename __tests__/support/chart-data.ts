export { ChartData } from "../../verification/charts";
