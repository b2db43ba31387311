package org.ebpf4j.linux.machine;

/// One thing that was looked at.
///
/// @param topic what, such as `lockdown`
/// @param grade how it is
/// @param state how it is, in words
/// @param mend what to change, and how; empty where nothing is to be changed
public record Finding(String topic, Grade grade, String state, String mend) {
  /// How something is.
  public enum Grade {
    /// As it should be.
    GOOD,
    /// Something cannot be done, and most can.
    LIMITED,
    /// Programs cannot be loaded.
    BAD
  }

  static Finding good(String topic, String state) {
    return new Finding(topic, Grade.GOOD, state, "");
  }

  static Finding limited(String topic, String state, String mend) {
    return new Finding(topic, Grade.LIMITED, state, mend);
  }

  static Finding bad(String topic, String state, String mend) {
    return new Finding(topic, Grade.BAD, state, mend);
  }
}
