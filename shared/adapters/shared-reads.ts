/** What one batch has read: every key once. It lives no longer than the batch, so nothing older is ever handed out. */
export class SharedReads<T> {
  private readonly kept = new Map<string, Promise<T>>();

  /** What was read under the key, by the first who asks. What does not count as read (`isRead`) is read again by the next. */
  async once(key: string, read: () => Promise<T>, isRead: (value: T) => boolean): Promise<T> {
    const earlier = this.kept.get(key);
    if (earlier) {
      const value = await earlier;
      if (isRead(value)) return value;
    }
    return this.anew(key, read);
  }

  /** Reads it whatever is known, for everybody who asks later. */
  anew(key: string, read: () => Promise<T>): Promise<T> {
    const reading = read();
    this.kept.set(key, reading);
    return reading;
  }
}
