package org.ebpf4j.binary;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;

/// The cache of the dynamic linker, `/etc/ld.so.cache`: where libraries are, by their names. It is
/// the format of glibc since 2.32, or an older one with that behind it. Its functions are pure, and
/// any thread may call them.
public final class LibraryCache {
  private static final String MAGIC = "glibc-ld.so.cache1.1";
  private static final String OLD_MAGIC = "ld.so-1.7.0";
  private static final int OLD_HEADER = 16;
  private static final int OLD_ENTRY = 12;
  private static final int HEADER = 48;
  private static final int ENTRY = 24;

  /// A library for programs of glibc, of 64 bits: the flags that say so for each machine.
  private static final int X86_64 = 0x0303;

  private static final int AARCH64 = 0x0a03;

  private LibraryCache() {}

  private record Found(String name, String path, boolean isPlain) {}

  /// The paths of a library, the one for any processor of the machine first; none where the cache
  /// has no such library.
  ///
  /// @param cache the bytes of the cache
  /// @param machine the machine, such as [Binary#X86_64]
  /// @param name the library, as `libc.so.6`
  /// @throws MalformedObjectException where it is no such cache, or damaged
  public static List<String> find(FileBytes cache, int machine, String name) {
    return entries(cache, machine).stream()
        .filter(e -> e.name.equals(name))
        .sorted((a, b) -> Boolean.compare(b.isPlain, a.isPlain))
        .map(Found::path)
        .toList();
  }

  /// The names of the libraries in it.
  ///
  /// @throws MalformedObjectException where it is no such cache, or damaged
  public static List<String> names(FileBytes cache, int machine) {
    return entries(cache, machine).stream().map(Found::name).distinct().toList();
  }

  private static boolean begins(FileBytes cache, long at, String magic) {
    if (at + magic.length() > cache.size()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if (cache.u8(at + i) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static List<Found> entries(FileBytes cache, int machine) {
    long start = 0;
    if (begins(cache, 0, OLD_MAGIC)) {
      start = OLD_HEADER + cache.u32(12) * OLD_ENTRY + 7 & ~7L;
    }
    if (!begins(cache, start, MAGIC)) {
      throw cache.malformed(start, "not a cache of the dynamic linker: no '" + MAGIC + "'");
    }
    var wanted =
        switch (machine) {
          case Binary.X86_64 -> X86_64;
          case Binary.AARCH64 -> AARCH64;
          default -> throw new IllegalArgumentException("no machine of 64 bits: " + machine);
        };
    var count = cache.u32(start + 20);
    cache.check(start + HEADER, count * ENTRY, "the entries");
    var found = new ArrayList<Found>();
    long length = 0;
    for (int i = 0; i < count; i++) {
      var at = start + HEADER + (long) i * ENTRY;
      if (cache.s32(at) == wanted) {
        var name = cache.string(start + cache.u32(at + 4));
        var path = cache.string(start + cache.u32(at + 8));
        length += name.length() + path.length();
        if (length > 16L * cache.size()) {
          throw cache.malformed(at, "the names overlap");
        }
        found.add(new Found(name, path, cache.u64(at + 16) == 0));
      }
    }
    return found;
  }
}
