import type { Location } from '../model/message.ts';
import { present } from '../model/present.ts';

const map =
  /^(?:(?<name>[^\n]{1,200})\n)?https:\/\/(?:www\.|maps\.)?(?:google\.[a-z.]{2,6}(?:\/maps)?\/?\?(?:q|query|ll)=|openstreetmap\.org\/\?mlat=)(?<latitude>-?\d{1,2}(?:\.\d+)?)(?:,|%2C|&mlon=)(?<longitude>-?\d{1,3}(?:\.\d+)?)\S*$/;

/** A place, where a link to a map is all that is said, with a name above it or none (channels.md 2.1). */
export function placeIn(text: string): Location | undefined {
  const { name, latitude, longitude } = map.exec(text.trim())?.groups ?? {};
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(Number(latitude)) > 90 || Math.abs(Number(longitude)) > 180) return undefined;
  return present({ latitude, longitude, name });
}
