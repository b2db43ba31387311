package org.ebpf4j.linux.internal.reference;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.jspecify.annotations.Nullable;

/// Programs, which hold the maps that they use or that were bound to them, and their types; and
/// maps, which hold theirs.
final class ProgramEdges {
  private ProgramEdges() {}

  static void find(LivingObjects inventory, Found found) {
    for (var program : inventory.programs().values()) {
      for (var map : program.maps()) {
        found.add(ObjectKey.map(map), reference(program, "uses it"));
      }
      if (program.types() != 0) {
        found.add(ObjectKey.types(program.types()), reference(program, "its types"));
      }
    }
    for (var map : inventory.maps().values()) {
      if (map.types() != 0) {
        found.add(
            ObjectKey.types(map.types()),
            new Reference.OfMap(map.id(), map.name(), "its types", 1));
      }
    }
    for (var types : inventory.types().values()) {
      if (types.kernel()) {
        found.add(
            ObjectKey.types(types.id()),
            new Reference.Kernel(
                types.name().equals("vmlinux") ? "the kernel" : "module " + types.name(), 1));
      }
    }
  }

  private static Reference reference(LivingObjects.Program program, String role) {
    return new Reference.OfProgram(program.id(), program.name(), role);
  }

  /// What the kernel's structures tell besides: types that a program is attached by, and those of
  /// the maps inside a map of maps. Adds the addresses of types, and counts references to them.
  static Map<ObjectKey, Count> findTypes(
      LivingObjects inventory, @Nullable KernelView kernel, Found found) {
    var counts = new HashMap<ObjectKey, Count>();
    if (kernel == null) {
      return counts;
    }
    var layout = kernel.layout();
    var types = new TypesByAddress(kernel, counts);
    kernel.auxiliaries.forEach((key, aux) -> {
      var program = inventory.programs().get(key.id());
      types.noteAt(aux + layout.of("bpf_prog_aux", "btf"));
      // Since 5.11.
      layout
          .find("bpf_prog_aux", "attach_btf")
          .ifPresent(offset -> {
            if (kernel.own().contains(key)) {
              types.leaveOut(aux + offset);
            } else {
              types.addAt(
                  aux + offset,
                  Optional.ofNullable(program).map(p -> reference(p, "what it is attached by")));
            }
          });
    });
    kernel.addresses.forEach((key, address) -> {
      var map = inventory.maps().get(key.id());
      if (key.type() == org.ebpf4j.linux.reference.ObjectType.MAP) {
        types.noteAt(address + layout.of("bpf_map", "btf"));
        types.addInner(
            address + layout.of("bpf_map", "inner_map_meta"),
            Optional.ofNullable(map)
                .map(m -> new Reference.OfMap(m.id(), m.name(), "types of the maps in it", 1)));
      }
    });
    types.finish(found);
    return counts;
  }
}
