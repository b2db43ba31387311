package org.ebpf4j.cli.btf;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfRelocation;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.elf.WholeFile;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.MalformedObjectException;
import org.jspecify.annotations.Nullable;

/// A file that has types: an object file with a section of them, or BTF and nothing else.
final class BtfFile {
  private BtfFile() {}

  /// Reads the types. Those of a module that was built apart from its kernel bring what they name
  /// of the kernel's; without a base they continue that.
  ///
  /// @param base the file with the types that they continue, where they are split
  static Btf read(Path path, @Nullable Path base) {
    var bytes = bytes(path);
    var name = path.toString();
    if (starts(bytes, 0x9f, 0xeb)) {
      return read(FileBytes.of(name, bytes, ByteOrder.LITTLE_ENDIAN), base);
    }
    if (starts(bytes, 0xeb, 0x9f)) {
      return read(FileBytes.of(name, bytes, ByteOrder.BIG_ENDIAN), base);
    }
    if (!starts(bytes, 0x7f, 'E')) {
      throw new MalformedObjectException(name, "", 0, "neither an ELF file nor BTF");
    }
    var elf = ElfFile.read(name, bytes);
    var types =
        elf.section(".BTF")
            .orElseThrow(() ->
                new MalformedObjectException(
                    name, "", 0, "has no types: no section .BTF; compile with clang -g"))
            .data();
    var distilled = elf.section(".BTF.base");
    if (distilled.isEmpty()) {
      return read(types, base);
    }
    var split = Btf.readSplit(types, Btf.read(distilled.get().data()));
    return base == null ? split : BtfRelocation.relocate(split, read(base, null));
  }

  private static Btf read(FileBytes types, @Nullable Path base) {
    return base == null ? Btf.read(types) : Btf.readSplit(types, read(base, null));
  }

  private static byte[] bytes(Path path) {
    try {
      return WholeFile.read(path);
    } catch (IOException e) {
      throw FileError.of(path, "read", e);
    }
  }

  private static boolean starts(byte[] bytes, int first, int second) {
    return bytes.length >= 2 && bytes[0] == (byte) first && bytes[1] == (byte) second;
  }
}
