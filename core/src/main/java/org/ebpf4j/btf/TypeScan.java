package org.ebpf4j.btf;

import java.util.Arrays;
import org.ebpf4j.elf.FileBytes;

/// Finds where each type of one BTF stands, and checks that it is whole. A kernel has a hundred
/// thousand types: what is done for each is done in small methods on plain numbers, which a JVM
/// that has just started compiles first.
///
/// @param types the area of the types
/// @param sizes how large the types of kinds are that are not known here, by kind; may be empty
record TypeScan(FileBytes types, FileBytes sizes) {
  /// Where each type stands.
  ///
  /// @param words the types by words
  /// @param firstId the id of the first
  int[] offsets(int[] words, int firstId) {
    var found = new int[Math.max(16, types.size() / 32)];
    var count = 0;
    var at = 0;
    while (at < types.size()) {
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = at;
      at = next(words, at, firstId + count - 1);
    }
    return Arrays.copyOf(found, count);
  }

  /// Where the type after that at `at` stands.
  private int next(int[] words, int at, int id) {
    if (types.size() - at < Btf.TYPE_SIZE) {
      types.check(at, Btf.TYPE_SIZE, "a type");
    }
    var size = size(words[at / 4 + 1], at, id);
    if (size > types.size() - at) {
      types.check(at, size, "BTF type " + id);
    }
    return at + (int) size;
  }

  /// How many bytes the type at `at` takes, whose second word is `info`.
  long size(int info, int at, int id) {
    var kind = Btf.kindOf(info);
    if (Kind.known(kind)) {
      return Btf.TYPE_SIZE
          + Kind.fixedSize(kind)
          + (long) Kind.elementSize(kind) * Btf.countOf(info);
    }
    if (4 * kind >= sizes.size()) {
      throw types.malformed(at + 4, "BTF type " + id + " is of unknown kind " + kind);
    }
    var fixed = sizes.u8(4L * kind);
    var element = sizes.u8(4L * kind + 1);
    if (fixed % 4 != 0 || element % 4 != 0) {
      throw sizes.malformed(
          4L * kind, "kind " + kind + " has sizes that are no multiples of 4, in BTF");
    }
    return Btf.TYPE_SIZE + fixed + (long) element * Btf.countOf(info);
  }
}
