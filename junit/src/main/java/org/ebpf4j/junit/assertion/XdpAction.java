package org.ebpf4j.junit.assertion;

/// What an XDP program says is to be done with a packet, in the order of their numbers.
public enum XdpAction {
  /// Something went wrong: dropped, and traced.
  ABORTED,
  /// Dropped.
  DROP,
  /// Given to the network stack.
  PASS,
  /// Sent back from where it came.
  TX,
  /// Sent where the program said.
  REDIRECT;

  /// As C writes it: `XDP_DROP`.
  @Override
  public String toString() {
    return "XDP_" + name();
  }

  static String describe(int number) {
    return number >= 0 && number < values().length
        ? values()[number] + " (" + number + ")"
        : Integer.toString(number);
  }
}
