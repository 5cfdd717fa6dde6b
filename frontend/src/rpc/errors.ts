// Faults of a call, told apart by their code.

export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** The connection went away before the answer came: nobody knows whether the call was followed. */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection was lost before the answer came.');
  }
}

export class CallTimeout extends Error {
  constructor(method: string) {
    super(`The server did not answer in time (${method}).`);
  }
}

/** The caller lost interest. */
export class Cancelled extends Error {
  constructor() {
    super('The question was taken back.');
  }
}
