package org.ebpf4j.linux.internal.sys;

/// What `PROG_LOAD` is given.
///
/// @param type the number of the program type
/// @param instructions the instructions, in the machine's byte order
/// @param license the license
/// @param name at most 15 characters of `[A-Za-z0-9_.]`
/// @param kernelVersion for kernels before 5.0
/// @param flags `BPF_F_*`
/// @param expectedAttachType the number of the expected attach type, or 0
/// @param typesFd the descriptor of the program's BTF, or 0
/// @param functionInfo records of 8 bytes, or none
/// @param lineInfo records of 16 bytes, or none
@SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
public record ProgramLoad(
    int type,
    byte[] instructions,
    String license,
    String name,
    int kernelVersion,
    int flags,
    int expectedAttachType,
    int typesFd,
    byte[] functionInfo,
    byte[] lineInfo) {
  /// The same without BTF.
  public ProgramLoad withoutTypes() {
    return new ProgramLoad(
        type,
        instructions,
        license,
        name,
        kernelVersion,
        flags,
        expectedAttachType,
        0,
        new byte[0],
        new byte[0]);
  }

  /// What came of it.
  ///
  /// @param result the program, or why not
  /// @param log the verifier's log; empty where none was asked for
  /// @param neededLogSize how large a buffer the whole log wants, where the kernel says (since
  ///   6.4), else 0
  /// @param interruptions how often a signal broke off the verification
  public record Outcome(Result result, String log, long neededLogSize, int interruptions) {}
}
