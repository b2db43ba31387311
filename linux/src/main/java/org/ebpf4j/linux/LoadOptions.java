package org.ebpf4j.linux;

/// How programs are loaded.
///
/// @param logLevel what the verifier is to write also where it accepts a program: 0 nothing, 1 the
///   paths it took, 2 every instruction, 4 only numbers (`BPF_LOG_*`); see
///   [LinuxProgram#verifierLog()]
public record LoadOptions(int logLevel) {
  /// Nothing is written where a program is accepted. Where it is rejected, the log is fetched all
  /// the same.
  public static final LoadOptions DEFAULT = new LoadOptions(0);

  /// @throws IllegalArgumentException for a level that the kernel does not have
  public LoadOptions {
    if (logLevel < 0 || logLevel > 7) {
      throw new IllegalArgumentException(
          "log levels go from 0 to 7 (1 paths, 2 all, 4 numbers), not " + logLevel);
    }
  }
}
