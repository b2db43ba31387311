package org.ebpf4j.cli.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.PinInfo;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.References;

/// Pins that are about to be removed.
final class PinRemoval {
  private PinRemoval() {}

  /// The pins at paths and below them.
  ///
  /// @throws NotFoundException where there is none at one of them
  static List<PinInfo> at(LinuxKernel kernel, List<Path> paths) {
    var meant = new ArrayList<PinInfo>();
    var pins = kernel.pins();
    for (var path : paths) {
      var absolute = path.toAbsolutePath().normalize();
      var found = pins.stream().filter(pin -> pin.path().startsWith(absolute)).toList();
      if (found.isEmpty()) {
        throw new NotFoundException(
            "pin", path.toString(), pins.stream().map(pin -> pin.path().toString()).toList());
      }
      meant.addAll(found);
    }
    return meant;
  }

  /// What is done, as a question says it, with the objects that nothing else holds; empty where
  /// something else holds all of them.
  static String question(LinuxKernel kernel, List<PinInfo> pins) {
    var last = lost(kernel, pins);
    return last.isEmpty()
        ? ""
        : "remove "
            + (pins.size() == 1 ? "this pin" : "these " + pins.size() + " pins")
            + ", the last of what holds "
            + String.join(", ", last);
  }

  /// The objects that go with these pins.
  private static List<String> lost(LinuxKernel kernel, List<PinInfo> pins) {
    var objects = new TreeSet<ObjectKey>();
    for (var pin : pins) {
      ObjectType.parse(pin.kind()).ifPresent(type -> objects.add(new ObjectKey(type, pin.id())));
    }
    var paths = pins.stream().map(pin -> pin.path().toString()).collect(Collectors.toSet());
    var snapshot = kernel.references();
    return objects.stream()
        .filter(o -> snapshot.of(o).map(r -> isLost(r, paths)).orElse(true))
        .map(ObjectKey::toString)
        .toList();
  }

  private static boolean isLost(References references, Set<String> paths) {
    return references.unexplained().orElse(0) <= 0
        && references.found().stream()
            .allMatch(r ->
                r instanceof Reference.Pin pin
                    && pin.holders().isEmpty()
                    && paths.containsAll(pin.paths()));
  }

  /// Prints an object for each pin that is removed, and ends the list.
  static void print(JsonList list, List<PinInfo> pins, boolean dryRun) {
    for (var pin : pins) {
      var known = !pin.kind().isEmpty();
      list.add(fields ->
          fields
              .put("action", "unpin")
              .put("dry_run", dryRun)
              .put("path", pin.path().toString())
              .put("kind", known ? pin.kind() : null)
              .putKnown("id", known ? Integer.toUnsignedLong(pin.id()) : -1));
    }
    list.end();
  }
}
