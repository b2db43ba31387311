package org.ebpf4j.load;

import java.util.Optional;
import org.ebpf4j.btf.Btf;

/// The search for one type of a kernel by its name.
final class TypeSearch {
  private TypeSearch() {}

  /// A type of a kernel.
  ///
  /// @param types the types that have it
  /// @param id its id in them
  /// @param module the name of the module, or an empty string where the kernel itself has it
  record Found(Btf types, int id, String module) {}

  /// The first type of that name and kind, of the kernel itself or else of a module.
  static Optional<Found> find(KernelFacts kernel, String name, int kind) {
    var own = first(kernel.types(), name, kind, 1);
    if (own != 0) {
      return Optional.of(new Found(kernel.types(), own, ""));
    }
    for (var module : kernel.modules()) {
      var id = first(module.types(), name, kind, module.types().firstId());
      if (id != 0) {
        return Optional.of(new Found(module.types(), id, module.name()));
      }
    }
    return Optional.empty();
  }

  /// The first type of that name and kind with that id or a higher one, or 0.
  static int first(Btf types, String name, int kind, int from) {
    for (var id : types.ids(name)) {
      if (id >= from && types.kind(id) == kind) {
        return id;
      }
    }
    return 0;
  }
}
