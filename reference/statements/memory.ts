/** A shared memory budget in bytes. */
export class Memory {
  private taken = 0;

  constructor(private readonly most: number) {}

  /** Reserves `bytes` if they fit. Returns whether they did. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.most) {
      return false;
    }
    this.taken += bytes;
    return true;
  }

  /** Whether more than half of it is free. */
  get isAmple(): boolean {
    return 2 * this.taken < this.most;
  }

  /** Reserves `bytes` even beyond the limit. */
  takeAnyway(bytes: number): void {
    this.taken += bytes;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}
