// Where the page is: the part of the address after #, so that the server has one document only and the back button works.
import { signal } from '@preact/signals';

export interface Route {
  page: string;
  rest: string;
  query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', ...rest] = path.split('/');
  return { page: page || 'start', rest: rest.join('/'), query: new URLSearchParams(query) };
}

export const route = signal(parseRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
});

// Styles have a page of their own; everything else is painted on the one page.
export const pageOf = (task: string): string => (task === 'stylize' ? 'style' : 'paint');

export const go = (hash: string): void => {
  location.hash = hash;
};
