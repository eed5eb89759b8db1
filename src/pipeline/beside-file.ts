import { type PictureVersion, pictureVersions } from '../channels/limits.ts';

/** What lies beside a file that is a picture: a small one for looking, and those that channels take. */
export type BesideFile = 'thumbnail' | PictureVersion;

/** Under what it lies beside a file. */
export function besideName(id: string, what: BesideFile): string {
  return `${id}.${what}`;
}

/** Everything that may lie beside a file, and the file itself last. */
export function namesOf(id: string): string[] {
  return [...(['thumbnail', ...pictureVersions] as const).map((what) => besideName(id, what)), id];
}
