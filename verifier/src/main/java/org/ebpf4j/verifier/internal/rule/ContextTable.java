package org.ebpf4j.verifier.internal.rule;

import java.util.Optional;

/// The fields of the context of one program, for its type, attach type and target.
public interface ContextTable {
  /// What an access comes to.
  ///
  /// @param offset bytes from the start of the context; never below 0
  /// @param size bytes that are accessed: 1, 2, 4 or 8
  /// @param write whether it is written
  /// @param signed whether a read extends the sign
  ContextField field(int offset, int size, boolean write, boolean signed);

  /// What the program may return, where that is bounded.
  Optional<ResultRange> result();

  /// Whether what the program is called for returns nothing, so that no result is asked for.
  default boolean returnsNothing() {
    return false;
  }

  /// Whether the hook of LSM that the program is for returns a truth value.
  default boolean isTruth() {
    return false;
  }

  /// Whether the program may access packets directly, to read or to write them.
  boolean packetAccess(boolean write);

  /// Whether pointers of the context may be moved before they are accessed.
  default boolean allowsOffset() {
    return false;
  }

  /// What a program may return.
  ///
  /// @param min the least value, as 64 bits signed unless `narrow`
  /// @param max the greatest
  /// @param narrow whether only the low 32 bits count
  record ResultRange(int min, int max, boolean narrow) {}
}
