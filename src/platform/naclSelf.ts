(globalThis as unknown as { self: object }).self = globalThis;
