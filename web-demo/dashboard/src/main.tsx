import './format/locale';
import { render } from 'preact';
import './theme/base.css';
import { connection } from './connection';
import { Shell } from './shell/Shell';

connection.start();
addEventListener('online', () => connection.retry());
render(<Shell />, document.getElementById('app') as HTMLElement);
