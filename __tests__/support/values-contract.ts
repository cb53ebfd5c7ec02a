export { type ValuesContract, valuesProblems } from "../../verification/charts";
