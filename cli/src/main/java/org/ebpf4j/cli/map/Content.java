package org.ebpf4j.cli.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.MapLayout;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.text.ByteText;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// The entries of a map as text and as JSON, by the types that the map came with.
///
/// @param map the map
/// @param key its keys
/// @param value its values, of one CPU for per-CPU maps
/// @param cpus how many values an entry has in a per-CPU map, else 0
record Content(LinuxMap map, Side key, Side value, int cpus) {
  /// That of a map.
  ///
  /// @param hex whether as bytes only
  static Content of(LinuxMap map, boolean hex) {
    Optional<MapLayout> layout = hex || isOfOperations(map) ? Optional.empty() : map.layout();
    @Nullable Btf types = layout.isPresent() ? layout.get().types() : null;
    var key = fitting(types, layout.map(MapLayout::key).orElse(0), map.keySize());
    var value = fitting(types, layout.map(MapLayout::value).orElse(0), map.elementSize());
    var stride = Math.ceilDiv(map.elementSize(), 8) * 8;
    return new Content(
        map,
        new Side("key", map.keySize(), types, key),
        new Side("value", map.elementSize(), types, value),
        map.isPerCpu() ? map.valueSize() / stride : 0);
  }

  /// The values of those are types of the kernel's own.
  private static boolean isOfOperations(LinuxMap map) {
    return map.type() == MapType.STRUCT_OPS.number();
  }

  /// The type, where it is of that size; 0 where that is not known.
  private static int fitting(@Nullable Btf types, int type, int size) {
    return types != null && type != 0 && types.size(type) == size ? type : 0;
  }

  /// What stands before the map in messages: `map 12 'counts'`.
  String what() {
    return "map " + Integer.toUnsignedString(map.id()) + " '" + SafeText.line(map.name()) + "'";
  }

  /// How many bytes lie between the values of two CPUs.
  int stride() {
    return Math.ceilDiv(value.size(), 8) * 8;
  }

  /// Where values start in the bytes of an entry: one, or one for each CPU.
  List<Integer> offsets() {
    if (cpus == 0) {
      return List.of(0);
    }
    var offsets = new ArrayList<Integer>();
    for (int cpu = 0; cpu < cpus; cpu++) {
      offsets.add(cpu * stride());
    }
    return List.copyOf(offsets);
  }

  /// The values of an entry as people read them.
  String text(byte[] bytes) {
    if (cpus == 0) {
      return value.text(bytes, 0);
    }
    return "["
        + String.join(", ", offsets().stream().map(at -> value.text(bytes, at)).toList())
        + "]";
  }

  /// An entry as people read it.
  String line(byte[] keyBytes, byte[] bytes) {
    return SafeText.line(keyText(keyBytes) + ": " + text(bytes));
  }

  /// A key as people read it: of an LPM trie that came without types, as a prefix.
  String keyText(byte[] bytes) {
    if (map.type() != MapType.LPM_TRIE.number()
        || key.types().isPresent()
        || (bytes.length != 8 && bytes.length != 20)) {
      return key.text(bytes, 0);
    }
    var length = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.nativeOrder()).getInt(0);
    try {
      return java.net.InetAddress.getByAddress(java.util.Arrays.copyOfRange(bytes, 4, bytes.length))
              .getHostAddress()
          + "/"
          + length;
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError("of 4 or 16 bytes", e);
    }
  }

  /// An entry as a JSON object, in which a per-CPU map has `values` in place of `value`.
  void json(byte[] keyBytes, byte[] bytes, ByteText out) {
    out.add("{\"key\":");
    key.json(keyBytes, 0, out);
    out.add(',');
    valueJson(bytes, out);
    out.add('}');
  }

  private void valueJson(byte[] bytes, ByteText out) {
    if (cpus == 0) {
      out.add("\"value\":");
      value.json(bytes, 0, out);
      return;
    }
    out.add("\"values\":[");
    for (int cpu = 0; cpu < cpus; cpu++) {
      if (cpu > 0) {
        out.add(',');
      }
      value.json(bytes, cpu * stride(), out);
    }
    out.add(']');
  }

  /// The values of an entry as JSON: one, or an array of those of all CPUs.
  String valueJson(byte[] bytes) {
    if (cpus == 0) {
      return value.json(bytes, 0);
    }
    return "["
        + String.join(",", offsets().stream().map(at -> value.json(bytes, at)).toList())
        + "]";
  }

  /// Refuses a map without keys.
  void checkKeys() {
    if (key.size() == 0) {
      throw new BpfException(
          what()
              + " is of type "
              + MapType.label(map.type())
              + ", and has no keys"
              + (isQueue()
                  ? "\n  try: map push, and map pop, which leaves the value with --dry-run"
                  : ": nothing can be read so"));
    }
  }

  /// Refuses a map whose entries the kernel shows nobody.
  void checkReadable() {
    checkKeys();
    var sockets = map.type() == MapType.SOCKMAP.number() || map.type() == MapType.SOCKHASH.number();
    if (sockets && value.size() != Long.BYTES) {
      throw new BpfException(
          what()
              + " holds sockets, of which the kernel shows the cookies only where values have 8"
              + " bytes; here they have "
              + value.size());
    }
  }

  /// Refuses a map with keys.
  void checkQueue() {
    if (!isQueue()) {
      throw new BpfException(
          what()
              + " is of type "
              + MapType.label(map.type())
              + ", no queue or stack"
              + (key.size() == 0 ? "" : "\n  try: map set, map get or map del"));
    }
  }

  private boolean isQueue() {
    return map.type() == MapType.QUEUE.number() || map.type() == MapType.STACK.number();
  }
}
