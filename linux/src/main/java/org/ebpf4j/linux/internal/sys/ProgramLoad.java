package org.ebpf4j.linux.internal.sys;

/// What `PROG_LOAD` is given.
///
/// @param type the number of the program type
/// @param instructions the instructions, in the machine's byte order
/// @param license the license
/// @param name at most 15 characters of `[A-Za-z0-9_.]`
/// @param kernelVersion for kernels before 5.0
/// @param flags `BPF_F_*`; that of a token is set with the token
/// @param expectedAttachType the number of the expected attach type, or 0
/// @param types the program's BTF
/// @param target what the program is made for, of the kernel's types or of another program
/// @param fdArray the descriptors that instructions name by their index, or none
/// @param tokenFd the descriptor of a token that stands for privileges, or 0
@SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
public record ProgramLoad(
    int type,
    byte[] instructions,
    String license,
    String name,
    int kernelVersion,
    int flags,
    int expectedAttachType,
    Types types,
    Target target,
    int[] fdArray,
    int tokenFd) {
  private static final int[] NO_DESCRIPTORS = {};

  /// The BTF of a program, and what it says of the program's instructions. Where the kernel knows
  /// only the beginning of each record, the rest is zeroed for it.
  ///
  /// @param fd the descriptor of the BTF, or 0
  /// @param functions records of functions, or none
  /// @param functionSize the bytes in one of them, at least 8
  /// @param lines records of lines, or none
  /// @param lineSize the bytes in one of them, at least 16
  public record Types(int fd, byte[] functions, int functionSize, byte[] lines, int lineSize) {
    /// No BTF.
    public static final Types NONE = new Types(0, new byte[0], 8, new byte[0], 16);

    /// Records of the usual sizes.
    public static Types of(int fd, byte[] functions, byte[] lines) {
      return new Types(fd, functions, 8, lines, 16);
    }
  }

  /// What a program is made for.
  ///
  /// @param typeId a function or type of the BTF behind `fd`, or 0
  /// @param fd the descriptor of a program or of a module's BTF; 0 for the kernel's own
  public record Target(int typeId, int fd) {
    /// Nothing.
    public static final Target NONE = new Target(0, 0);

    /// Whether it is nothing. Comparing records would be linked first, at the first load.
    boolean isNone() {
      return typeId == 0 && fd == 0;
    }
  }

  /// A program with nothing but what each has.
  public static ProgramLoad of(int type, byte[] instructions, String license, String name) {
    return new ProgramLoad(
        type, instructions, license, name, 0, 0, 0, Types.NONE, Target.NONE, NO_DESCRIPTORS, 0);
  }

  /// The same with other types.
  public ProgramLoad withTypes(Types other) {
    return new ProgramLoad(
        type,
        instructions,
        license,
        name,
        kernelVersion,
        flags,
        expectedAttachType,
        other,
        target,
        fdArray,
        tokenFd);
  }

  /// The same with another expected attach type.
  public ProgramLoad withAttachType(int other) {
    return new ProgramLoad(
        type,
        instructions,
        license,
        name,
        kernelVersion,
        flags,
        other,
        types,
        target,
        fdArray,
        tokenFd);
  }

  /// The same with another target.
  public ProgramLoad withTarget(Target other) {
    return new ProgramLoad(
        type,
        instructions,
        license,
        name,
        kernelVersion,
        flags,
        expectedAttachType,
        types,
        other,
        fdArray,
        tokenFd);
  }

  /// The same with another token.
  public ProgramLoad withToken(int other) {
    return new ProgramLoad(
        type,
        instructions,
        license,
        name,
        kernelVersion,
        flags,
        expectedAttachType,
        types,
        target,
        fdArray,
        other);
  }

  /// How much of a log is there.
  public enum Kept {
    ALL,
    BEGINNING,
    END
  }

  /// What came of it.
  ///
  /// @param result the program, or why not
  /// @param log the verifier's log; empty where none was asked for
  /// @param neededLogSize how large a buffer the whole log wants, where the kernel says (since
  ///   6.4), else 0
  /// @param kept how much of the log this is
  /// @param interruptions how often a signal broke off the verification
  public record Outcome(
      Result result, String log, long neededLogSize, Kept kept, int interruptions) {}
}
