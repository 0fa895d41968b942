export { Badge, type Tone } from './Badge';
export { Button } from './Button';
export { CopyButton } from './CopyButton';
export { type Column, DataTable } from './DataTable';
export { ErrorBoundary } from './ErrorBoundary';
export { Field } from './Field';
export { Page } from './Page';
export { Empty, Panel, ProblemNote } from './Panel';
export { Stat } from './Stat';
