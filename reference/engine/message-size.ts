/** The largest message in bytes that every client accepts: gRPC's default for Go and Rust. */
export const mostMessageBytes = 4 << 20;

/** The target size of a record batch in bytes, which is efficient for gRPC. */
export const batchBytes = 1 << 20;
