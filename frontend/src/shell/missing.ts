// A part of the page that cannot be fetched: the service may have been updated since the page was loaded.

import { toast } from './toasts';

addEventListener('vite:preloadError', () =>
  toast('A part of this page could not be loaded. Reloading helps if the service was updated meanwhile; nothing you typed is lost.', 'bad', {
    label: 'Reload',
    run: () => location.reload(),
  }),
);
