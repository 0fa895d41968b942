export { LineChart, type LineChartProps } from './LineChart';
export { type Painter, painting } from './painting';
export { SeriesStore } from './series';
