package org.ebpf4j.verifierlog;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An instruction on the path to a fault.
final class PathStep {
  /// `(85) call bpf_map_lookup_elem#1`, and of a kernel function.
  private static final Pattern CALL = Pattern.compile("call (?:kernel-function )?(\\w+)#-?\\d+");

  private final int slot;
  private final String text;
  private final String state;
  private final int next;
  private final int depth;
  private final boolean resumed;
  private @Nullable SourceLine line;

  /// @param state what the log says of registers behind it
  /// @param next the instruction after it on the path; negative for the last
  /// @param depth how many calls deep it is, counted from where the walk back began
  /// @param resumed whether the other branch was followed before
  PathStep(int slot, String text, String state, int next, int depth, boolean resumed) {
    this.slot = slot;
    this.text = text;
    this.state = state;
    this.next = next;
    this.depth = depth;
    this.resumed = resumed;
  }

  int slot() {
    return slot;
  }

  /// `(85) call bpf_map_lookup_elem#1`.
  String text() {
    return text;
  }

  /// The helper, or the function of the kernel, that an instruction calls.
  static Optional<String> callee(String instruction) {
    var call = CALL.matcher(instruction);
    return call.find() ? Optional.of(call.group(1)) : Optional.empty();
  }

  /// The text without the operation code.
  String operation() {
    return text.length() > 5 && text.startsWith("(") ? text.substring(5) : text;
  }

  String state() {
    return state;
  }

  int depth() {
    return depth;
  }

  boolean resumed() {
    return resumed;
  }

  /// Whether it is a branch on a condition.
  boolean isCondition() {
    return operation().startsWith("if ");
  }

  /// Whether the condition held.
  boolean taken() {
    return next >= 0 && next != slot + 1;
  }

  /// The line of C as the log has it.
  @Nullable SourceLine line() {
    return line;
  }

  void setLine(SourceLine known) {
    this.line = known;
  }
}
