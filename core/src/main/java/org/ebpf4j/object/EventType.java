package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.ring.EventTypes;

/// The struct that the events of a ring or perf buffer are, in the types of an object.
///
/// @param types the object's types
/// @param id the struct
/// @param name its name
/// @param size its bytes
public record EventType(Btf types, int id, String name, int size) {
  /// What an object says that the events of one of its maps are: by the type of the map's values;
  /// by a variable that points to the struct and is there for nothing else (`const struct event
  /// *unused`); or by a struct that is called as the map is. Empty where none of that tells.
  public static Optional<EventType> declared(ObjectSpec object, MapSpec map) {
    return object.types().flatMap(types -> declared(object, map, types));
  }

  /// What an object says of the records of one of its maps.
  ///
  /// @throws NotFoundException where it has no such map
  public static EventTypes of(ObjectSpec object, String map) {
    return new EventTypes(
        declared(object, object.map(map)).map(EventType::struct),
        name -> struct(named(object, name)));
  }

  private static EventTypes.Struct struct(EventType type) {
    return new EventTypes.Struct(type.types(), type.id());
  }

  /// The struct of an object that has that name.
  ///
  /// @throws NotFoundException where it has none
  public static EventType named(ObjectSpec object, String name) {
    return object
        .types()
        .flatMap(types -> struct(types, name))
        .orElseThrow(() ->
            new NotFoundException(
                "struct", name, object.types().map(EventType::names).orElse(List.of())));
  }

  /// The struct of some types that has that name.
  ///
  /// @throws NotFoundException where they have none
  public static EventType named(Btf types, String name) {
    return struct(types, name)
        .orElseThrow(() -> new NotFoundException("struct", name, names(types)));
  }

  /// Whether the events of programs come through a map: whether it is a ring or perf buffer.
  public static boolean comeThrough(MapSpec map) {
    return map.type() == MapType.RINGBUF.number()
        || map.type() == MapType.PERF_EVENT_ARRAY.number();
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
    if (close.size() == 1) {
      return Optional.of(close.getFirst().type());
    }
    if (close.isEmpty() && pointed.size() == 1 && isOnly(object)) {
      return Optional.of(pointed.getFirst().type());
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
    var lower = variable.toLowerCase(Locale.ROOT);
    return struct.equals(map)
        || struct.equals(singular(map))
        || lower.contains(map)
        || lower.contains(singular(map));
  }

  /// Whether there is one map of events alone.
  private static boolean isOnly(ObjectSpec object) {
    return object.maps().stream().filter(EventType::comeThrough).count() == 1;
  }

  private record Pointed(String variable, EventType type) {}

  /// The structs that variables for nothing else point to.
  private static List<Pointed> pointed(ObjectSpec object, Btf types) {
    var all = new ArrayList<Pointed>();
    Predicate<String> idle = name -> name.startsWith("unused") || name.endsWith("unused");
    for (var variable : object.variables()) {
      if (idle.test(variable.name())
          && types.type(types.resolve(variable.type())) instanceof BtfType.Pointer pointer) {
        of(types, types.resolve(pointer.target()))
            .ifPresent(type -> all.add(new Pointed(variable.name(), type)));
      }
    }
    return all;
  }

  private static Optional<EventType> struct(Btf types, String name) {
    for (var id : types.ids(name)) {
      var found = of(types, types.resolve(id));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<EventType> of(Btf types, int id) {
    if (!(types.type(id) instanceof BtfType.Struct struct) || struct.size() > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    return Optional.of(new EventType(types, id, struct.name(), (int) struct.size()));
  }

  /// The names of the structs of some types.
  public static List<String> names(Btf types) {
    var names = new ArrayList<String>();
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof BtfType.Struct struct
          && !struct.union()
          && !struct.name().isEmpty()) {
        names.add(struct.name());
      }
    }
    return names;
  }
}
