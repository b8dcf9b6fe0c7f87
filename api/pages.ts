import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ERRORS } from './errors.ts';

/** A file the pages under /docs are made of. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/**
 * Pages load nothing from elsewhere and run no script of their own making. The styles that Swagger
 * UI sets one by one are set by script, which style-src does not forbid.
 */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  persistAuthorization: false,
});
`;

const STYLE = `body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }
table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: .4rem; }
tr:target { background: #ffd; } code { white-space: nowrap; }
`;

/** One of the files pages are made of; null when there is no such file. */
export function assetOf(name: string): PageFile | null {
  if (name === 'start.js') return { type: 'text/javascript; charset=utf-8', text: START };
  if (name === 'page.css') return { type: 'text/css; charset=utf-8', text: STYLE };
  const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  return type === undefined ? null : { type, text: readAsset(name) };
}

const read = new Map<string, string>();

function readAsset(name: string): string {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const text = read.get(name) ?? readFileSync(join(folder, name), 'utf8');
  read.set(name, text);
  return text;
}

/** The contract to read and try. */
export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Tandem API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
}

/** Every error code, where doc_url points. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, type, message, advice }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td>` +
      `<td><code>${type}</code></td><td>${html(message)}</td><td>${html(advice)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Tandem: errors</title>
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<h1>Errors</h1>
<table>
<tr><th>code</th><th>status</th><th>type</th><th>message</th><th>what to do</th></tr>
${rows.join('\n')}
</table>
</body>
</html>
`;
}

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}
