import { useRoute } from '../../shell/route';
import { DeclarePage } from './DeclarePage';
import { StreamPage } from './StreamPage';
import { StreamsList } from './StreamsList';
import './streams.css';

/** `#/streams`: all of them; `#/streams?declare`: a new one; `#/streams/buses`: that one. */
export default function StreamsPage() {
  const { rest, params } = useRoute();
  const [name] = rest;
  if (name) {
    return <StreamPage key={name} name={name} />;
  }
  return params.has('declare') ? <DeclarePage /> : <StreamsList />;
}
