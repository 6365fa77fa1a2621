/** A whole answer without a redirect. */
export interface Page {
  status: number;
  body: string;
  headers: Record<string, string>;
}

const ALLOW = 'GET, HEAD, OPTIONS';

/** On every answer of a tracked address: nobody keeps it, learns of it or lists it. */
export const PRIVATE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
} as const;

/** Of a redirect, name after value, without the location. */
export const REDIRECT_HEADERS = [...Object.entries(PRIVATE_HEADERS).flat(), 'content-length', '0'];

const PAGE_HEADERS = {
  ...PRIVATE_HEADERS,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

export const NOT_FOUND = page({
  status: 404,
  title: 'This link does not exist',
  text: 'Please check that the address was copied completely, or ask the person who sent it to you.',
});

export const GONE = page({
  status: 410,
  title: 'This link is no longer active',
  text: 'The person who shared it has switched it off. Please ask them for their current contact details.',
});

export const METHOD_NOT_ALLOWED = page({
  status: 405,
  title: 'This link can only be opened',
  text: 'Open it in a browser to get to its page.',
  headers: { allow: ALLOW },
});

export const TRY_AGAIN = page({
  status: 503,
  title: 'One moment, please',
  text: 'This link cannot be opened right now. Please try again in a few seconds.',
  headers: { 'retry-after': '2' },
});

/** The browser comes again when a person really goes there. */
export const NOT_YET = page({
  status: 503,
  title: 'Not loaded ahead',
  text: 'Open the link to get to its page.',
});

export const TOO_MANY = page({
  status: 429,
  title: 'Too many links that do not exist',
  text: 'Please check the address you were given, and try again in a minute.',
  headers: { 'retry-after': '60' },
});

export const TOO_LARGE = page({
  status: 431,
  title: 'This address is too long',
  text: 'Please check that the address was copied without anything before or behind it.',
});

export const TOO_SLOW = page({
  status: 408,
  title: 'That took too long',
  text: 'The connection was too slow to open this link. Please try again.',
});

export const BAD_REQUEST = page({
  status: 400,
  title: 'This link cannot be read',
  text: 'Please open the address in a browser as you were given it.',
});

export const OPTIONS: Page = {
  status: 200,
  body: '',
  headers: { ...PRIVATE_HEADERS, allow: ALLOW, 'content-length': '0' },
};

/** For Office, which opens nothing after an error: its browser then gets the real answer. */
export function asOfficeSees({ body, headers }: Page): Page {
  return { status: 200, body, headers };
}

/** What Office is shown in place of the redirect: 200 makes it hand the tracked address to the browser. */
export function preflightPage(location: string): Page {
  const target = escapeHtml(location);
  return page({
    status: 200,
    title: 'Opening the link',
    text: `If nothing happens, continue to <a href="${target}" rel="noreferrer">${target}</a>.`,
    head: `<meta http-equiv="refresh" content="0; url=${target}">`,
  });
}

interface PageParts {
  status: number;
  title: string;
  /** HTML. */
  text: string;
  head?: string;
  headers?: Record<string, string>;
}

function page({ status, title, text, head = '', headers = {} }: PageParts): Page {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
${head}<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; color: #1f2933; background: #f7f8fa;
  font: 1.125rem/1.5 system-ui, sans-serif }
main { max-width: 32rem; padding: 2rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.25 }
@media (prefers-color-scheme: dark) { body { color: #e4e7eb; background: #16191d } a { color: #8ab4f8 } }
</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  return { status, body, headers: { ...PAGE_HEADERS, ...length, ...headers } };
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
