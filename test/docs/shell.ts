/** The commands of a block of shell, each as its words: quotes resolved, variables filled in. */
export function commandsOf(text: string, variables: Record<string, string>): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\' && text[i + 1] === '\n') {
      endWord();
      i++;
    } else if (c === '\n') endCommand();
    else if (c === ' ') endWord();
    else if (c === '#' && word === undefined) {
      i = text.indexOf('\n', i) - 1;
    } else if (c === "'" || c === '"') {
      const quoted = quotedAt(text, i, variables);
      word = (word ?? '') + quoted.text;
      i = quoted.end;
    } else if (c === '$') {
      const name = nameAt(text, i + 1);
      word = (word ?? '') + exported(name, variables);
      i += name.length;
    } else word = (word ?? '') + c;
  }
  endCommand();
  return commands;
}

function quotedAt(text: string, from: number, variables: Record<string, string>) {
  const quote = text[from]!;
  let said = '';
  for (let i = from + 1; i < text.length; i++) {
    const c = text[i]!;
    if (c === quote) return { text: said, end: i };
    if (quote === '"' && c === '\\') said += text[++i];
    else if (quote === '"' && c === '$') {
      const name = nameAt(text, i + 1);
      said += exported(name, variables);
      i += name.length;
    } else said += c;
  }
  throw new Error(`a quote does not end: ${text.slice(from, from + 40)}`);
}

function nameAt(text: string, from: number): string {
  const name = /^[A-Z_][A-Z0-9_]*/.exec(text.slice(from))?.[0];
  if (!name) throw new Error(`what follows the dollar is not understood: ${text.slice(from, from + 20)}`);
  return name;
}

function exported(name: string, variables: Record<string, string>): string {
  const value = variables[name];
  if (value === undefined) throw new Error(`${name} was not exported`);
  return value;
}

/** A request as curl would make it. Throws for options that the documentation has no need of. */
export function requestOf([command, ...words]: string[]): { url: string; init: RequestInit } {
  if (command !== 'curl') throw new Error(`${command} is not curl`);
  const headers = new Headers();
  const urls: string[] = [];
  let body: string | undefined;
  let method: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '-s') continue;
    if (word === '-H') {
      const header = words[++i]!;
      headers.set(header.slice(0, header.indexOf(':')), header.slice(header.indexOf(':') + 1).trim());
    } else if (word === '-d') body = words[++i]!;
    else if (word === '-X') method = words[++i]!;
    else if (word.startsWith('-')) throw new Error(`curl ${word} is not understood here`);
    else urls.push(word);
  }
  const [url] = urls;
  if (url === undefined || urls.length > 1)
    throw new Error(`one address, not ${urls.length}: ${words.join(' ')}`);
  if (body !== undefined && !headers.has('content-type'))
    headers.set('content-type', 'application/x-www-form-urlencoded');
  method ??= body === undefined ? 'GET' : 'POST';
  return { url, init: { method, headers, ...(body !== undefined && { body }) } };
}
