package org.ebpf4j.btf;

import org.ebpf4j.elf.FileBytes;

/// How many bytes of strings the records of a file may name together. Records can share a string,
/// so that a small file could name more text than memory holds.
final class StringBudget {
  private static final long AT_LEAST = 8 << 20;

  /// Real files name one byte for each of theirs, or two.
  private static final long PER_BYTE = 8;

  private long left;

  /// A budget for a file, or part of one, of that size.
  StringBudget(long size) {
    this.left = limit(size);
  }

  /// How much it is at first.
  static long limit(long size) {
    return AT_LEAST + PER_BYTE * size;
  }

  /// Takes a string off the budget, which the record at `at` names.
  void take(long length, FileBytes records, long at) {
    left -= length;
    if (left < 0) {
      throw records.malformed(
          at, "the records up to here name more text than such a file can have");
    }
  }
}
