import { isIP } from 'node:net';

const isLoopback = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host === 'localhost';
};

/**
 * Reads the address of the Leads API, to which credentials and personal data go: https anywhere, plain http only to
 * this machine. A fault is a sentence.
 */
export const readBaseUrl = (text: string): { readonly url: URL } | { readonly fault: string } => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return { fault: 'expected an address such as https://api.lumi.com.au' };
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { fault: 'expected https: over plain http everybody on the way could read the credentials' };
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return { fault: 'expected an address without user name, password, ? and #' };
  }
  return { url };
};
