import type { PictureVersion } from '../channels/limits.ts';
import { SendFailure } from '../model/failure.ts';
import type * as media from '../store/media.ts';
import * as looks from '../store/media-looks.ts';
import { besideName } from './beside-file.ts';
import type { Context } from './context.ts';
import { makeBeside, type Unmade } from './make-beside.ts';
import { openPictureMaker } from './picture-maker.ts';

/** Pictures as channels take them, made of those that they do not take. */
export interface Pictures {
  /**
   * What was made of a picture, and lies beside it; made when nobody has yet. Or why nothing is: `none` can be, or this
   * machine is `unable`. Throws UNAVAILABLE while too many wait or there is no room, and what the store of files throws.
   */
  version(file: media.MediaFile, version: PictureVersion): Promise<MadePicture>;
  stop(): void;
}

/** A picture as a channel takes it, or why there is none. */
export type MadePicture = media.MadeVersion | Extract<Unmade, 'none' | 'unable'>;

/** Pictures that wait to be made; messages with more are sent a little later. */
const mostWaiting = 20;

/** Makes each at the first message that needs it, once, however often it is tried or sent again. */
export function makePictures(ctx: Pick<Context, 'db' | 'files' | 'log'>): Pictures {
  const maker = openPictureMaker();
  const underWay = new Map<string, Promise<MadePicture>>();

  async function make(file: media.MediaFile, version: PictureVersion): Promise<MadePicture> {
    const made = await makeBeside(ctx, maker, file, version, (what) =>
      looks.made(ctx.db, file, version, what),
    );
    if (made === 'stopped') throw later('STOPPING', 'The server is stopping.');
    if (made === 'later')
      throw later('PICTURES_WAIT', 'There is no room now for what is made of the picture.');
    return made;
  }

  return {
    async version(file, version) {
      const known = file.versions?.[version];
      if (known !== undefined) return known || 'none';
      const name = besideName(file.id, version);
      const waiting = underWay.get(name);
      if (waiting) return waiting;
      if (underWay.size >= mostWaiting) throw later('PICTURES_WAIT', 'Many pictures wait to be converted.');
      const making = make(file, version).finally(() => underWay.delete(name));
      underWay.set(name, making);
      return making;
    },
    stop: () => maker.stop(),
  };
}

function later(code: string, text: string): SendFailure {
  return new SendFailure({ class: 'UNAVAILABLE', code, text, retryAfterMs: 5000 });
}
