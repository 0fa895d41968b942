/**
 * The reader's locale; undefined is the browser's own. A browser may be started with what is none, `en-US@posix` say: then all
 * that formats would throw, uPlot while it is loaded. To be imported before anything else.
 */
export const locale: string | undefined = known(undefined) && known(navigator.language) ? undefined : 'en-US';

if (locale !== undefined) {
  Object.defineProperty(navigator, 'language', { value: locale, configurable: true });
}

function known(tag: string | undefined): boolean {
  try {
    return new Intl.NumberFormat(tag).format(0) !== '';
  } catch {
    return false;
  }
}
