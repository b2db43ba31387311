package org.ebpf4j.elf;

/// One relocation: what is at `offset` of the section it applies to refers to a symbol.
///
/// @param offset bytes from the start of the section that is patched
/// @param type one of `R_BPF_*` (LLVM's `ELFRelocs/BPF.def`)
/// @param symbol the index of the symbol
/// @param fileOffset where the entry stands in the file, for messages
public record Relocation(long offset, int type, int symbol, long fileOffset) {
  /// A 64-bit immediate load (`R_BPF_64_64`).
  public static final int LOAD_64 = 1;

  /// 64 bits of data (`R_BPF_64_ABS64`).
  public static final int DATA_64 = 2;

  /// 32 bits of data (`R_BPF_64_ABS32`).
  public static final int DATA_32 = 3;

  /// A call (`R_BPF_64_32`).
  public static final int CALL_32 = 10;
}
