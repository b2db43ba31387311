package org.ebpf4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;

/// The struct that the events of a ring or perf buffer are, in the types of an object.
///
/// @param types the object's types
/// @param id the struct
/// @param name its name
/// @param size its bytes
record EventType(Btf types, int id, String name, int size) {
  /// What the events of a map are: what was said with `--event`, or else what the object says. An
  /// object says it by the type of the map's values; by a variable that points to the struct and is
  /// there for nothing else (`const struct event *unused`); or by a struct that is called as the
  /// map is. Empty where none of that tells.
  ///
  /// @param said the names of structs by the names of maps
  /// @throws IllegalArgumentException where the object has no such struct
  static Optional<EventType> of(ObjectSpec object, MapSpec map, Map<String, String> said) {
    var types = object.types();
    var wanted = said.get(map.name());
    if (wanted != null) {
      return Optional.of(
          types
              .flatMap(t -> struct(t, wanted))
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "the object has no struct '"
                          + wanted
                          + "'"
                          + types.map(t -> "; it has " + structs(t)).orElse(" and no types"))));
    }
    return types.flatMap(t -> declared(object, map, t));
  }

  private static Optional<EventType> declared(ObjectSpec object, MapSpec map, Btf types) {
    if (map.valueType() != 0) {
      var id = types.resolve(map.valueType());
      if (types.type(id) instanceof BtfType.Struct) {
        return of(types, id);
      }
    }
    var pointed = pointed(object, types);
    var close =
        pointed.stream().filter(p -> fits(map.name(), p.variable(), p.type().name())).toList();
    if (close.size() == 1 || (close.isEmpty() && pointed.size() == 1 && isOnly(object))) {
      return Optional.of((close.isEmpty() ? pointed : close).getFirst().type());
    }
    for (var name : List.of(map.name(), singular(map.name()), map.name() + "_t", "event")) {
      var named = struct(types, name);
      if (named.isPresent() && (!name.equals("event") || isOnly(object))) {
        return named;
      }
    }
    return Optional.empty();
  }

  private static String singular(String name) {
    return name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean fits(String map, String variable, String struct) {
    return struct.equals(map)
        || struct.equals(singular(map))
        || variable.toLowerCase(Locale.ROOT).contains(map)
        || variable.toLowerCase(Locale.ROOT).contains(singular(map));
  }

  /// Whether there is one map of events alone.
  private static boolean isOnly(ObjectSpec object) {
    return object.maps().stream().filter(EventMaps::holdsEvents).count() == 1;
  }

  private record Pointed(String variable, EventType type) {}

  /// The structs that variables for nothing else point to.
  private static List<Pointed> pointed(ObjectSpec object, Btf types) {
    var all = new ArrayList<Pointed>();
    Predicate<String> idle = name -> name.startsWith("unused") || name.endsWith("unused");
    for (var variable : object.variables()) {
      if (idle.test(variable.name())
          && types.type(types.resolve(variable.type())) instanceof BtfType.Pointer pointer
          && types.type(types.resolve(pointer.target())) instanceof BtfType.Struct) {
        of(types, types.resolve(pointer.target()))
            .ifPresent(type -> all.add(new Pointed(variable.name(), type)));
      }
    }
    return all;
  }

  private static Optional<EventType> struct(Btf types, String name) {
    for (var id : types.ids(name)) {
      var resolved = types.resolve(id);
      if (types.type(resolved) instanceof BtfType.Struct) {
        return of(types, resolved);
      }
    }
    return Optional.empty();
  }

  private static Optional<EventType> of(Btf types, int id) {
    var size = types.size(id);
    return types.type(id) instanceof BtfType.Struct struct && size <= Integer.MAX_VALUE
        ? Optional.of(new EventType(types, id, struct.name(), (int) size))
        : Optional.empty();
  }

  /// The names of the structs that events could be, for messages.
  static String structs(Btf types) {
    var names = new ArrayList<String>();
    for (int id = 1; id < types.typeCount() && names.size() < 20; id++) {
      if (types.type(id) instanceof BtfType.Struct struct
          && !struct.union()
          && !struct.name().isEmpty()) {
        names.add(struct.name());
      }
    }
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
