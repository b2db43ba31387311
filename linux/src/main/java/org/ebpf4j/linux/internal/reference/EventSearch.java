package org.ebpf4j.linux.internal.reference;

import java.util.List;
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
      LivingObjects inventory,
      List<OpenedFile> files,
      @Nullable KernelView kernel,
      Processes processes,
      Found found) {
    var events = files.stream().filter(f -> f.kind.equals(KIND)).toList();
    if (kernel != null) {
      new KernelEvents(kernel, processes, found).find(inventory, events);
    } else {
      inProc(inventory, events, processes, found);
    }
  }

  static Reference ofLink(LivingObjects.Link link) {
    return new Reference.OfLink(link.id(), link.typeLabel(), "its perf event");
  }

  static Reference reference(OpenedFile event, Processes processes) {
    return new Reference.Through("perf_event", "perf event", event.holders(processes));
  }

  private static void inProc(
      LivingObjects inventory, List<OpenedFile> events, Processes processes, Found found) {
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

  private static boolean isByLink(LivingObjects inventory, int program) {
    return inventory.links().values().stream()
        .anyMatch(l -> l.is("perf_event") && l.program() == program);
  }
}
