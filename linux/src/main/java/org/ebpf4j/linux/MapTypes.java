package org.ebpf4j.linux;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Supplier;
import org.ebpf4j.MapLayout;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.object.MapSpec;

/// What the keys and values of a map are in C, as far as that is known.
final class MapTypes {
  /// Nothing is known but the sizes.
  static final MapTypes NONE = new MapTypes(Optional::empty);

  private final Supplier<Optional<MapLayout>> source;

  private MapTypes(Supplier<Optional<MapLayout>> source) {
    this.source = source;
  }

  /// The types that an object file gives a map.
  static MapTypes of(MapSpec spec, Optional<Btf> types) {
    var known = types.map(btf -> new MapLayout(btf, spec.keyType(), spec.valueType()));
    return new MapTypes(() -> known);
  }

  /// The types that the kernel has of a map, which it is asked for when they are wanted.
  static MapTypes of(MapInfo info) {
    return info.types().btfId() == 0 ? NONE : new MapTypes(() -> Optional.of(ofKernel(info)));
  }

  private static MapLayout ofKernel(MapInfo info) {
    var ids = info.types();
    var name = "the types of map '" + info.name() + "'";
    var opened = Bpf.openById(ObjectKind.TYPES, ids.btfId());
    if (!opened.ok()) {
      throw KernelException.of(name, "BTF_GET_FD_BY_ID", opened.errno());
    }
    try (var fd = opened.fd()) {
      var bytes = ObjectInfo.types(fd.number()).bytes();
      var types = Btf.read(FileBytes.of(name, bytes, ByteOrder.nativeOrder()));
      return new MapLayout(types, ids.keyType(), ids.valueType());
    }
  }

  /// What is known.
  ///
  /// @throws KernelException where the kernel does not give the types it has
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

  @SuppressWarnings("unchecked") // Codecs of bytes are for byte[].
  private static <T> Codec<T> codec(Class<T> type, int size, Optional<Place> place) {
    if (type == byte[].class) {
      return (Codec<T>) Codec.bytes(size);
    }
    return place
        .filter(p -> p.id() != 0)
        .map(p -> Codec.of(type, p.types(), p.id()))
        .orElseGet(() -> Codec.of(type));
  }
}
