package org.ebpf4j.attach;

/// When a program runs that is attached to many functions at once.
public enum ProbeMode {
  /// At the entry of each function.
  ENTRY,
  /// At the return from each function.
  RETURN,
  /// At both; the entry may say that the return is of no interest.
  SESSION
}
