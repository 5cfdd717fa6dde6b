"""The WebSocket of a workspace: frames, methods, runs' events, and who may open one."""
