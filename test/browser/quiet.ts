import type { Page } from 'playwright-core';

/** Notes whatever a page complains of, and every call to a host that is not of this machine. */
export function watch(page: Page, complaints: string[], expected?: RegExp): void {
  const complain = (text: string) => {
    if (!expected?.test(text)) complaints.push(text);
  };
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    complain(`console: ${message.text()}${url ? ` (${url})` : ''}`);
  });
  page.on('pageerror', (error) => complain(`exception: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && !isHere(hostname)) complain(`foreign host: ${request.url()}`);
  });
}

const isHere = (hostname: string) =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname.startsWith('127.');
