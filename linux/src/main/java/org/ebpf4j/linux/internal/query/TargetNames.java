package org.ebpf4j.linux.internal.query;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// The names of functions that typed programs are on: of the kernel, of a module, or of another
/// program. What cannot be told is empty. For one look at a machine, and one thread.
final class TargetNames implements AutoCloseable {
  private static final String TRACEPOINT_PREFIX = "btf_trace_";

  /// Whose a function is, and its name.
  record Target(String owner, String function) {
    static final Target UNKNOWN = new Target("", "");
  }

  /// Types with the name of whose they are.
  private record Owned(String owner, Optional<Btf> types) {}

  private final KernelTypes kernel = new KernelTypes();
  private final Map<Integer, Owned> known = new HashMap<>();

  /// What a link of tracing is on.
  ///
  /// @param program the program's id
  /// @param object the id of the BTF, or of the program, that has the function
  /// @param type the id of the function in that BTF, or in that of the program
  Target of(int program, int object, int type) {
    if (object == 0 || type == 0) {
      return Target.UNKNOWN;
    }
    try {
      var types = loadedFor(program);
      // The number is that of the program where the program was loaded for another one.
      return types != 0 && isOfKernel(types)
          ? name(ofTypes(object), type)
          : name(ofProgram(object), type);
    } catch (BpfException _) {
      return Target.UNKNOWN;
    }
  }

  private static int loadedFor(int program) {
    try (var fd = Ids.open(ObjectKind.PROGRAM, program)) {
      return ObjectInfo.target(fd.number()).types();
    }
  }

  private static boolean isOfKernel(int types) {
    try (var fd = Ids.open(ObjectKind.TYPES, types)) {
      return ObjectInfo.typesHeader(fd.number()).kernel();
    }
  }

  private static Target name(Owned owned, int type) {
    var name =
        owned
            .types()
            .filter(types -> type > 0 && type < types.typeCount())
            .map(types -> types.name(type))
            .orElse("");
    return new Target(
        owned.owner(),
        name.startsWith(TRACEPOINT_PREFIX) ? name.substring(TRACEPOINT_PREFIX.length()) : name);
  }

  private Owned ofTypes(int id) {
    var owned = known.get(id);
    if (owned == null) {
      owned = readTypes(id);
      known.put(id, owned);
    }
    return owned;
  }

  private Owned readTypes(int id) {
    for (var module : kernel.loaded()) {
      if (module.id() == id) {
        return new Owned(module.name(), Optional.of(module.types()));
      }
    }
    return new Owned("vmlinux", Optional.of(kernel.kernel()));
  }

  private static Owned ofProgram(int id) {
    var opened = Bpf.openById(ObjectKind.PROGRAM, id);
    if (!opened.ok()) {
      return new Owned("", Optional.empty());
    }
    try (var fd = opened.fd()) {
      var name = ObjectInfo.program(fd.number()).name();
      var types = ObjectInfo.typesId(fd.number());
      return new Owned(name, types == 0 ? Optional.empty() : Optional.of(read(types)));
    }
  }

  private static Btf read(int id) {
    try (var fd = Ids.open(ObjectKind.TYPES, id)) {
      return Btf.read(
          FileBytes.of(
              "BTF " + id, ObjectInfo.types(fd.number()).bytes(), ByteOrder.nativeOrder()));
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
