/** Milliseconds before an idle socket is closed: less than the 5 seconds of Node's `server.keepAliveTimeout`. */
export const IDLE_SOCKET_TIMEOUT = 4_000;
