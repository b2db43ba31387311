package org.ebpf4j;

import java.time.Duration;

/// What came of running a program.
///
/// @param returnValue what it returned, the last time
/// @param duration how long one run took, on average; zero for types of programs whose runs the
///   kernel does not measure
/// @param dataOut the packet as the program left it; nothing where it got none
/// @param contextOut the context as the program left it: for programs of the socket layer (`struct
///   __sk_buff`), of the type `syscall`, and those of XDP and socket lookup that were given one;
///   nothing for others
@SuppressWarnings("ArrayRecordComponent") // What the kernel gave, never compared.
public record RunResult(int returnValue, Duration duration, byte[] dataOut, byte[] contextOut) {
  /// Copies what can change.
  public RunResult {
    dataOut = dataOut.clone();
    contextOut = contextOut.clone();
  }

  @Override
  public byte[] dataOut() {
    return dataOut.clone();
  }

  @Override
  public byte[] contextOut() {
    return contextOut.clone();
  }
}
