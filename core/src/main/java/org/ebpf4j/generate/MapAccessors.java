package org.ebpf4j.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.codec.IpPrefix;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;

/// The methods that give the maps of an object: each with its keys and values, as its type has
/// them.
final class MapAccessors {
  private final ObjectSpec object;
  private final ClassOptions options;
  private final Optional<Btf> types;
  private final TypeTable table;
  private final NameScope methods;

  MapAccessors(ObjectSpec object, ClassOptions options, TypeTable table, NameScope methods) {
    this.object = object;
    this.options = options;
    this.types = object.types();
    this.table = table;
    this.methods = methods;
  }

  /// The maps that are no sections of variables. Those whose values are written come first, so that
  /// a type that is written somewhere can be written everywhere.
  List<Accessor> all() {
    var named = new ArrayList<Accessor>();
    var events = new ArrayList<MapSpec>();
    for (var map : object.maps()) {
      if (map.isData()) {
        continue;
      }
      if (EventType.comeThrough(map)) {
        events.add(map);
      } else {
        named.add(of(map));
      }
    }
    events.forEach(map -> named.add(ofEvents(map)));
    return named;
  }

  private String claim(MapSpec map) {
    return methods.claim(NameScope.member(map.name()), "Map");
  }

  private Accessor of(MapSpec map) {
    var type = MapType.of(map.type()).orElse(MapType.UNSPEC);
    return switch (type) {
      case HASH,
          ARRAY,
          LRU_HASH,
          LPM_TRIE,
          STACK_TRACE,
          CGROUP_STORAGE,
          DEVMAP,
          DEVMAP_HASH,
          CPUMAP ->
          keyed(map, "map", "BpfMap", "");
      case PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE ->
          keyed(map, "perCpuMap", "BpfMap", "PerCpu");
      case QUEUE, STACK, BLOOM_FILTER -> valued(map, "queue", "QueueMap");
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          valued(map, "storage", "StorageMap");
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> {
        var key = key(map);
        yield accessor(
            map,
            "MapOfMaps<" + key.whole() + ">",
            key,
            key,
            "mapOfMaps(" + name(map) + ", " + key.literal() + ")",
            "org.ebpf4j.MapOfMaps");
      }
      case PROG_ARRAY ->
          plain(map, "ProgramArray", "programArray(" + name(map) + ")", "org.ebpf4j.ProgramArray");
      case USER_RINGBUF ->
          plain(
              map,
              "UserRingBuffer",
              "userRing(" + name(map) + ")",
              "org.ebpf4j.ring.UserRingBuffer");
      case UNSPEC,
          PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          SOCKMAP,
          SOCKHASH,
          XSKMAP,
          REUSEPORT_SOCKARRAY,
          STRUCT_OPS,
          RINGBUF,
          ARENA,
          INSN_ARRAY ->
          raw(map);
    };
  }

  private Accessor raw(MapSpec map) {
    return plain(map, "RawMap", "rawMap(" + name(map) + ")", "org.ebpf4j.RawMap");
  }

  private Accessor keyed(MapSpec map, String method, String view, String of) {
    var key = key(map);
    var value = value(map);
    if (key.isBytes() && value.isBytes()) {
      return raw(map);
    }
    var element = of.isEmpty() ? value.whole() : of + "<" + value.whole() + ">";
    return accessor(
        map,
        view + "<" + key.whole() + ", " + element + ">",
        key,
        value,
        method + "(" + name(map) + ", " + key.literal() + ", " + value.literal() + ")",
        of.isEmpty()
            ? new String[] {"org.ebpf4j.BpfMap"}
            : new String[] {"org.ebpf4j.BpfMap", "org.ebpf4j.codec." + of});
  }

  private Accessor valued(MapSpec map, String method, String view) {
    var value = value(map);
    return accessor(
        map,
        view + "<" + value.whole() + ">",
        value,
        value,
        method + "(" + name(map) + ", " + value.literal() + ")",
        "org.ebpf4j." + view);
  }

  private Accessor plain(MapSpec map, String type, String body, String imported) {
    return accessor(map, type, JavaType.INT, JavaType.INT, body, imported);
  }

