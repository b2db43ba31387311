package org.ebpf4j.btf;

import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.jspecify.annotations.Nullable;

/// Checks that the ids and strings that the types of one BTF name are there, by small methods on
/// plain numbers, as [TypeScan] does.
final class ReferenceCheck {
  private final Btf btf;
  private final FileBytes types;
  private final Strings strings;
  private final int[] words;

  /// One more than the highest id.
  private final int ids;

  private final long endOfStrings;

  /// How much text may be named, where that has to be counted.
  private final @Nullable StringBudget budget;

  /// @param btf one whose types are found
  /// @param words its types
  /// @param size how many bytes the whole of it has
  ReferenceCheck(Btf btf, int[] words, long size) {
    this.btf = btf;
    this.types = btf.types();
    this.strings = btf.strings();
    this.words = words;
    this.ids = btf.typeCount();
    this.endOfStrings = strings.end();
    this.budget = budget(size);
  }

  /// No string of a real file is so long that its names must be counted: each takes 8 bytes at
  /// least.
  private @Nullable StringBudget budget(long size) {
    var most = types.size() / 8 * (long) strings.longest();
    return most <= StringBudget.limit(size) ? null : new StringBudget(size);
  }

  /// Checks all types.
  ///
  /// @param offsets where they stand
  void all(int[] offsets) {
    for (int i = 0; i < offsets.length; i++) {
      type(offsets[i] / 4, btf.firstId() + i);
    }
  }

  private void type(int at, int id) {
    string(at);
    var kind = Btf.kindOf(words[at + 1]);
    if (!Kind.known(kind)) {
      return;
    }
    if (Kind.hasTarget(kind)) {
      id(at + 2, id);
    }
    if (kind == Kind.FUNCTION && btf.kind(words[at + 2]) != Kind.PROTOTYPE) {
      throw types.malformed(4L * at + 8, "BTF type " + id + " is a function without a prototype");
    }
    var first = at + Btf.TYPE_SIZE / 4;
    var size = Kind.elementSize(kind) / 4;
    if (size > 0) {
      elements(first, id, kind);
    } else {
      for (int w = 0; w < Kind.fixedSize(kind) / 4; w++) {
        if (Kind.isId(kind, w)) {
          id(first + w, id);
        }
      }
    }
  }

  private void elements(int first, int id, int kind) {
    var size = Kind.elementSize(kind) / 4;
    var end = first + size * Btf.countOf(words[first - 2]);
    var named = Kind.hasNamedElements(kind);
    var reference = Kind.isId(kind, 0) ? 0 : Kind.isId(kind, 1) ? 1 : -1;
    for (int element = first; element < end; element += size) {
      if (named) {
        string(element);
      }
      if (reference >= 0) {
        id(element + reference, id);
        if (kind == Kind.DATA_SECTION && budget != null) {
          // Its variables are told by their names.
          var name = btf.nameOffset(words[element + reference]);
          budget.take(strings.length(name), types, 4L * element);
        }
      }
    }
  }

  private void string(int at) {
    var string = Integer.toUnsignedLong(words[at]);
    if (string >= endOfStrings) {
      throw types.malformed(
          4L * at, "a string at " + string + ", where the strings end at " + endOfStrings);
    }
    if (budget != null) {
      budget.take(strings.length(string), types, 4L * at);
    }
  }

  private void id(int at, int by) {
    if (words[at] < 0 || words[at] >= ids) {
      throw noSuchId(words[at], at, by);
    }
  }

  private MalformedObjectException noSuchId(int id, int at, int by) {
    return types.malformed(
        4L * at,
        "BTF type "
            + by
            + " names type "
            + Integer.toUnsignedString(id)
            + ", where ids end at "
            + (ids - 1));
  }
}
