package org.ebpf4j.linux.internal.reference;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.Suspect;
import org.jspecify.annotations.Nullable;

/// Perf events that were given a program without a link.
final class EventSearch {
  private static final String KIND = "anon_inode:[perf_event]";

  private EventSearch() {}

  static void find(
      Inventory inventory,
      List<OpenedFile> files,
      @Nullable KernelView kernel,
      Processes processes,
      Found found) {
    var events = files.stream().filter(f -> f.kind.equals(KIND)).toList();
    if (kernel != null) {
      inKernel(inventory, events, kernel, processes, found);
    } else {
      inProc(inventory, events, processes, found);
    }
  }

  private static void inKernel(
      Inventory inventory,
      List<OpenedFile> events,
      KernelView kernel,
      Processes processes,
      Found found) {
    var layout = kernel.layout();
    var byLink = linked(inventory, kernel);
    var programs =
        kernel
            .memory()
            .follow(
                events.stream().mapToLong(f -> f.content).toArray(),
                layout.of("perf_event", "prog"));
    for (int i = 0; i < programs.length; i++) {
      var program = programs[i] == 0 ? null : kernel.objects.get(programs[i]);
      var event = events.get(i);
      if (program != null && !byLink.contains(event.address)) {
        found.add(program, reference(event, processes));
      }
    }
  }

  /// The files of events that have their program by a link, which holds it.
  private static Set<Long> linked(Inventory inventory, KernelView kernel) {
    var files = new HashSet<Long>();
    var file = kernel.layout().find("bpf_perf_link", "perf_file");
    var addresses =
        inventory.links().values().stream()
            .filter(l -> l.is("perf_event"))
            .mapToLong(l -> kernel.addresses.getOrDefault(ObjectKey.link(l.id()), 0L))
            .toArray();
    if (file.isPresent()) {
      for (var address : kernel.memory().follow(addresses, file.getAsInt())) {
        files.add(address);
      }
    }
    return files;
  }

  private static Reference reference(OpenedFile event, Processes processes) {
    return new Reference.Through("perf_event", "perf event", event.holders(processes));
  }

  private static void inProc(
      Inventory inventory, List<OpenedFile> events, Processes processes, Found found) {
    for (var event : events) {
      var place = event.places.getFirst();
      var answer = LinkCalls.ofEvent(place.thread(), place.number());
      if (answer.errno() == 0 && !isByLink(inventory, answer.program())) {
        found.add(ObjectKey.program(answer.program()), reference(event, processes));
      } else if (answer.errno() == Errno.EOPNOTSUPP) {
        // It has a program that runs as it overflows.
        for (var program : inventory.programs().values()) {
          if (program.typeLabel().equals("perf_event")) {
            found.suspect(
                ObjectKey.program(program.id()),
                new Suspect("perf_event", "perf event, " + processes.descriptor(place).text()));
          }
        }
      }
    }
  }

  private static boolean isByLink(Inventory inventory, int program) {
    return inventory.links().values().stream()
        .anyMatch(l -> l.is("perf_event") && l.program() == program);
  }
}
