/** Runs once before the next paint; in a hidden page, which paints nothing, a little later. */
export function nextFrame(run: () => void): void {
  if (typeof document === 'undefined' || document.hidden) setTimeout(run, 100);
  else requestAnimationFrame(run);
}
