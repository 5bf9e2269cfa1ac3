import { WatcherError } from '../base/watcher-error.ts';
import { type Cidr, parseCidr } from '../net/cidr.ts';
import { type Address, parseAddress } from '../net/ip.ts';

/** A value that has the right JSON type but no meaning in AWS; the object that holds it becomes a gap. */
export class UnreadableFact extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableFact';
  }
}

/**
 * Reads one JSON object by AWS member names. A wrong JSON type is `bad-input` naming the path; a missing member that the meaning hangs on, or a
 * text that AWS could not have printed, is `UnreadableFact`.
 */
export class Fields {
  readonly path: string;
  private readonly raw: Readonly<Record<string, unknown>>;

  constructor(raw: unknown, path: string) {
    if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) throw wrongType(path, 'an object', raw);
    this.raw = raw as Record<string, unknown>;
    this.path = path;
  }

  /** Names of the members that are there. */
  keys(): readonly string[] {
    return Object.keys(this.raw).filter((name) => this.member(name) !== undefined);
  }

  /** Null counts as absent, as the AWS CLI prints it in places. */
  private member(name: string): unknown {
    const value = this.raw[name];
    return value === null ? undefined : value;
  }

  has(name: string): boolean {
    return this.member(name) !== undefined;
  }

  names(): string[] {
    return Object.keys(this.raw);
  }

  optionalText(name: string): string | undefined {
    const value = this.member(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(`${this.path}.${name}`, 'a string', value);
    return value;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.lacks(name);
  }

  /** The id of the object itself; without it nothing can be said, so its absence is bad input. */
  id(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '')
      throw new WatcherError('bad-input', `\`${this.path}.${name}\`: expected an id, got nothing`);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.member(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number') throw wrongType(`${this.path}.${name}`, 'a number', value);
    return value;
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? this.lacks(name);
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.member(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw wrongType(`${this.path}.${name}`, 'true or false', value);
    return value;
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.member(name);
    return value === undefined ? undefined : new Fields(value, `${this.path}.${name}`);
  }

  /** Undefined when the member is absent: whether that means "none" is for the kind to say. */
  optionalList<T>(name: string, read: (item: Fields) => T): readonly T[] | undefined {
    const value = this.member(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw wrongType(`${this.path}.${name}`, 'a list', value);
    return value.map((item, index) => read(new Fields(item, `${this.path}.${name}[${index}]`)));
  }

  /** A list that AWS always prints: its absence makes the object unreadable, never "none". */
  list<T>(name: string, read: (item: Fields) => T): readonly T[] {
    return this.optionalList(name, read) ?? this.lacks(name);
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.member(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw wrongType(`${this.path}.${name}`, 'a list', value);
    return value.map((item, index) => {
      if (typeof item !== 'string') throw wrongType(`${this.path}.${name}[${index}]`, 'a string', item);
      return item;
    });
  }

  /** Like `list`. */
  texts(name: string): readonly string[] {
    return this.optionalTexts(name) ?? this.lacks(name);
  }

  optionalCidr(name: string): Cidr | undefined {
    const text = this.optionalText(name);
    return text === undefined ? undefined : readCidr(text, `${this.path}.${name}`);
  }

  cidr(name: string): Cidr {
    return readCidr(this.text(name), `${this.path}.${name}`);
  }

  optionalAddress(name: string): Address | undefined {
    const text = this.optionalText(name);
    if (text === undefined || text === '') return undefined;
    const address = parseAddress(text);
    if (address === undefined) throw new UnreadableFact(`\`${this.path}.${name}\`: \`${text}\` is not an IP address`);
    return address;
  }

  private lacks(name: string): never {
    throw new UnreadableFact(`\`${this.path}\` has no \`${name}\``);
  }
}

function readCidr(text: string, path: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new UnreadableFact(`\`${path}\`: \`${text}\` is not a CIDR block`);
  return cidr;
}

export function wrongType(path: string, expected: string, value: unknown): WatcherError {
  const got =
    value === undefined
      ? 'nothing'
      : Array.isArray(value)
        ? 'a list'
        : value === null
          ? 'null'
          : typeof value === 'object'
            ? 'an object'
            : `${typeof value} ${JSON.stringify(value)}`;
  return new WatcherError('bad-input', `\`${path}\`: expected ${expected}, got ${got}`);
}

/** Tags as a plain record; absent tags are none. */
export function readTags(fields: Fields, member = 'Tags'): Readonly<Record<string, string>> {
  const pairs = fields.optionalList(member, (tag) => [tag.text('Key'), tag.optionalText('Value') ?? ''] as const);
  return Object.fromEntries(pairs ?? []);
}
