import type { JsonObject } from "../../../terraform";

/** A line of a graph. */
export interface Query {
  /** PromQL, or LogQL in a panel of logs. */
  readonly expression: string;
  /** Name of the line, with labels as `{{pod}}`. @default - all labels */
  readonly legend?: string;
}

/** One panel. */
export interface Panel {
  readonly title: string;
  /** `graph`: lines over time; `number`: the last value; `table`: rows of labels; `logs`: lines of logs. */
  readonly kind: "graph" | "number" | "table" | "logs";
  readonly queries: readonly Query[];
  /** Unit of Grafana, such as `bytes`. @default "short" */
  readonly unit?: string;
  /** What it means and when to worry, for the panel's corner. @default - none */
  readonly about?: string;
  /** Of the 24 columns. @default - 6 for a number, 12 for a graph, 24 for the rest */
  readonly width?: number;
  /** From which value a number is shown as wrong. @default - never */
  readonly wrongFrom?: number;
}

/** A page of panels. */
export interface DashboardProps {
  /** Stable, so that links stay: at most 40 characters of letters, digits, dashes and underscores. */
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
}

const widths = { graph: 12, number: 6, table: 24, logs: 24 } as const;
const heights = { graph: 8, number: 4, table: 8, logs: 10 } as const;
const types = { graph: "timeseries", number: "stat", table: "table", logs: "logs" } as const;

/** Grid of Grafana: 24 columns. */
const columns = 24;

/**
 * A dashboard as Grafana reads it from a file: panels from left to right, a new row where one does not fit.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboard({ uid, title, tags, panels }: DashboardProps): JsonObject {
  return {
    uid,
    title,
    tags: [...tags],
    editable: false,
    schemaVersion: 39,
    time: { from: "now-6h", to: "now" },
    refresh: "1m",
    timezone: "browser",
    panels: placed(panels).map(({ panel, gridPos }, index) => ({ id: index + 1, ...panelJson(panel), gridPos })),
  };
}

interface Placed {
  readonly panel: Panel;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

function placed(panels: readonly Panel[]): readonly Placed[] {
  let [x, y, row] = [0, 0, 0];
  return panels.map((panel) => {
    const w = panel.width ?? widths[panel.kind];
    const h = heights[panel.kind];
    if (x + w > columns) {
      [x, y, row] = [0, y + row, 0];
    }
    const gridPos = { x, y, w, h };
    [x, row] = [x + w, Math.max(row, h)];
    return { panel, gridPos };
  });
}

function panelJson({ title, kind, queries, unit, about, wrongFrom }: Panel): JsonObject {
  const uid = kind === "logs" ? "loki" : "prometheus";
  const datasource = { type: uid, uid };
  const instant = kind === "number" || kind === "table";
  return {
    title,
    type: types[kind],
    ...(about === undefined ? {} : { description: about }),
    datasource,
    targets: queries.map(({ expression, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource,
      expr: expression,
      ...(legend === undefined ? {} : { legendFormat: legend }),
      ...(instant ? { instant: true } : {}),
      ...(kind === "table" ? { format: "table" } : {}),
    })),
    ...(kind === "logs" ? { options: { showTime: true, wrapLogMessage: true, sortOrder: "Descending" } } : {}),
    fieldConfig: {
      defaults: {
        unit: unit ?? "short",
        ...(wrongFrom === undefined ? {} : { thresholds: thresholds(wrongFrom) }),
      },
      overrides: [],
    },
  };
}

function thresholds(wrongFrom: number): JsonObject {
  return {
    mode: "absolute",
    steps: [
      { color: "green", value: null },
      { color: "red", value: wrongFrom },
    ],
  };
}
