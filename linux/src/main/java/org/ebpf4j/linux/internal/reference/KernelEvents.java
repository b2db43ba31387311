package org.ebpf4j.linux.internal.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.object.MapType;

/// Perf events and their programs, found in the kernel's memory: those that processes have open,
/// those of links, and those that arrays of events keep. An event that threads inherit is one more
/// event for each of them.
final class KernelEvents {
  /// How many inherited events of one are counted.
  private static final int MAX_CHILDREN = 100_000;

  private final KernelView kernel;
  private final Processes processes;
  private final Found found;

  /// What keeps an event, by the address of its file. A link comes before a descriptor.
  private final Map<Long, Reference> keepers = new LinkedHashMap<>();

  KernelEvents(KernelView kernel, Processes processes, Found found) {
    this.kernel = kernel;
    this.processes = processes;
    this.found = found;
  }

  /// @param open the files of events
  void find(LivingObjects inventory, List<OpenedFile> open) {
    links(inventory);
    for (var event : open) {
      keepers.putIfAbsent(event.address, EventSearch.reference(event, processes));
    }
    arrays(inventory);
    var files = keepers.keySet().stream().mapToLong(f -> f).toArray();
    var events = kernel.memory().follow(files, kernel.layout().of("file", "private_data"));
    var programs = programs(events);
    for (int i = 0; i < files.length; i++) {
      var program = programs[i] == 0 ? null : kernel.objects.get(programs[i]);
      if (program != null) {
        found.add(program, keepers.getOrDefault(files[i], new Reference.Kernel("perf event", 1)));
        inherited(events[i], programs[i], program);
      }
    }
  }

  private long[] programs(long[] events) {
    return kernel.memory().follow(events, kernel.layout().of("perf_event", "prog"));
  }

  /// A link has an event that holds the program, as the link itself does (since 5.15).
  private void links(LivingObjects inventory) {
    var file = kernel.layout().find("bpf_perf_link", "perf_file");
    if (file.isEmpty()) {
      return;
    }
    var links = inventory.links().values().stream().filter(l -> l.is("perf_event")).toList();
    var files =
        kernel
            .memory()
            .follow(
                links.stream()
                    .mapToLong(l -> kernel.addresses.getOrDefault(ObjectKey.link(l.id()), 0L))
                    .toArray(),
                file.getAsInt());
    for (int i = 0; i < files.length; i++) {
      if (files[i] != 0) {
        keepers.putIfAbsent(files[i], EventSearch.ofLink(links.get(i)));
      }
    }
  }

  private void arrays(LivingObjects inventory) {
    for (var map : inventory.maps().values()) {
      var address = kernel.addresses.get(ObjectKey.map(map.id()));
      if (address == null || map.mapType().filter(t -> t == MapType.PERF_EVENT_ARRAY).isEmpty()) {
        continue;
      }
      var slots = new long[(int) Math.min(map.maxEntries(), 1 << 16)];
      for (int i = 0; i < slots.length; i++) {
        slots[i] = address + kernel.layout().of("bpf_array", "ptrs") + (long) i * Long.BYTES;
      }
      var entries = kernel.memory().words(slots);
      var files =
          kernel.memory().follow(entries, kernel.layout().of("bpf_event_entry", "perf_file"));
      for (int i = 0; i < files.length; i++) {
        if (files[i] != 0) {
          keepers.putIfAbsent(
              files[i],
              new Reference.Slot("perf_event_array", map.id(), map.name(), Integer.toString(i)));
        }
      }
    }
  }

  /// Counts the events that threads have inherited from one, with its program.
  private void inherited(long event, long program, ObjectKey object) {
    var layout = kernel.layout();
    var list = layout.of("perf_event", "child_list");
    var end = event + list;
    var count = 0;
    var next = kernel.memory().words(new long[] {end})[0];
    for (int i = 0; next != 0 && next != end && i < MAX_CHILDREN; i++) {
      var words =
          kernel.memory().words(new long[] {next, next - list + layout.of("perf_event", "prog")});
      if (words[1] == program) {
        count++;
      }
      next = words[0];
    }
    if (count > 0) {
      found.add(
          object,
          new Reference.Kernel(
              "perf event that "
                  + count
                  + (count == 1 ? " thread has" : " threads have")
                  + " inherited",
              count,
              "close the perf event that they inherited, or end them"));
    }
  }
}
