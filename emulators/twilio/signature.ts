import { createHmac, hash } from 'node:crypto';

/**
 * X-Twilio-Signature: base64 of HMAC-SHA1 with the account's auth token over the URL as the
 * application knows it, followed by every form parameter's name and value, sorted by name.
 */
export function signatureOf(
  auth_token: string,
  url: string,
  params: Readonly<Record<string, string>>,
): string {
  const text = Object.keys(params)
    .sort()
    .reduce((all, name) => all + name + (params[name] ?? ''), url);
  return createHmac('sha1', auth_token).update(text, 'utf8').digest('base64');
}

/** A URL as it is signed for a body that is no form: with the hash of the body in its query. */
export function hashedUrl(url: string, body: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}bodySHA256=${hash('sha256', body, 'hex')}`;
}
