/** What a listener threw, as what nobody caught, so that it harms no one else; Node has no `reportError`. */
export function report(thrown: unknown) {
  if (typeof reportError === 'function') {
    reportError(thrown);
  } else {
    queueMicrotask(() => {
      throw thrown;
    });
  }
}
