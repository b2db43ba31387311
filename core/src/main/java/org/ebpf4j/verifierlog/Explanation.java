package org.ebpf4j.verifierlog;

import java.util.List;
import java.util.Optional;

/// Why the verifier rejected a program: the fault, what it is about, and how it came to it.
///
/// @param headline the line of the log that tells the fault; empty where the log has none
/// @param mend what usually mends it
/// @param reason the fault in the kernel's own sentences, which it has since 7.3
/// @param register the register whose value is at fault
/// @param at the instruction at fault
/// @param path what led there, the oldest first: where the register was set and changed, and the
///   conditions on the way. Of a long one, the oldest and the newest
/// @param omitted how many steps of the path are left out
/// @param whole whether the path goes back to where the value came from; not where the log was cut
///   before it
/// @param source the lines of C of the program, each once, by file and number; empty where it was
///   compiled without
public record Explanation(
    String headline,
    Optional<String> mend,
    Optional<String> reason,
    Optional<Register> register,
    Optional<Step> at,
    List<Step> path,
    int omitted,
    boolean whole,
    List<SourceLine> source) {
  public Explanation {
    path = List.copyOf(path);
    source = List.copyOf(source);
  }

  /// What was known of a register at the fault.
  ///
  /// @param name such as `r0`
  /// @param value what it is, in words; empty where the log does not say
  /// @param state the same as the log has it, such as `map_value_or_null(id=1,ks=4,vs=8)`
  public record Register(String name, String value, String state) {}

  /// What happens at a step.
  public enum Kind {
    /// The fault.
    FAULT,
    /// The value is set here: by a call, from memory, to a constant.
    ORIGIN,
    /// It is calculated further.
    CHANGE,
    /// It moves: to another register, onto the stack or from there, into a function or out of it.
    MOVE,
    /// A condition that holds on this path, or does not.
    CONDITION
  }

  /// An instruction on the path.
  ///
  /// @param kind what happens there
  /// @param instruction its place, in slots of 8 bytes from the start of the program
  /// @param text it as text, such as `(85) call bpf_map_lookup_elem#1`; may be empty
  /// @param note what happens there, in words
  /// @param line the line of C it came from
  public record Step(
      Kind kind, int instruction, String text, String note, Optional<SourceLine> line) {}

  /// The explanation as lines of text, the fault first and then what led there, the newest first;
  /// without headline and mend.
  public List<String> lines() {
    return ExplanationText.of(this);
  }

  /// The same with another mend.
  public Explanation withMend(Optional<String> other) {
    return new Explanation(headline, other, reason, register, at, path, omitted, whole, source);
  }

  /// The same without place and path, for a log that does not go as far as the fault.
  public Explanation withoutPlace() {
    return new Explanation(
        headline, mend, reason, Optional.empty(), Optional.empty(), List.of(), 0, false, source);
  }
}
