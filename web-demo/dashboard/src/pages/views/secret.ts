const BYTES = 32;

/** What a webhook's POSTs are signed with: `whsec_` and random bytes in Base64. */
export function newSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(BYTES))))}`;
}
