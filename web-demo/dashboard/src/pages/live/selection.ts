import { navigate, useRoute } from '../../shell/route';
import type { Selection } from './map/layers';

/** What is selected is in the address: a link shows the same. */
export function useSelection(): [Selection, (to: Selection) => void] {
  const { params } = useRoute();
  const select = ({ bus, route }: Selection) => {
    navigate('live', { bus, route, windows: params.get('windows') ?? undefined }, { replace: true });
  };
  return [{ bus: params.get('bus') ?? undefined, route: params.get('route') ?? undefined }, select];
}
