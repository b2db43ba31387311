package org.ebpf4j.junit.assertion;

import java.util.Arrays;

/// What a program of traffic control says is to be done with a packet.
public enum TcAction {
  /// What comes next decides.
  UNSPEC(-1),
  /// Goes on.
  OK(0),
  /// Is classified again.
  RECLASSIFY(1),
  /// Dropped.
  SHOT(2),
  /// Goes on to the next action.
  PIPE(3),
  /// Taken over.
  STOLEN(4),
  /// Queued.
  QUEUED(5),
  /// Begins anew.
  REPEAT(6),
  /// Sent where the program said.
  REDIRECT(7),
  /// Sent to where it was trapped for.
  TRAP(8);

  private final int number;

  TcAction(int number) {
    this.number = number;
  }

  /// Its number.
  public int number() {
    return number;
  }

  /// As C writes it: `TC_ACT_SHOT`.
  @Override
  public String toString() {
    return "TC_ACT_" + name();
  }

  static String describe(int number) {
    return Arrays.stream(values())
        .filter(a -> a.number == number)
        .findFirst()
        .map(a -> a + " (" + number + ")")
        .orElse(Integer.toString(number));
  }
}
