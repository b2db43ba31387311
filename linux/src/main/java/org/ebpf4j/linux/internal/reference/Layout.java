package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.query.KernelTypes;

/// Where members stand in the kernel's structures, as its BTF says.
final class Layout {
  private final Btf kernel;
  private final Map<String, OptionalInt> offsets = new HashMap<>();

  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the kernel has no BTF
  Layout() {
    this.kernel = KernelBtf.running();
  }

  /// The id of a function; empty where there is none.
  OptionalInt function(String name) {
    for (var id : kernel.ids(name)) {
      if (kernel.kind(id) == Kind.FUNCTION) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /// The offset of a member in bytes, where `path` leads through members that are structures
  /// themselves; empty where the kernel has no such member.
  OptionalInt find(String struct, String... path) {
    return offsets.computeIfAbsent(
        struct + "." + String.join(".", path), _ -> offset(kernel, struct, path));
  }

  /// The same, for a member that every kernel has.
  ///
  /// @throws UnsupportedFeatureException where this one has not
  int of(String struct, String... path) {
    return find(struct, path)
        .orElseThrow(() ->
            new UnsupportedFeatureException(
                "struct " + struct,
                null,
                "this kernel has no member " + String.join(".", path) + " in struct " + struct));
  }

  /// The same, for a structure that a module may have.
  OptionalInt findInModules(String struct, String... path) {
    var found = find(struct, path);
    if (found.isPresent()) {
      return found;
    }
    try (var types = new KernelTypes()) {
      for (var module : types.modules()) {
        var there = offset(module, struct, path);
        if (there.isPresent()) {
          return there;
        }
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt offset(Btf types, String struct, String[] path) {
    for (var id : types.ids(struct)) {
      if (types.kind(id) == Kind.STRUCT) {
        var offset = offset(types, id, List.of(path));
        if (offset.isPresent()) {
          return offset;
        }
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt offset(Btf types, int id, List<String> path) {
    if (!(types.type(types.resolve(id)) instanceof BtfType.Struct struct)) {
      return OptionalInt.empty();
    }
    var unnamed = new ArrayList<BtfType.Member>();
    for (var member : struct.members()) {
      var at = (int) (member.bitOffset() / Byte.SIZE);
      if (member.name().isEmpty()) {
        unnamed.add(member);
      } else if (member.name().equals(path.getFirst())) {
        if (path.size() == 1) {
          return OptionalInt.of(at);
        }
        var inner = offset(types, member.type(), path.subList(1, path.size()));
        return inner.isPresent() ? OptionalInt.of(at + inner.getAsInt()) : inner;
      }
    }
    for (var member : unnamed) {
      var inner = offset(types, member.type(), path);
      if (inner.isPresent()) {
        return OptionalInt.of((int) (member.bitOffset() / Byte.SIZE) + inner.getAsInt());
      }
    }
    return OptionalInt.empty();
  }
}
