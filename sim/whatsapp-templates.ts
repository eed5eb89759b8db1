import { randomBytes } from 'node:crypto';

/** A template as it stands at Meta. */
export interface ShelvedTemplate {
  id: string;
  name: string;
  language: string;
  category: string;
  status: string;
  components: Record<string, unknown>[];
  parameter_format?: string;
  rejected_reason?: string;
  quality_score?: { score: string };
}

/** What is asked, and what is answered. */
export interface ShelfAsked {
  method: string;
  url: URL;
  body: Buffer;
}
export interface ShelfAnswer {
  status: number;
  body: unknown;
}

const refusal = (error_subcode: number, message: string, error_user_msg = message): ShelfAnswer => ({
  status: 400,
  body: { error: { code: 100, error_subcode, message, error_user_title: 'Template', error_user_msg } },
});

/** Templates of one account, with the refusals that Meta answers by itself. Every new one waits for a review. */
export class TemplateShelf {
  readonly templates: ShelvedTemplate[] = [];
  /** Samples that were handed over: handles by what they hold. */
  readonly samples: { handle: string; type: string; bytes: number }[] = [];
  /** How many templates stand on a page, whatever is asked for; for tests of longer lists. */
  perPage = 100;
  #sessions = new Map<string, string>();

  /** Puts one there as somebody at Meta would; answers it. */
  put(template: Partial<ShelvedTemplate> & Pick<ShelvedTemplate, 'name' | 'language'>): ShelvedTemplate {
    const made: ShelvedTemplate = {
      id: String(10 ** 15 + Math.floor(Math.random() * 10 ** 14)),
      category: 'UTILITY',
      status: 'PENDING',
      components: [{ type: 'BODY', text: 'Made at Meta.' }],
      ...template,
    };
    this.templates.push(made);
    return made;
  }

  /** Meta's own routes; undefined: it is none of them. `api` is what goes before, with the version. */
  cloud({ method, url, body }: ShelfAsked, api: string, wabaId: string): ShelfAnswer | undefined {
    const path = url.pathname.startsWith(api) ? url.pathname.slice(api.length) : '';
    if (path === `/${wabaId}/message_templates`) {
      if (method === 'POST') return this.#create(JSON.parse(body.toString()) as ShelvedTemplate);
      return method === 'DELETE' ? this.#remove(url) : this.#graphPage(url);
    }
    if (method !== 'POST') return undefined;
    if (path === '/app/uploads') return this.#begin(url);
    if (path.startsWith('/upload:')) return this.#upload(path.slice(1), body);
    const found = this.templates.find(({ id }) => path === `/${id}`);
    return found && this.#change(found, JSON.parse(body.toString()) as ShelvedTemplate);
  }

  /** The same as 360dialog has them. */
  dialog({ method, url, body }: ShelfAsked): ShelfAnswer | undefined {
    if (url.pathname !== '/v1/configs/templates') return undefined;
    if (method === 'POST') return this.#create(JSON.parse(body.toString()) as ShelvedTemplate);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const shown = this.templates.slice(offset, offset + this.perPage);
    const waba_templates = shown.map((one) => ({ ...one, status: one.status.toLowerCase() }));
    const count = waba_templates.length;
    return { status: 200, body: { waba_templates, count, total: this.templates.length, offset } };
  }

  #create({ name, language, category, components, parameter_format }: ShelvedTemplate): ShelfAnswer {
    if (this.templates.some((one) => one.name === name && one.language === language))
      return refusal(2388024, 'Content in this language already exists');
    const wrong = this.#wrong(components);
    if (wrong) return wrong;
    const { id, status } = this.put({
      name,
      language,
      category,
      components,
      ...(parameter_format && { parameter_format }),
    });
    return { status: 200, body: { id, status, category } };
  }

  #change(found: ShelvedTemplate, { components }: ShelvedTemplate): ShelfAnswer {
    const wrong = this.#wrong(components);
    if (wrong) return wrong;
    Object.assign(found, { components, status: 'PENDING' });
    return { status: 200, body: { success: true } };
  }

  /** Samples that are missing, and variables at the ends of the text. */
  #wrong(components: Record<string, unknown>[]): ShelfAnswer | undefined {
    for (const { type, text, format, example } of components) {
      const said = typeof text === 'string' ? text : '';
      const needsSample = /\{\{/.test(said) || (type === 'HEADER' && format !== 'TEXT');
      if (needsSample && example === undefined) return refusal(2388043, `${String(type)} has no example`);
      if (type === 'BODY' && (/^\s*\{\{/.test(said) || /\}\}\s*$/.test(said)))
        return refusal(2388299, 'Variables can’t be at the start or end of the template');
    }
    return undefined;
  }

  #remove(url: URL): ShelfAnswer {
    const at = this.templates.findIndex(({ id }) => id === url.searchParams.get('hsm_id'));
    if (at < 0) return refusal(2593002, 'Message template not found');
    this.templates.splice(at, 1);
    return { status: 200, body: { success: true } };
  }

  #graphPage(url: URL): ShelfAnswer {
    const name = url.searchParams.get('name');
    const from = Number(url.searchParams.get('after') ?? 0);
    // Meta finds names by a part of them.
    const all = this.templates.filter((one) => name === null || one.name.includes(name));
    const to = from + this.perPage;
    const paging = {
      cursors: { before: String(from), after: String(to) },
      ...(to < all.length && { next: `${url.origin}${url.pathname}?after=${to}` }),
    };
    return { status: 200, body: { data: all.slice(from, to), paging } };
  }

  #begin(url: URL): ShelfAnswer {
    const id = `upload:${randomBytes(12).toString('base64url')}?sig=${randomBytes(6).toString('hex')}`;
    this.#sessions.set(id.split('?')[0]!, url.searchParams.get('file_type') ?? '');
    return { status: 200, body: { id } };
  }

  #upload(session: string, body: Buffer): ShelfAnswer {
    const type = this.#sessions.get(session);
    if (type === undefined) return refusal(33, 'There is no such upload');
    const handle = `4::${randomBytes(12).toString('base64url')}`;
    this.samples.push({ handle, type, bytes: body.length });
    return { status: 200, body: { h: handle } };
  }
}
