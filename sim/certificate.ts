import { generate } from 'selfsigned';

let made: Promise<{ cert: string; key: string }> | undefined;

/** A certificate for `localhost` that is its own authority, PEM. The same within a process. */
export function certificate(): Promise<{ cert: string; key: string }> {
  made ??= generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  }).then(({ cert, private: key }) => ({ cert, key }));
  return made;
}
