package org.ebpf4j.btf.text;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.Kind;
import org.jspecify.annotations.Nullable;

/// The types of a BTF, each decoded once. Threads may share it: a type that two decode at a time is
/// decoded twice, to equal values.
final class DecodedTypes {
  private final Btf btf;
  private final @Nullable BtfType[] decoded;

  DecodedTypes(Btf btf) {
    this.btf = btf;
    this.decoded = new BtfType[btf.typeCount()];
  }

  Btf btf() {
    return btf;
  }

  int count() {
    return decoded.length;
  }

  /// Whether the type is of a kind that can be decoded.
  boolean isKnown(int id) {
    return Kind.known(btf.kind(id));
  }

  BtfType get(int id) {
    var known = id >= 0 && id < decoded.length ? decoded[id] : null;
    if (known != null) {
      return known;
    }
    var type = btf.type(id);
    decoded[id] = type;
    return type;
  }
}
