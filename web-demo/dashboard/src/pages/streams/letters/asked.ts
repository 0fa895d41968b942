/** What the page asks for, as its address says it. */
export interface Asked {
  code: string;
  device: string;
  /** A duration back from now, or nothing. */
  from: string;
}

export const NO_FILTER: Asked = { code: '', device: '', from: '' };

export const SPANS = [
  { value: '', label: 'All that are kept' },
  { value: '-15m', label: 'The last 15 minutes' },
  { value: '-1h', label: 'The last hour' },
  { value: '-1d', label: 'The last day' },
] as const;

export function askedOf(params: URLSearchParams): Asked {
  return { code: params.get('code') ?? '', device: params.get('device') ?? '', from: params.get('from') ?? '' };
}

/** As the address has it: what is not asked for is left out. */
export function paramsOf({ code, device, from }: Asked): Record<string, string | undefined> {
  return { code: code || undefined, device: device || undefined, from: from || undefined };
}

/** The letters that are meant, as the API has them: those of the ids, or all that the filter has. */
export function selectionOf(asked: Asked, ids: readonly string[]): URLSearchParams {
  return new URLSearchParams(ids.length > 0 ? { id: ids.join(',') } : given(asked));
}

/** A page of letters, the newest first, behind an id. */
export function pageOf(asked: Asked, after: string | undefined): URLSearchParams {
  return new URLSearchParams({ ...given(asked), ...(after ? { after } : {}) });
}

function given(asked: Asked): Record<string, string> {
  return Object.fromEntries(
    Object.entries(paramsOf(asked)).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
