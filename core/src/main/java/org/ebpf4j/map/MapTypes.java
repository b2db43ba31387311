package org.ebpf4j.map;

import java.util.Optional;
import java.util.function.Supplier;
import org.ebpf4j.MapLayout;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.IpPrefix;
import org.ebpf4j.object.MapSpec;

/// What the keys and values of a map are in C, as far as that is known.
public final class MapTypes {
  /// Nothing is known but the sizes.
  public static final MapTypes NONE = new MapTypes(Optional::empty);

  private final Supplier<Optional<MapLayout>> source;

  private MapTypes(Supplier<Optional<MapLayout>> source) {
    this.source = source;
  }

  /// The types that an object file gives a map.
  public static MapTypes of(MapSpec spec, Optional<Btf> types) {
    var known = types.map(btf -> new MapLayout(btf, spec.keyType(), spec.valueType()));
    return new MapTypes(() -> known);
  }

  /// Types that are asked for when they are wanted.
  public static MapTypes of(Supplier<Optional<MapLayout>> source) {
    return new MapTypes(source);
  }

  /// What is known.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel does not give the types it has
  Optional<MapLayout> known() {
    return source.get();
  }

  /// How keys of that size stand in memory as values of a Java type.
  <K> Codec<K> key(int size, Class<K> type) {
    return codec(type, size, known().map(t -> new Place(t.types(), t.key())));
  }

  /// How values of that size stand in memory as values of a Java type.
  <V> Codec<V> value(int size, Class<V> type) {
    return codec(type, size, known().map(t -> new Place(t.types(), t.value())));
  }

  private record Place(Btf types, int id) {}

  @SuppressWarnings("unchecked") // Codecs of bytes are for byte[], those of prefixes for IpPrefix.
  private static <T> Codec<T> codec(Class<T> type, int size, Optional<Place> place) {
    if (type == byte[].class) {
      return (Codec<T>) Codec.bytes(size);
    }
    if (type == IpPrefix.class) {
      return (Codec<T>)
          place
              .filter(p -> p.id() != 0)
              .map(p -> IpPrefix.codec(p.types(), p.id(), size))
              .orElseGet(() -> IpPrefix.codecOfSize(size));
    }
    return place
        .filter(p -> p.id() != 0)
        .map(p -> Codec.of(type, p.types(), p.id()))
        .orElseGet(() -> Codec.of(type));
  }
}
