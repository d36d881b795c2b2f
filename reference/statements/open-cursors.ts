/** An execution of which its client may still hold the cursor. */
export interface HeldCursor {
  /** The client lets go of it. Further calls do nothing. */
  closeCursor(): void;
}

/**
 * The cursors of a prepared statement that its client holds open: those of its last execution. It lets go of
 * them when it executes the statement again, closes it, or ends its session.
 */
export class OpenCursors {
  private cursors: readonly HeldCursor[] = [];

  /** Begins an execution, which has a cursor for each row of parameters. */
  open(cursors: readonly HeldCursor[]): void {
    this.close();
    this.cursors = cursors;
  }

  close(): void {
    for (const cursor of this.cursors) {
      cursor.closeCursor();
    }
    this.cursors = [];
  }
}
