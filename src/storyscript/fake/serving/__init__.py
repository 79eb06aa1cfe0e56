"""The fake service on a real socket: HTTP and WebSocket on one port of the loopback."""
