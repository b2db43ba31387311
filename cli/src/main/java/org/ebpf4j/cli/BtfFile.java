package org.ebpf4j.cli;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.MalformedObjectException;
import org.jspecify.annotations.Nullable;

/// A file that has types: an object file with a section of them, or BTF and nothing else.
final class BtfFile {
  private BtfFile() {}

  /// Reads the types.
  ///
  /// @param base the file with the types that they continue, where they are split
  static Btf read(Path path, @Nullable Path base) {
    return base == null ? Btf.read(bytes(path)) : Btf.readSplit(bytes(path), read(base, null));
  }

  private static FileBytes bytes(Path path) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new BpfException(path + ": no such file", e);
    } catch (IOException e) {
      throw new BpfException(path + ": cannot be read: " + e.getMessage(), e);
    }
    var name = path.toString();
    if (starts(bytes, 0x9f, 0xeb)) {
      return FileBytes.of(name, bytes, ByteOrder.LITTLE_ENDIAN);
    }
    if (starts(bytes, 0xeb, 0x9f)) {
      return FileBytes.of(name, bytes, ByteOrder.BIG_ENDIAN);
    }
    if (!starts(bytes, 0x7f, 'E')) {
      throw new MalformedObjectException(name, "", 0, "neither an ELF file nor BTF");
    }
    return ElfFile.read(name, bytes)
        .section(".BTF")
        .orElseThrow(() ->
            new MalformedObjectException(
                name, "", 0, "has no types: no section .BTF; compile with clang -g"))
        .data();
  }

  private static boolean starts(byte[] bytes, int first, int second) {
    return bytes.length >= 2 && bytes[0] == (byte) first && bytes[1] == (byte) second;
  }
}
