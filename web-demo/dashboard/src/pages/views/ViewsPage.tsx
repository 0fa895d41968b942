import { useRoute } from '../../shell/route';
import { DefinePage } from './DefinePage';
import { ViewPage } from './ViewPage';
import { ViewsList } from './ViewsList';

/** `#/views`: all of them; `#/views?define&sql=…`: a new one, of that question; `#/views/by_route`: that one. */
export default function ViewsPage() {
  const { rest, params } = useRoute();
  const [name] = rest;
  if (name) {
    return <ViewPage key={name} name={name} />;
  }
  return params.has('define') ? <DefinePage sql={params.get('sql') ?? ''} /> : <ViewsList />;
}
