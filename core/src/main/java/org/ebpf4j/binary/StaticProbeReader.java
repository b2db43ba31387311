package org.ebpf4j.binary;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.elf.FileBytes;

/// Reads the notes of static probes, `.note.stapsdt`: three addresses (the probe, the section
/// `.stapsdt.base` when the file was linked, the semaphore) and three strings.
final class StaticProbeReader {
  private static final String SECTION = ".note.stapsdt";
  private static final String BASE = ".stapsdt.base";
  private static final String OWNER = "stapsdt\0";
  private static final int TYPE = 3;
  private static final int HEADER_SIZE = 12;
  private static final int ADDRESSES_SIZE = 24;

  private StaticProbeReader() {}

  static List<StaticProbe> read(Binary binary) {
    var section = binary.section(SECTION);
    if (section.isEmpty()) {
      return List.of();
    }
    var notes = binary.bytes(section.get());
    var found = new ArrayList<StaticProbe>();
    long at = 0;
    while (at + HEADER_SIZE <= notes.size()) {
      var nameSize = notes.u32(at);
      var size = notes.u32(at + 4);
      var type = notes.u32(at + 8);
      var body = at + HEADER_SIZE + aligned(nameSize);
      notes.check(at + HEADER_SIZE, aligned(nameSize), "the owner of a note");
      notes.check(body, size, "a note");
      if (type == TYPE && isOurs(notes, at + HEADER_SIZE, nameSize)) {
        found.add(probe(binary, notes.part(SECTION, body, size)));
      }
      at = body + aligned(size);
    }
    return found;
  }

  private static long aligned(long size) {
    return size + 3 & ~3L;
  }

  private static boolean isOurs(FileBytes notes, long at, long size) {
    if (size != OWNER.length()) {
      return false;
    }
    for (int i = 0; i < OWNER.length(); i++) {
      if (notes.u8(at + i) != OWNER.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static StaticProbe probe(Binary binary, FileBytes note) {
    note.check(0, ADDRESSES_SIZE, "the addresses of a static probe");
    // Tools that move the sections of a linked file do not change its notes.
    var linked = note.u64(8);
    var moved = linked == 0 ? 0 : binary.section(BASE).map(s -> s.address() - linked).orElse(0L);
    var provider = note.string(ADDRESSES_SIZE);
    var nameAt = ADDRESSES_SIZE + byteCount(note, ADDRESSES_SIZE);
    var name = note.string(nameAt);
    var argumentsAt = nameAt + byteCount(note, nameAt);
    var arguments = argumentsAt < note.size() ? note.string(argumentsAt) : "";
    var address = note.u64(0) + moved;
    var what = "the static probe " + provider + ":" + name;
    var offset =
        binary
            .fileOffset(address)
            .orElseThrow(() -> note.malformed(0, what + " is at an address that is not mapped"));
    var semaphore = note.u64(16);
    var semaphoreOffset =
        semaphore == 0
            ? 0
            : binary
                .fileOffset(semaphore + moved)
                .orElseThrow(
                    () -> note.malformed(16, "the semaphore of " + what + " is not in the file"));
    return new StaticProbe(provider, name, address, offset, semaphoreOffset, arguments);
  }

  /// The bytes of a string, its zero among them.
  private static int byteCount(FileBytes note, int at) {
    var end = at;
    while (note.u8(end) != 0) {
      end++;
    }
    return end + 1 - at;
  }
}
