import { type Aligner, alignersOf, filterOf, type Metric } from "../metrics";

/** How the series of many things become one line, as Cloud Monitoring writes it. */
export type Reducer = "REDUCE_SUM" | "REDUCE_MEAN" | "REDUCE_MAX" | "REDUCE_MIN" | "REDUCE_COUNT";

/** A chart of one metric. */
export interface ChartTile {
  readonly title: string;
  readonly metric: Metric;
  /** Labels that the series must have, such as `resource.label.bucket_name`. @default every series */
  readonly labels?: Readonly<Record<string, string>>;
  readonly align: Aligner;
  /** @default none: a line per series */
  readonly reduce?: { readonly by: Reducer; readonly groupBy: readonly string[] };
  /** A value worth a line across the chart. @default none */
  readonly threshold?: number;
  /** @default "line" */
  readonly plot?: "line" | "bars" | "area";
}

/** A list of log entries. */
export interface LogTile {
  readonly title: string;
  /** Filter of Cloud Logging. */
  readonly logs: string;
}

/** What a reader must know that no metric says. */
export interface TextTile {
  readonly title: string;
  readonly text: string;
}

export type Tile = ChartTile | LogTile | TextTile;

/** Tiles under one name. */
export interface DashboardLayout {
  readonly title: string;
  readonly tiles: readonly Tile[];
}

/** Columns of the mosaic, and the size of one tile: three stand beside each other. */
const columns = 48;
const width = 16;
const height = 16;

const plots = { line: "LINE", bars: "STACKED_BAR", area: "STACKED_AREA" } as const;

/**
 * The document that Cloud Monitoring takes for a dashboard.
 *
 * @throws RangeError when an aligner does not suit its metric
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
 */
export function dashboardDocument({ title, tiles }: DashboardLayout, labels: Readonly<Record<string, string>>) {
  const perRow = columns / width;
  return {
    displayName: title,
    labels,
    mosaicLayout: {
      columns,
      tiles: tiles.map((tile, index) => ({
        xPos: (index % perRow) * width,
        yPos: Math.floor(index / perRow) * height,
        width,
        height,
        widget: widgetOf(tile),
      })),
    },
  };
}

function widgetOf(tile: Tile): object {
  if ("logs" in tile) {
    return { title: tile.title, logsPanel: { filter: tile.logs } };
  }
  if ("text" in tile) {
    return { title: tile.title, text: { content: tile.text, format: "MARKDOWN" } };
  }
  return { title: tile.title, xyChart: chartOf(tile) };
}

function chartOf({ title, metric, labels, align, reduce, threshold, plot = "line" }: ChartTile): object {
  const allowed = alignersOf(metric);
  if (!allowed.includes(align)) {
    throw new RangeError(`tile "${title}": ${align} does not suit ${metric.type}; use ${allowed.join(", ")}`);
  }
  return {
    dataSets: [
      {
        plotType: plots[plot],
        targetAxis: "Y1",
        timeSeriesQuery: {
          timeSeriesFilter: {
            filter: filterOf(metric, labels),
            aggregation: {
              alignmentPeriod: "60s",
              perSeriesAligner: align,
              ...(reduce && { crossSeriesReducer: reduce.by, groupByFields: reduce.groupBy }),
            },
          },
        },
      },
    ],
    thresholds: threshold === undefined ? [] : [{ value: threshold, targetAxis: "Y1" }],
    yAxis: { scale: "LINEAR" },
  };
}
