import {
  ResponderBuilder,
  ServerInterceptingCall,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import type { Log } from '../log.js';

/** Logs every RPC when it ends: method, peer, status and duration. */
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
    // No status is sent if the client cancels the call or disconnects.
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
