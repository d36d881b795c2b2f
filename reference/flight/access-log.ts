import { ResponderBuilder, ServerInterceptingCall, status as codes } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import type { Log } from '../log.js';

/** Logs every RPC when it ends: which, from whom, with what status, and how long it took. */
export function accessLog(log: Log): ServerInterceptor {
  return (method, call) => {
    const started = performance.now();
    const peer = call.getPeer();
    const responder = new ResponderBuilder()
      .withSendStatus((status, next) => {
        log.info('rpc', {
          method: method.path.slice(method.path.lastIndexOf('/') + 1),
          peer,
          status: codes[status.code],
          duration_ms: Math.round(performance.now() - started),
        });
        next(status);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}
