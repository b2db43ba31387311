package org.ebpf4j.junit;

/// What a test does on Linux to reach a hook: starts a program, opens a file, sends a packet.
@FunctionalInterface
public interface LinuxAction {
  /// Does it.
  ///
  /// @throws Exception where it cannot; the test fails
  void perform() throws Exception;

  /// Nothing is known that reaches the hook: the test is skipped on Linux.
  final class None implements LinuxAction {
    /// For JUnit.
    public None() {}

    @Override
    public void perform() {
      throw new UnsupportedOperationException("nothing is said that reaches the hook on Linux");
    }
  }
}