  private Accessor accessor(
      MapSpec map, String type, JavaType key, JavaType value, String body, String... imported) {
    var imports = new TreeSet<>(List.of(imported));
    imports.addAll(key.imports());
    imports.addAll(value.imports());
    return new Accessor(claim(map), type, imports, List.of(describe(map)), body);
  }

  private static String name(MapSpec map) {
    return SourceText.literal(map.name());
  }

  private String describe(MapSpec map) {
    var text = new StringBuilder("Map ").append(SourceText.code(map.name())).append(": ");
    text.append(MapType.label(map.type()));
    types.ifPresent(btf -> {
      if (map.keyType() != 0) {
        text.append(", ").append(SourceText.code(CTypeName.of(btf, map.keyType())));
      }
      if (map.valueType() != 0) {
        text.append(map.keyType() != 0 ? " to " : ", ")
            .append(SourceText.code(CTypeName.of(btf, map.valueType())));
      }
    });
    if (map.maxEntries() != 0) {
      text.append(", ").append(Long.toUnsignedString(map.maxEntries()));
      text.append(
          EventType.comeThrough(map) || map.type() == MapType.USER_RINGBUF.number()
              ? " bytes"
              : map.maxEntries() == 1 ? " entry" : " entries");
    }
    return text.append('.').toString();
  }

  private JavaType key(MapSpec map) {
    if (map.keyType() == 0 || types.isEmpty()) {
      return isIndexed(map) ? JavaType.INT : JavaType.bytes(map.keySize());
    }
    if (map.type() == MapType.LPM_TRIE.number() && isPrefix(map)) {
      return JavaType.PREFIX;
    }
    return fitting(map.keyType(), map.keySize(), NameScope.type(map.name()) + "Key");
  }

  private JavaType value(MapSpec map) {
    return map.valueType() == 0 || types.isEmpty()
        ? JavaType.bytes(map.valueSize())
        : fitting(map.valueType(), map.valueSize(), NameScope.type(map.name()) + "Value");
  }

  /// A type of C, where the map has the size that it has.
  private JavaType fitting(int type, int size, String path) {
    return types.orElseThrow().size(type) == size
        ? table.written(type, path)
        : JavaType.bytes(size);
  }

  private static boolean isIndexed(MapSpec map) {
    return map.keySize() == Integer.BYTES
        && (map.type() == MapType.ARRAY.number()
            || map.type() == MapType.PERCPU_ARRAY.number()
            || map.type() == MapType.ARRAY_OF_MAPS.number());
  }

  private boolean isPrefix(MapSpec map) {
    try {
      IpPrefix.codec(types.orElseThrow(), map.keyType(), map.keySize());
      return true;
    } catch (LayoutMismatchException | IllegalArgumentException e) {
      return false; // then it is what its type says
    }
  }

  private Accessor ofEvents(MapSpec map) {
    var isRing = map.type() == MapType.RINGBUF.number();
    var method = isRing ? "ring" : "perf";
    var buffer = isRing ? "RingBuffer" : "PerfBuffer";
    var chosen = options.events().getOrDefault(map.name(), "");
    var event =
        chosen.isEmpty()
            ? EventType.declared(object, map)
            : Optional.of(EventType.named(object, chosen));
    var name = claim(map);
    var doc =
        List.of(
            describe(map),
            event
                    .map(type ->
                        "Its records are " + SourceText.code("struct " + type.name()) + ". ")
                    .orElse("")
                + "Opened when it is first asked for, and closed with this.");
    if (event.isEmpty()) {
      return new Accessor(
          name, buffer, Set.of("org.ebpf4j.ring." + buffer), doc, method + "(" + name(map) + ")");
    }
    var type = table.read(event.get().id(), NameScope.type(map.name()) + "Event");
    return new Accessor(
        name,
        "Typed" + buffer + "<" + type.whole() + ">",
        Set.of("org.ebpf4j.ring.Typed" + buffer),
        doc,
        method + "(" + name(map) + ", " + SourceText.literal(chosen) + ", " + type.literal() + ")");
  }
}
