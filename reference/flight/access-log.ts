import {
  ResponderBuilder,
  ServerInterceptingCall,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import type { Log } from '../log.js';

/** Logs every RPC when it ends: which, from whom, with what status, and how long it took. */
export function accessLog(log: Log): ServerInterceptor {
  return (method, call) => {
    const started = performance.now();
    const peer = call.getPeer();
    let ended = false;
    const end = (code: status) => {
      if (!ended) {
        ended = true;
        log.info('rpc', {
          method: method.path.slice(method.path.lastIndexOf('/') + 1),
          peer,
          status: status[code],
          duration_ms: Math.round(performance.now() - started),
        });
      }
    };
    // A client that gives its call up, or its connection, is sent no status.
    const listener = new ServerListenerBuilder()
      .withOnCancel(() => {
        end(status.CANCELLED);
      })
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => {
        next(listener);
      })
      .withSendStatus((sent, next) => {
        end(sent.code);
        next(sent);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}
