/** The largest message that every client takes: the default of gRPC for Go and for Rust, in bytes. */
export const mostMessageBytes = 4 << 20;

/** About how many bytes a record batch has: what gRPC moves best. */
export const batchBytes = 1 << 20;
