package org.ebpf4j.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.linux.internal.query.KernelTypes;
import org.ebpf4j.load.TypesFile;
import org.ebpf4j.relocation.TargetTypes;
import org.jspecify.annotations.Nullable;

/// What a load asks of types: those of the running kernel, and those that CO-RE adapts to, which
/// may come from a file. Read when first asked for. The descriptors of the modules' types stay open
/// until it is closed, because instructions name them.
final class KernelContext implements TargetTypes, AutoCloseable {
  private final KernelTypes running = new KernelTypes();
  private final Optional<Path> file;
  private @Nullable Btf core;

  /// @param file types for CO-RE in place of the kernel's own
  KernelContext(Optional<Path> file) {
    this.file = file;
  }

  /// Something of the kernel's types.
  ///
  /// @param types the types that have it
  /// @param id its id in them
  /// @param moduleFd the descriptor of the module's types, or 0 where the kernel itself has it
  record Found(Btf types, int id, int moduleFd) {}

  /// The types that CO-RE adapts to.
  @Override
  public Btf kernel() {
    if (core == null) {
      core = file.map(TypesFile::read).orElseGet(running::kernel);
    }
    return core;
  }

  /// The types of the modules; none where CO-RE adapts to a file.
  @Override
  public List<Btf> modules() {
    return file.isPresent() ? List.of() : running.modules();
  }

  /// The types of the running kernel.
  KernelTypes running() {
    return running;
  }

  /// The first type of that name and kind, of the kernel itself or else of a module.
  Optional<Found> find(String name, int kind) {
    var own = first(running.kernel(), name, kind, 1);
    if (own != 0) {
      return Optional.of(new Found(running.kernel(), own, 0));
    }
    for (var module : running.loaded()) {
      var id = first(module.types(), name, kind, module.types().firstId());
      if (id != 0) {
        return Optional.of(new Found(module.types(), id, module.fd().number()));
      }
    }
    return Optional.empty();
  }

  static int first(Btf types, String name, int kind, int from) {
    for (var id : types.ids(name)) {
      if (id >= from && types.kind(id) == kind) {
        return id;
      }
    }
    return 0;
  }

  @Override
  public void close() {
    running.close();
  }
}
