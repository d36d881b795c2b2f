// Written by `npm run generate:flags`; the flags are declared in steps/runner/run-flags.ts.

/** The settings of `gizmosql-conformance run`, by the names of its flags in camel case. */
export interface RunOptions {
  /** a server that runs: grpc://host:port or grpc+tls://host:port */
  readonly endpoint?: string;
  /** a program to start, with arguments: "gizmosql_server -v" */
  readonly command?: string;
  /** a container image to start; --command is then a program in it */
  readonly image?: string;
  /** another argument for --command or --image */
  readonly argument?: readonly string[];
  /** a variable for --command or --image; NAME alone passes on your own */
  readonly env?: readonly string[];
  /** the licence file for a server that the suite starts */
  readonly license?: string;
  /** the user name of the admin, wherever the server comes from */
  readonly username?: string;
  /** nothing stands between the suite and --endpoint or --image: no mapped port, no TLS terminator, no proxy */
  readonly direct?: boolean;
  /** the catalog in which --endpoint keeps its records; other servers get a DuckLake of that name */
  readonly instrumentationCatalog?: string;
  /** a bootstrap token of the role admin */
  readonly adminTokenFile?: string;
  /** a bootstrap token of the role user */
  readonly userTokenFile?: string;
  /** a bootstrap token of the role readonly */
  readonly readonlyTokenFile?: string;
  /** an RSA key, PEM, with which to sign tokens for the roles */
  readonly tokenKey?: string;
  /** the issuer that the signed tokens name */
  readonly tokenIssuer?: string;
  /** the audience that the signed tokens name */
  readonly tokenAudience?: string;
  /** the certificate of the authority that signed the server's, PEM */
  readonly caCertificate?: string;
  /** the certificate that the suite shows to the server, PEM */
  readonly clientCertificate?: string;
  /** the key of the client certificate, PEM */
  readonly clientKey?: string;
  /** do not check the server's certificate */
  readonly skipVerify?: boolean;
  /** only these requirements: ids, or the beginning of some; id/3 is the third scenario of one */
  readonly only?: readonly string[];
  /** the revision or release of GizmoSQL to hold it to; auto: that of the server's own version: auto unless given */
  readonly spec?: string;
  /** repeat the order and the values of an earlier run */
  readonly seed?: number;
  /** how many scenarios run at a time: 2 unless given */
  readonly parallel?: number;
  /** how long the server may take to answer a call: 30 unless given */
  readonly timeout?: number;
  /** how long a record may take to become visible: 10 unless given */
  readonly visibility?: number;
  /** how many generated cases each property tries: 30 unless given */
  readonly propertyRuns?: number;
  /** stop at the first failure; such a run is incomplete */
  readonly failFast?: boolean;
  /** what cannot be tested counts as a failure */
  readonly strict?: boolean;
  /** ids that may fail, one a line, # begins a comment; they are still run */
  readonly knownFailures?: string;
  /** ids that may fail or pass, in the same form */
  readonly flaky?: string;
  /** where the reports go: reports/out unless given */
  readonly report?: string;
}
