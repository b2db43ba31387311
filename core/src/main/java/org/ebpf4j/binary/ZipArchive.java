package org.ebpf4j.binary;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;

/// A zip archive as far as files are mapped straight out of it, as Android does with the libraries
/// of apps: which entries there are, and where their bytes begin. It never changes; any thread may
/// use it where its source takes that. Whoever opened the source closes it.
public final class ZipArchive {
  private static final int END_MAGIC = 0x06054b50;
  private static final int ENTRY_MAGIC = 0x02014b50;
  private static final int LOCAL_MAGIC = 0x04034b50;
  private static final int END_SIZE = 22;
  private static final int ENTRY_SIZE = 46;
  private static final int LOCAL_SIZE = 30;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int ENCRYPTED = 1;

  private final String file;
  private final ByteSource source;
  private final FileBytes directory;
  private final int count;

  /// An entry.
  ///
  /// @param name its path in the archive
  /// @param isStored whether its bytes are in the archive as they are, neither compressed nor
  ///   encrypted
  /// @param offset the byte of the archive that it begins with
  /// @param size its bytes in the archive
  public record Entry(String name, boolean isStored, long offset, long size) {}

  /// What the directory says of an entry.
  private record Listed(String name, boolean isStored, long header, long size) {}

  private ZipArchive(String file, ByteSource source) {
    this.file = file;
    this.source = source;
    if (source.size() < END_SIZE) {
      throw new MalformedObjectException(file, "", 0, "no zip archive: it is too short");
    }
    var tailSize = (int) Math.min(source.size(), END_SIZE + LONGEST_COMMENT);
    var tail = bytes(source.size() - tailSize, tailSize);
    var end = -1;
    for (int i = tailSize - END_SIZE; i >= 0 && end < 0; i--) {
      // The comment behind it reaches to the end of the file.
      if (tail.s32(i) == END_MAGIC && i + END_SIZE + tail.u16(i + 20) == tailSize) {
        end = i;
      }
    }
    if (end < 0) {
      throw new MalformedObjectException(
          file, "", source.size(), "no zip archive: it has no directory at its end");
    }
    count = tail.u16(end + 10);
    directory = bytes(tail.u32(end + 16), tail.u32(end + 12));
  }

  /// Reads the directory of an archive of less than 4 GB.
  ///
  /// @throws MalformedObjectException where it is no such archive
  public static ZipArchive read(String file, ByteSource source) {
    return new ZipArchive(file, source);
  }

  private FileBytes bytes(long offset, long size) {
    if (offset > source.size() || size > source.size() - offset || size > Integer.MAX_VALUE - 8) {
      throw new MalformedObjectException(
          file, "", offset, size + " bytes should be here, but the file has " + source.size());
    }
    return FileBytes.of(file, "", source.read(offset, (int) size), offset, ByteOrder.LITTLE_ENDIAN);
  }

  /// The paths of its entries, in the order of the directory.
  ///
  /// @throws MalformedObjectException where the directory is damaged
  public List<String> names() {
    return listed().stream().map(Listed::name).toList();
  }

  /// The entry with that path; empty where there is none.
  ///
  /// @throws MalformedObjectException where the directory or the entry is damaged
  public Optional<Entry> find(String name) {
    return listed().stream().filter(e -> e.name.equals(name)).findFirst().map(this::located);
  }

  private List<Listed> listed() {
    var found = new ArrayList<Listed>();
    long at = 0;
    for (int i = 0; i < count; i++) {
      directory.check(at, ENTRY_SIZE, "an entry of the directory");
      if (directory.s32(at) != ENTRY_MAGIC) {
        throw directory.malformed(at, "no entry of the directory, where one was expected");
      }
      var nameSize = directory.u16(at + 28);
      found.add(
          new Listed(
              new String(directory.copy(at + ENTRY_SIZE, nameSize), StandardCharsets.UTF_8),
              directory.u16(at + 10) == 0 && (directory.u16(at + 8) & ENCRYPTED) == 0,
              directory.u32(at + 42),
              directory.u32(at + 20)));
      at += ENTRY_SIZE + nameSize + directory.u16(at + 30) + directory.u16(at + 32);
    }
    return found;
  }

  /// The bytes of an entry follow a header of their own, whose names may be longer than those in
  /// the directory.
  private Entry located(Listed entry) {
    var header = bytes(entry.header, LOCAL_SIZE);
    if (header.s32(0) != LOCAL_MAGIC) {
      throw header.malformed(0, "no entry '" + entry.name + "', where one was expected");
    }
    var start = entry.header + LOCAL_SIZE + header.u16(26) + header.u16(28);
    if (start > source.size() || entry.size > source.size() - start) {
      throw header.malformed(0, "the entry '" + entry.name + "' is cut short");
    }
    return new Entry(entry.name, entry.isStored, start, entry.size);
  }
}
