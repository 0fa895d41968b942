// Before the first paint, so that a chosen theme does not flash. Not a module: those wait for the document.
try {
  const theme = localStorage.getItem('sluice.theme');
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Storage is closed to the page: the system's theme it is.
}
