package org.ebpf4j.load;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.elf.SectionFinder;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.MalformedObjectException;

/// A file with the types of a kernel. Any thread may read one.
public final class TypesFile {
  private static final int MAGIC = 0xeb9f;

  private TypesFile() {}

  /// The types in a file, which is BTF and nothing else, or an ELF file of any machine with a
  /// section `.BTF`.
  ///
  /// @throws MalformedObjectException where it is neither
  /// @throws BpfException where it cannot be read
  public static Btf read(Path file) {
    try (var channel = Files.newByteChannel(file)) {
      if (isBtf(channel)) {
        // A channel would read into memory of its own first, and then copy.
        try (var stream = new FileInputStream(file.toFile())) {
          return Btf.read(file.toString(), stream.readAllBytes());
        }
      }
      return Btf.read(
          SectionFinder.find(file.toString(), channel, ".BTF")
              .orElseThrow(() -> withoutTypes(file)));
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  /// Looks whether there are types in a file, without reading them.
  ///
  /// @throws MalformedObjectException where there are none
  /// @throws BpfException where it cannot be read
  public static void check(Path file) {
    try (var channel = Files.newByteChannel(file)) {
      if (!isBtf(channel) && SectionFinder.find(file.toString(), channel, ".BTF").isEmpty()) {
        throw withoutTypes(file);
      }
    } catch (MalformedObjectException e) {
      var none =
          new MalformedObjectException(
              file.toString(),
              "",
              e.offset(),
              "no types: neither BTF nor an ELF file with a section .BTF",
              "name a file such as /sys/kernel/btf/vmlinux, or one that 'btf min' wrote");
      none.initCause(e);
      throw none;
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  private static MalformedObjectException withoutTypes(Path file) {
    return new MalformedObjectException(
        file.toString(), "", 0, "an ELF file without a section .BTF");
  }

  private static boolean isBtf(SeekableByteChannel channel) throws IOException {
    var start = ByteBuffer.allocate(2);
    while (start.hasRemaining()) {
      if (channel.read(start) < 0) {
        return false;
      }
    }
    var bytes = FileBytes.of("", start.array(), ByteOrder.LITTLE_ENDIAN);
    return bytes.u16(0) == MAGIC
        || bytes.u16(0) == Short.toUnsignedInt(Short.reverseBytes((short) MAGIC));
  }
}
