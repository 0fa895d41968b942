import './definition.css';

export { Above } from './Above';
export { Curl } from './Curl';
export { curl } from './curl';
export { DeleteForm } from './DeleteForm';
export { QueriesOf } from './QueriesOf';
export { Setting } from './Setting';
