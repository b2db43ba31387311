package org.ebpf4j.linux.internal.reference;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.sys.Perf.TaskDescriptor;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.Suspect;
import org.jspecify.annotations.Nullable;

/// Perf events that have a program, which each of them holds, also where a link holds it as well.
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
    var byLink = byLink(inventory, kernel, found);
    var programs = programs(kernel, events.stream().mapToLong(f -> f.content).toArray());
    for (int i = 0; i < programs.length; i++) {
      var program = programs[i] == 0 ? null : kernel.objects.get(programs[i]);
      var event = events.get(i);
      if (program != null && !byLink.contains(event.address)) {
        found.add(program, reference(event, processes));
      }
    }
  }

  private static long[] programs(KernelView kernel, long[] events) {
    return kernel.memory().follow(events, kernel.layout().of("perf_event", "prog"));
  }

  /// Events that have their program by a link: the link holds the program, and so does the event.
  /// The files of these events.
  private static Set<Long> byLink(Inventory inventory, KernelView kernel, Found found) {
    var file = kernel.layout().find("bpf_perf_link", "perf_file");
    if (file.isEmpty()) {
      return Set.of();
    }
    var memory = kernel.memory();
    var links = inventory.links().values().stream().filter(l -> l.is("perf_event")).toList();
    var files =
        memory.follow(
            links.stream()
                .mapToLong(l -> kernel.addresses.getOrDefault(ObjectKey.link(l.id()), 0L))
                .toArray(),
            file.getAsInt());
    var programs =
        programs(kernel, memory.follow(files, kernel.layout().of("file", "private_data")));
    var known = new HashSet<Long>();
    for (int i = 0; i < files.length; i++) {
      var program = programs[i] == 0 ? null : kernel.objects.get(programs[i]);
      if (program != null && known.add(files[i])) {
        found.add(program, ofLink(links.get(i)));
      }
    }
    return known;
  }

  private static Reference ofLink(Inventory.Link link) {
    return new Reference.OfLink(link.id(), link.typeLabel(), "its perf event");
  }

  private static Reference reference(OpenedFile event, Processes processes) {
    return new Reference.Through("perf_event", "perf event", event.holders(processes));
  }

  private static void inProc(
      Inventory inventory, List<OpenedFile> events, Processes processes, Found found) {
    inventory.links().values().stream()
        .filter(l -> l.is("perf_event") && l.program() != 0)
        .forEach(l -> found.add(ObjectKey.program(l.program()), ofLink(l)));
    for (var event : events) {
      var place = event.places.getFirst();
      var answer = TaskDescriptor.of(place.thread(), place.number());
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
