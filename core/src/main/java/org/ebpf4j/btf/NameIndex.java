package org.ebpf4j.btf;

/// The named types of one BTF by their names without flavour: a hash table whose `heads` hold the
/// first type of each bucket, and whose `next` the one after each. Types are counted from 1 within
/// the BTF; 0 ends a chain. Chains ascend. The names themselves stay where they are.
final class NameIndex {
  private final int[] heads;
  private final int[] next;

  private NameIndex(int[] heads, int[] next) {
    this.heads = heads;
    this.next = next;
  }

  /// Indexes the types of `btf` that its base does not have.
  static NameIndex of(Btf btf) {
    var first = btf.firstId();
    var count = btf.typeCount() - first;
    var heads = new int[Math.max(1, Integer.highestOneBit(count) << 1)];
    var next = new int[count + 1];
    var strings = btf.strings();
    var most = StringBudget.limit(btf.types().size());
    long bytes = 0;
    for (int i = count; i > 0; i--) {
      var name = btf.nameOffset(first + i - 1);
      if (name != 0) {
        var scan = strings.scan(name);
        bytes += Strings.lengthOf(scan);
        if (bytes > most) {
          throw btf.malformed(
              first + i - 1, "the names of the types take more than " + most + " bytes together");
        }
        var bucket = bucket(Strings.hashOf(scan), heads.length);
        next[i] = heads[bucket];
        heads[bucket] = i;
      }
    }
    return new NameIndex(heads, next);
  }

  private static int bucket(int hash, int buckets) {
    return ((hash * 0x9e3779b1) >>> 7) & (buckets - 1);
  }

  /// The first type in the bucket of a hash, or 0.
  int first(int hash) {
    return heads[bucket(hash, heads.length)];
  }

  /// The type after `type` in its bucket, or 0.
  int after(int type) {
    return next[type];
  }
}
