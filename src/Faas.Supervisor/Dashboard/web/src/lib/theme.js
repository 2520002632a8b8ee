const key = 'minifaas-theme';
const order = ['system', 'light', 'dark'];
const icons = {
  system: '<path d="M12 3a9 9 0 1 0 0 18z" fill="currentColor" stroke="none"/><circle cx="12" cy="12" r="9"/>',
  light: '<circle cx="12" cy="12" r="4"/><path d="M12 2v3M12 19v3M2 12h3M19 12h3M4.9 4.9 7 7M17 17l2.1 2.1M19.1 4.9 17 7M7 17l-2.1 2.1"/>',
  dark: '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>',
};
const changed = new EventTarget();

/** Calls back when colours changed, by the button or by the system. */
export const onTheme = (listener, options) => changed.addEventListener('change', listener, options);

/** The button goes round: as the system, light, dark. */
export function startTheme(button) {
  let theme = order.includes(localStorage.getItem(key)) ? localStorage.getItem(key) : 'system';
  const apply = () => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${icons[theme]}</svg>`;
    const next = order[(order.indexOf(theme) + 1) % order.length];
    button.setAttribute('aria-label', `Colours: ${theme}. Change to ${next}.`);
    button.title = `Colours: ${theme}`;
    changed.dispatchEvent(new Event('change'));
  };
  button.addEventListener('click', () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    localStorage.setItem(key, theme);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  apply();
}

/** A colour or any other custom property as it is now. */
export const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
