import { useRoute } from '../../shell/route';
import { DeclarePage } from './DeclarePage';
import { LettersPage } from './letters/LettersPage';
import { StreamPage } from './StreamPage';
import { StreamsList } from './StreamsList';
import './streams.css';

/** `#/streams`: all of them; `#/streams?declare`: a new one; `#/streams/buses`: that one; `#/streams/buses/dead-letters`. */
export default function StreamsPage() {
  const { rest, params } = useRoute();
  const [name, part] = rest;
  if (name && part === 'dead-letters') {
    return <LettersPage key={name} name={name} />;
  }
  if (name) {
    return <StreamPage key={name} name={name} />;
  }
  return params.has('declare') ? <DeclarePage /> : <StreamsList />;
}
