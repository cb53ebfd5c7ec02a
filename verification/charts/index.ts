export { ChartData } from "./chart-data";
export { type CustomObject, objectProblems } from "./crd-contract";
export { chartDataFolder, definitionsFolderOf, folderOf } from "./data-folder";
export { freeKeys } from "./free-keys";
export { isMap, mergeValues, type Values } from "./values";
export { type ValuesContract, valuesProblems } from "./values-contract";
