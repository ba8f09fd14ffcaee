/** How long a fixed work took in a cluster of some size. */
export interface SizedTime {
  readonly nodes: number;
  readonly seconds: number;
}

/** The power of the number of nodes with which the time grows: slope of a straight line through the logarithms, by least squares. */
export function growthExponent(times: readonly SizedTime[]): number | undefined {
  if (new Set(times.map(({ nodes }) => nodes)).size < 2) return undefined;
  const points = times.map(({ nodes, seconds }) => ({ x: Math.log(nodes), y: Math.log(seconds) }));
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let products = 0;
  let squares = 0;
  for (const { x, y } of points) {
    products += (x - meanX) * (y - meanY);
    squares += (x - meanX) ** 2;
  }
  return products / squares;
}
