/** What this browser keeps for one site. Where storage is closed to us it lasts as long as the page. */
export interface Storage {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  remove(key: string): void;
  keys(prefix: string): string[];
  /** Whether things outlast the page. */
  readonly permitted: boolean;
  /** The visitor agreed: from now on things outlast the page. */
  permit(): void;
}

/** `permitted`: false while nothing may outlast the page. What was kept before is read all the same. */
export function openStorage(siteKey: string, permitted: boolean): Storage {
  const prefix = `parley.${siteKey}.`;
  const memory = new Map<string, string>();
  const lasting = safe(() => {
    const probe = `${prefix}probe`;
    localStorage.setItem(probe, '');
    localStorage.removeItem(probe);
    return localStorage;
  });
  let may = permitted;
  const keep = (key: string, text: string) =>
    safe(() => {
      lasting?.setItem(prefix + key, text);
      return lasting !== undefined;
    });
  const read = (key: string) => memory.get(key) ?? lasting?.getItem(prefix + key) ?? undefined;
  return {
    get<T>(key: string) {
      const text = read(key);
      return text === undefined ? undefined : safe(() => JSON.parse(text) as T);
    },
    set(key, value) {
      const text = JSON.stringify(value);
      // Full: it lasts as long as the page.
      if (!may || !lasting || !keep(key, text)) memory.set(key, text);
      else memory.delete(key);
    },
    remove(key) {
      memory.delete(key);
      lasting?.removeItem(prefix + key);
    },
    get permitted() {
      return may;
    },
    keys(start) {
      const all = new Set(memory.keys());
      for (const key of Object.keys(lasting ?? {}))
        if (key.startsWith(prefix)) all.add(key.slice(prefix.length));
      return [...all].filter((key) => key.startsWith(start));
    },
    permit() {
      may = true;
      for (const [key, text] of [...memory]) {
        if (keep(key, text)) memory.delete(key);
      }
    },
  };
}

function safe<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
