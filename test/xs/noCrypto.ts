// What tweetnacl finds on XS where Node has its "crypto" module: nothing, and so no random source of its own.
export {};
