package org.ebpf4j.btf;

import org.ebpf4j.elf.FileBytes;
import org.jspecify.annotations.Nullable;

/// The strings of one BTF. Those of split BTF continue those of its base: an offset below `start`
/// is one of the base's. Strings are hashed and compared where they stand, without copies.
///
/// @param area the bytes, of which the last is zero
/// @param start the offset of the first byte of `area`
/// @param base the strings below
record Strings(FileBytes area, long start, @Nullable Strings base) {

  /// One more than the highest offset.
  long end() {
    return start + area.size();
  }

  private Strings holder(long offset) {
    var strings = this;
    while (offset < strings.start && strings.base != null) {
      strings = strings.base;
    }
    return strings;
  }

  String at(long offset) {
    var holder = holder(offset);
    return holder.area.string(offset - holder.start);
  }

  /// How many bytes the longest string has, of the base's too.
  int longest() {
    var longest = base == null ? 0 : base.longest();
    var from = 0;
    var bytes = area.copy();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        longest = Math.max(longest, i - from);
        from = i + 1;
      }
    }
    return longest;
  }

  /// How many bytes the string has before its zero byte.
  int length(long offset) {
    var holder = holder(offset);
    var from = offset - holder.start;
    var at = from;
    while (holder.area.u8(at) != 0) {
      at++;
    }
    return (int) (at - from);
  }

  /// How many of the `length` bytes of a string stand before its flavour.
  int essentialLength(long offset, int length) {
    var holder = holder(offset);
    var from = offset - holder.start;
    for (int i = length - 5; i >= 0; i--) {
      if (holder.area.u8(from + i + 2) == '_'
          && holder.area.u8(from + i + 1) == '_'
          && holder.area.u8(from + i + 3) == '_'
          && holder.area.u8(from + i) != '_'
          && holder.area.u8(from + i + 4) != '_') {
        return i + 1;
      }
    }
    return length;
  }

  /// Reads a string once: its length and the hash of what stands before its flavour, for
  /// [#lengthOf(long)] and [#hashOf(long)].
  long scan(long offset) {
    var holder = holder(offset);
    var from = offset - holder.start;
    var hash = 0;
    var essential = 0;
    var flavoured = false;
    var underscores = 0;
    var before = 0;
    var at = from;
    for (int c = holder.area.u8(at); c != 0; c = holder.area.u8(++at)) {
      if (c == '_') {
        before = underscores == 0 ? hash : before;
        underscores++;
      } else {
        if (underscores == 3 && at - from > 3) {
          essential = before;
          flavoured = true;
        }
        underscores = 0;
      }
      hash = 31 * hash + c;
    }
    return (at - from) << 32 | Integer.toUnsignedLong(flavoured ? essential : hash);
  }

  /// The hash of a name without flavour.
  static int hash(byte[] text) {
    var hash = 0;
    for (int i = 0; i < text.length; i++) {
      hash = 31 * hash + Byte.toUnsignedInt(text[i]);
    }
    return hash;
  }

  /// Whether the string begins with those bytes.
  boolean startsWith(long offset, byte[] text) {
    var holder = holder(offset);
    var from = offset - holder.start;
    if (text.length >= holder.area.size() - from) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (holder.area.u8(from + i) != Byte.toUnsignedInt(text[i])) {
        return false;
      }
    }
    return true;
  }

  static int lengthOf(long scan) {
    return (int) (scan >>> 32);
  }

  static int hashOf(long scan) {
    return (int) scan;
  }
}
