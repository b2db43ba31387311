package org.ebpf4j.verifier.internal.call;

/// What a function of the kernel does with memory that it is given.
enum Access {
  READ,
  WRITE,
  /// It writes all of it, so that nothing has to be there before.
  FILL
}
