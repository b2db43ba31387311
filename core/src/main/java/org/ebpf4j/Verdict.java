package org.ebpf4j;

import java.time.Duration;
import java.util.Optional;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.verifierlog.Explanation;

/// What the kernel says of one program of an object, loaded by itself.
///
/// @param program the name of the program; empty where the object could not be opened
/// @param section its section
/// @param type its type, where its section says
/// @param outcome whether it loads
/// @param stage how far it came
/// @param errno the kernel's error number, or 0
/// @param message why it does not load; empty where it does
/// @param log the verifier's log of a program that was rejected
/// @param processed how many instructions the verifier looked at, or -1 where it does not say
/// @param states how many states it kept in all, or -1 where it does not say
/// @param tag the kernel's name for the instructions; empty where it was not loaded
/// @param code the instructions as they were handed to the kernel; empty where it did not come so
///   far
/// @param time how long it took
/// @param explanation why the verifier rejected it, read out of the log
public record Verdict(
    String program,
    String section,
    Optional<ProgramType> type,
    Outcome outcome,
    Stage stage,
    int errno,
    String message,
    String log,
    long processed,
    long states,
    String tag,
    Optional<Code> code,
    Duration time,
    Optional<Explanation> explanation) {
  /// A verdict without an explanation.
  public Verdict(
      String program,
      String section,
      Optional<ProgramType> type,
      Outcome outcome,
      Stage stage,
      int errno,
      String message,
      String log,
      long processed,
      long states,
      String tag,
      Optional<Code> code,
      Duration time) {
    this(
        program,
        section,
        type,
        outcome,
        stage,
        errno,
        message,
        log,
        processed,
        states,
        tag,
        code,
        time,
        Optional.empty());
  }

  /// The same with the reading of its log.
  public Verdict withExplanation(Explanation found) {
    return new Verdict(
        program,
        section,
        type,
        outcome,
        stage,
        errno,
        message,
        log,
        processed,
        states,
        tag,
        code,
        time,
        Optional.of(found));
  }

  /// Whether a program loads.
  public enum Outcome {
    /// It does.
    OK,
    /// The kernel, having seen all of it, says no.
    REJECTED,
    /// It did not come before the kernel's verifier.
    ERROR
  }

  /// The steps to a loaded program.
  public enum Stage {
    OPEN,
    RELOCATE,
    MAPS,
    LOAD
  }

  /// Instructions as they were handed to the kernel.
  ///
  /// @param count how many there are, in slots of 8 bytes
  /// @param hash FNV-1a over all bytes, 64 bits, where the descriptors of maps count as zero
  public record Code(int count, long hash) {}
}
