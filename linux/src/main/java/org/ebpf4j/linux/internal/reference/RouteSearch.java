package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.Routes.Place;
import org.ebpf4j.linux.reference.NetworkPlace;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.Suspect;

/// Routes that have programs. The kernel says the name that a program was given there, and not
/// which program it is. It is told by what is left: each place of a route holds one program of one
/// type, so where a single program of that type has references that nothing else explains, it is
/// that one. Where several have, the name of a route that this library made tells them apart.
final class RouteSearch {
  /// Between the name of a program and the note of its owner, in the name that we give it.
  private static final String NOTE = "@ebpf4j:";

  /// A program of a route.
  private record Held(Reference.Route reference, ProgramType type, String name) {}

  private final List<Held> held = new ArrayList<>();

  /// Takes a route.
  void add(NetworkPlace place, Routes.Route route) {
    for (Place at : route.programs().keySet()) {
      var reference = route.reference(place, at);
      held.add(new Held(reference, at.type(), reference.name()));
    }
  }

  /// Says which programs the routes have. What other searches find must have been found.
  void find(LivingObjects inventory, Map<ObjectKey, Count> counts, Found found) {
    for (var type : held.stream().map(Held::type).distinct().toList()) {
      var programs = inventory.programs().values().stream().filter(p -> p.is(type)).toList();
      var rest = new ArrayList<>(held.stream().filter(h -> h.type() == type).toList());
      if (programs.stream().allMatch(p -> counts.containsKey(ObjectKey.program(p.id())))) {
        tellByName(programs, rest, counts, found);
        tellTheOnlyOne(programs, rest, counts, found);
      }
      for (var program : programs) {
        for (var route : rest) {
          found.suspect(
              ObjectKey.program(program.id()),
              new Suspect(
                  "route",
                  route.reference().text() + ", removed by: " + route.reference().release()));
        }
      }
    }
  }

  private static void tellByName(
      List<LivingObjects.Program> programs,
      List<Held> routes,
      Map<ObjectKey, Count> counts,
      Found found) {
    for (var route : List.copyOf(routes)) {
      var may =
          programs.stream()
              .filter(p -> isNamed(route, p) && unexplained(p, counts, found) > 0)
              .toList();
      if (may.size() == 1) {
        found.add(ObjectKey.program(may.getFirst().id()), route.reference());
        routes.remove(route);
      }
    }
  }

  private static void tellTheOnlyOne(
      List<LivingObjects.Program> programs,
      List<Held> routes,
      Map<ObjectKey, Count> counts,
      Found found) {
    var open = programs.stream().filter(p -> unexplained(p, counts, found) > 0).toList();
    if (open.size() != 1) {
      return;
    }
    var unexplained = unexplained(open.getFirst(), counts, found);
    var references = routes.stream().map(Held::reference).toList();
    if (references.size() > unexplained) {
      references = shared(references);
    }
    // Nexthop objects, too, let routes share one reference.
    if (references.stream().mapToLong(Reference::count).sum() <= unexplained) {
      references.forEach(r -> found.add(ObjectKey.program(open.getFirst().id()), r));
      routes.clear();
    }
  }

  /// The same routes, of which one of those that are alike has the reference.
  private static List<Reference.Route> shared(List<Reference.Route> routes) {
    var shared = new ArrayList<Reference.Route>();
    for (var route : routes) {
      shared.add(shared.stream().anyMatch(route::sharesWith) ? route.sharing() : route);
    }
    return shared;
  }

  private static long unexplained(
      LivingObjects.Program program, Map<ObjectKey, Count> counts, Found found) {
    var key = ObjectKey.program(program.id());
    var count = counts.get(key);
    return (count == null ? 0 : count.references())
        - found.references(key).stream().mapToLong(Reference::count).sum();
  }

  private static boolean isNamed(Held route, LivingObjects.Program program) {
    return !program.name().isEmpty() && route.name().startsWith(program.name() + NOTE);
  }
}
