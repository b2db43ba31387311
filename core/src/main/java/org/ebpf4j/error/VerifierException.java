package org.ebpf4j.error;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The kernel's verifier rejected a program. The message is the telling line of its log, with the
/// instruction and, where the object has line information, the line of C it came from; [#log()] is
/// the log.
public final class VerifierException extends KernelException {
  private static final long serialVersionUID = 1L;

  private final String program;
  private final int instruction;
  private final @Nullable String sourceLine;
  private final String log;

  /// The rejection of `program`; `instruction` is negative where the log names none.
  public VerifierException(
      String program,
      int errno,
      int instruction,
      @Nullable String sourceLine,
      String message,
      String log) {
    super("PROG_LOAD", errno, message);
    this.program = program;
    this.instruction = instruction;
    this.sourceLine = sourceLine;
    this.log = log;
  }

  /// The name of the rejected program.
  public String program() {
    return program;
  }

  /// The index (in 8-byte slots) of the instruction that the verifier was at, if its log says.
  public OptionalInt instruction() {
    return instruction < 0 ? OptionalInt.empty() : OptionalInt.of(instruction);
  }

  /// The source line of that instruction as `file:line text`, where the object has line
  /// information.
  public Optional<String> sourceLine() {
    return Optional.ofNullable(sourceLine);
  }

  /// The verifier's log: all of it up to 4 MB. Of a longer one it is the end, at least 1 MB; a
  /// kernel before 6.4 keeps the beginning instead.
  public String log() {
    return log;
  }
}
