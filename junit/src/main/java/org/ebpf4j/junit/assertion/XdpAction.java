package org.ebpf4j.junit.assertion;

import java.util.Arrays;

/// What an XDP program says is to be done with a packet.
public enum XdpAction {
  /// Something went wrong: dropped, and traced.
  ABORTED(0),
  /// Dropped.
  DROP(1),
  /// Given to the network stack.
  PASS(2),
  /// Sent back from where it came.
  TX(3),
  /// Sent where the program said.
  REDIRECT(4);

  private final int number;

  XdpAction(int number) {
    this.number = number;
  }

  /// Its number.
  public int number() {
    return number;
  }

  /// As C writes it: `XDP_DROP`.
  @Override
  public String toString() {
    return "XDP_" + name();
  }

  static String describe(int number) {
    return Arrays.stream(values())
        .filter(a -> a.number == number)
        .findFirst()
        .map(a -> a + " (" + number + ")")
        .orElse(Integer.toString(number));
  }
}
