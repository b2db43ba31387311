package org.ebpf4j.linux.internal.reference;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.jspecify.annotations.Nullable;

/// Links, each of which holds a program, or a map, and maybe what the program is on.
final class LinkEdges {
  private LinkEdges() {}

  static void find(LivingObjects inventory, @Nullable KernelView kernel, Found found) {
    for (var link : inventory.links().values()) {
      if (link.program() != 0) {
        found.add(ObjectKey.program(link.program()), reference(link, Reference.OfLink.RUNS));
      }
      switch (link.typeLabel()) {
        case "struct_ops" -> addMap(link, 16, found);
        case "sockmap" -> addMap(link, 16, found);
        case "iter" -> addMap(link, 28, found);
        case "tracing" -> addTarget(inventory, kernel, link, found);
        default -> {
          // Nothing but its program.
        }
      }
    }
    if (kernel != null) {
      addTargetsOfPrograms(inventory, kernel, found);
    }
  }

  private static Reference reference(LivingObjects.Link link, String role) {
    return new Reference.OfLink(link.id(), link.typeLabel(), role);
  }

  private static void addMap(LivingObjects.Link link, int offset, Found found) {
    if (link.u32(offset) != 0) {
      found.add(ObjectKey.map(link.u32(offset)), reference(link, "its map"));
    }
  }

  /// A program that another replaces or traces.
  private static void addTarget(
      LivingObjects inventory, @Nullable KernelView kernel, LivingObjects.Link link, Found found) {
    if (kernel != null && kernel.addresses.containsKey(ObjectKey.link(link.id()))) {
      var pointer =
          kernel.memory()
              .follow(
                  new long[] {kernel.addresses.get(ObjectKey.link(link.id()))},
                  kernel.layout().of("bpf_tracing_link", "tgt_prog"))[0];
      var target = pointer == 0 ? null : kernel.objects.get(pointer);
      if (target != null) {
        found.add(target, reference(link, "its target"));
      }
      return;
    }
    var program = inventory.programs().get(link.program());
    if (program != null && program.is(ProgramType.EXT) && link.u32(20) != 0) {
      found.add(ObjectKey.program(link.u32(20)), reference(link, "its target"));
    }
  }

  /// A program keeps what it was loaded for until it is attached.
  private static void addTargetsOfPrograms(
      LivingObjects inventory, KernelView kernel, Found found) {
    var offset = kernel.layout().find("bpf_prog_aux", "dst_prog");
    if (offset.isEmpty()) {
      return; // Before 5.10.
    }
    var keys =
        kernel.auxiliaries.keySet().stream()
            .filter(k -> inventory.programs().containsKey(k.id()))
            .toList();
    var pointers =
        kernel
            .memory()
            .follow(keys.stream().mapToLong(kernel.auxiliaries::get).toArray(), offset.getAsInt());
    for (int i = 0; i < pointers.length; i++) {
      var target = pointers[i] == 0 ? null : kernel.objects.get(pointers[i]);
      var program = inventory.programs().get(keys.get(i).id());
      if (target != null && program != null) {
        found.add(target, new Reference.OfProgram(program.id(), program.name(), "loaded for it"));
      }
    }
  }
}
