/**
 * Shows the page that the address names after its #. A page is a function from its arguments to an element, a title, and a
 * function that ends it.
 */
export function startRouter(main, pages) {
  let leave = () => {};
  let first = true;

  const show = () => {
    if (!location.hash.startsWith('#/') && location.hash !== '') return; // the skip link
    const [name = '', ...rest] = location.hash.slice(2).split('/').map(decodeURIComponent);
    const page = pages[name || 'overview'] ?? pages.overview;
    leave();
    const { element, title, end = () => {}, active = name || 'overview' } = page(...rest);
    leave = end;
    main.replaceChildren(element);
    document.title = `${title} · MiniFaas`;
    for (const link of document.querySelectorAll('nav [data-page]')) {
      if (link.dataset.page === active) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (!first) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
    first = false;
  };
  addEventListener('hashchange', show);
  show();
}
