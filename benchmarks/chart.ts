/**
 * What do tables of `shakedown bench` look like? `node dist/benchmarks/chart.js OUT.svg TABLE.csv…` draws throughput by workload,
 * size and percentageOfNodesToScore on a logarithmic scale, with the peer's figures beside ours where the tables have them.
 */
import { writeFileSync } from "node:fs";
import { BarChart } from "echarts/charts.js";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components.js";
import { init, use } from "echarts/core.js";
import { SVGRenderer } from "echarts/renderers.js";
import { readTable } from "../src/workload/bench/read-table.ts";
import { type Row, textOf } from "../src/workload/table.ts";

const HEIGHT_PER_BAR = 9;
const WIDTH = 1100;

const [out, ...files] = process.argv.slice(2);
if (out === undefined || files.length === 0) {
  process.stderr.write("expected OUT.svg and at least one CSV table of shakedown bench\n");
  process.exit(2);
}
const rows = files.flatMap((file) => [...readTable(file)]);
const workloads = [...new Set(rows.map((row) => textOf(row, "workload")))];
const percentages = [...new Set(rows.map((row) => textOf(row, "percentage")))].sort();
const sizes = [...new Set(rows.map((row) => Number(textOf(row, "nodes"))))].sort((a, b) => a - b);

/** The row of a workload in a size. */
function rowAt(workload: string, size: number, percentage: string): Row | undefined {
  return rows.find(
    (row) =>
      textOf(row, "workload") === workload &&
      textOf(row, "percentage") === percentage &&
      Number(textOf(row, "nodes")) === size,
  );
}

function series(size: number, percentage: string, index: number, column: "pods_per_s" | "peer_pods_per_s") {
  const data = workloads.map((workload) => {
    const text = rowAt(workload, size, percentage)?.fields[column] ?? "";
    return text === "" ? "-" : Number(text);
  });
  const who = column === "pods_per_s" ? "shakedown" : "peer";
  return { type: "bar", name: `${who}, ${size} nodes`, data, xAxisIndex: index, yAxisIndex: index } as const;
}

function axes(percentage: string, index: number) {
  const width = 68 / percentages.length;
  const left = `${24 + index * (width + 3)}%`;
  return {
    grid: { left, width: `${width}%`, top: 70, bottom: 40 },
    xAxis: { type: "log", gridIndex: index, name: "pods/s", nameLocation: "middle", nameGap: 24 } as const,
    yAxis: {
      type: "category",
      gridIndex: index,
      data: workloads,
      inverse: true,
      axisLabel: { show: index === 0, fontSize: 10 },
    } as const,
    title: {
      text: percentage === "default" ? "adaptive share of nodes" : `${percentage} % of nodes scored`,
      left,
      top: 40,
      textStyle: { fontSize: 12 },
    },
  };
}

use([BarChart, GridComponent, LegendComponent, SVGRenderer, TitleComponent]);
const bars = percentages.flatMap((percentage, index) =>
  sizes.flatMap((size) =>
    (["pods_per_s", "peer_pods_per_s"] as const).map((column) => series(size, percentage, index, column)),
  ),
);
const drawn = bars.filter(({ data }) => data.some((value) => value !== "-"));
const panels = percentages.map(axes);
const height = 110 + workloads.length * (drawn.length / percentages.length + 1) * HEIGHT_PER_BAR;
const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
chart.setOption({
  animation: false,
  backgroundColor: "#ffffff",
  title: [{ text: "Scheduling throughput", left: "center", top: 4 }, ...panels.map(({ title }) => title)],
  legend: { top: 20 },
  grid: panels.map(({ grid }) => grid),
  xAxis: panels.map(({ xAxis }) => xAxis),
  yAxis: panels.map(({ yAxis }) => yAxis),
  series: drawn,
});
writeFileSync(out, `${chart.renderToSVGString()}\n`);
chart.dispose();
