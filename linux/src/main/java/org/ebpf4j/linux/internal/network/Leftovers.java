package org.ebpf4j.linux.internal.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.StandingNotes;
import org.ebpf4j.linux.internal.host.OwnerNote;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.netlink.TrafficControl.Discipline;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Filters, routes and programs that processes with this library left behind, as they were killed:
/// taken away by the next that adds any at the same place. Only those whose name has the note of a
/// process that is gone, or that such a process noted ([StandingNotes]).
final class Leftovers {
  /// The network namespaces where this process has looked at all devices.
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  private Leftovers() {}

  /// Removes filters of a device, and the first time in a network namespace those of all devices.
  static void removeFilters(Attaching program, NetlinkSocket socket, int device) {
    var control = new TrafficControl(socket);
    var isFirst = SEEN.add(namespace());
    for (var discipline : control.disciplines()) {
      if (isFirst || discipline.device() == device) {
        for (var parent : parents(discipline)) {
          removeFilters(program, control, discipline.device(), parent);
        }
      }
    }
  }

  private static void removeFilters(
      Attaching program, TrafficControl control, int device, int parent) {
    for (var filter : control.filters(device, parent)) {
      if (isLeft(filter.name())) {
        TcHook.remove(program.what(), control, filter);
        program.step("RTM_DELTFILTER of a process that is gone: " + filter.describe());
      }
    }
  }

  /// Removes routes by a device.
  static void removeRoutes(Attaching program, Routes routes, int device) {
    for (var route : routes.by(device)) {
      if (isLeft(route.name())) {
        LwtHook.remove(program.what(), routes, route);
        program.step("RTM_DELROUTE of a process that is gone: " + route.describe());
      }
    }
  }

  private static boolean isLeft(String name) {
    return OwnerNote.in(name).filter(OwnerNote::isGone).isPresent();
  }

  private static List<Integer> parents(Discipline discipline) {
    return discipline.kind().equals("clsact")
        ? List.of(Tc.INGRESS, Tc.EGRESS)
        : discipline.handle() == 0 ? List.of() : List.of(discipline.handle());
  }

  /// Has `takeOff` take off each program that a process that is gone left at a place, by its id and
  /// descriptor. Whether there was one.
  ///
  /// @param attached the ids of the programs that are there
  static boolean removePrograms(
      Attaching program, String place, List<Integer> attached, IntConsumer takeOff) {
    if (attached.isEmpty()) {
      return false;
    }
    var isAny = false;
    for (var entry : StandingNotes.left(place)) {
      if (entry.place().equals(place) && attached.contains(entry.program())) {
        var opened = Bpf.openById(ObjectKind.PROGRAM, entry.program());
        if (opened.ok()) {
          try (var fd = opened.fd()) {
            takeOff.accept(fd.number());
          }
          program.step("program " + entry.program() + " of a process that is gone is taken off");
          isAny = true;
        }
      }
    }
    return isAny;
  }

  /// A place in the calling thread's network namespace, for [StandingNotes].
  static String place(String kind, int device, String more) {
    return (kind + " " + namespace() + " " + device + " " + more).strip();
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    } catch (IOException _) {
      return "";
    }
  }
}
