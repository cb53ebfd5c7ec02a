export { objectProblems } from "../../verification/charts";
