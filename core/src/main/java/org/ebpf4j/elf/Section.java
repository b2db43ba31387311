package org.ebpf4j.elf;

/// One section of an ELF file.
///
/// @param index its place in the section header table
/// @param name its name
/// @param type `sh_type`, such as [ElfFile#SHT_PROGBITS]
/// @param flags `sh_flags`
/// @param size its size in bytes; for [ElfFile#SHT_NOBITS] more than `data` holds
/// @param link `sh_link`
/// @param info `sh_info`
/// @param alignment `sh_addralign`
/// @param entrySize `sh_entsize`
/// @param data its bytes; none for [ElfFile#SHT_NOBITS]
public record Section(
    int index,
    String name,
    int type,
    long flags,
    long size,
    int link,
    int info,
    long alignment,
    long entrySize,
    FileBytes data) {

  /// Whether the section holds instructions.
  public boolean executable() {
    return (flags & ElfFile.SHF_EXECINSTR) != 0;
  }
}
