/** An amount of memory that several share: bytes that are taken, and given back. */
export class Memory {
  private taken = 0;

  constructor(private readonly most: number) {}

  /** Takes `bytes` if there is room for them, and says whether there was. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.most) {
      return false;
    }
    this.taken += bytes;
    return true;
  }

  /** Takes them, room or no room. */
  takeAnyway(bytes: number): void {
    this.taken += bytes;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}
