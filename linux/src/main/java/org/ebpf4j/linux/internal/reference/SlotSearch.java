package org.ebpf4j.linux.internal.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.IntFunction;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// Entries of maps that are programs or maps, or have programs; and programs that maps of sockets
/// run.
final class SlotSearch {
  private static final AttachType[] VERDICTS = {
    AttachType.SK_SKB_STREAM_PARSER,
    AttachType.SK_SKB_STREAM_VERDICT,
    AttachType.SK_MSG_VERDICT,
    AttachType.SK_SKB_VERDICT
  };

  /// Where a map of sockets has its programs, by the names of members, which have changed.
  private static final Map<String, AttachType> MEMBERS =
      Map.of(
          "msg_parser", AttachType.SK_MSG_VERDICT,
          "skb_parser", AttachType.SK_SKB_STREAM_PARSER,
          "stream_parser", AttachType.SK_SKB_STREAM_PARSER,
          "skb_verdict", AttachType.SK_SKB_STREAM_VERDICT,
          "stream_verdict", AttachType.SK_SKB_STREAM_VERDICT);

  /// How many slots of an array are read at once.
  private static final int SLOTS = 1 << 16;

  private final @Nullable KernelView kernel;
  private final Found found;

  private SlotSearch(@Nullable KernelView kernel, Found found) {
    this.kernel = kernel;
    this.found = found;
  }

  static void find(LivingObjects inventory, @Nullable KernelView kernel, Found found) {
    var search = new SlotSearch(kernel, found);
    for (var map : inventory.maps().values()) {
      map.mapType().ifPresent(type -> search.search(map, type));
    }
  }

  private void search(LivingObjects.MapFacts map, MapType type) {
    switch (type) {
      case PROG_ARRAY -> array(map, "prog_array", ObjectKey::program);
      case ARRAY_OF_MAPS -> array(map, "map_in_map", ObjectKey::map);
      case HASH_OF_MAPS -> entries(map, "map_in_map", 0, ObjectKey::map);
      case DEVMAP, DEVMAP_HASH -> programsOfEntries(map, "devmap");
      case CPUMAP -> programsOfEntries(map, "cpumap");
      case SOCKMAP, SOCKHASH -> verdicts(map);
      default -> {
        // Its values are numbers.
      }
    }
  }

  private void array(LivingObjects.MapFacts map, String kind, IntFunction<ObjectKey> object) {
    var address = kernel == null ? null : kernel.addresses.get(ObjectKey.map(map.id()));
    if (kernel == null || address == null) {
      entries(map, kind, 0, object);
      return;
    }
    var slots = address + kernel.layout().of("bpf_array", "ptrs");
    for (long from = 0; from < map.maxEntries(); from += SLOTS) {
      var count = (int) Math.min(SLOTS, map.maxEntries() - from);
      var at = new long[count];
      for (int i = 0; i < count; i++) {
        at[i] = slots + (from + i) * Long.BYTES;
      }
      var pointers = kernel.memory().words(at);
      for (int i = 0; i < count; i++) {
        var there = pointers[i] == 0 ? null : kernel.objects.get(pointers[i]);
        if (there != null) {
          add(map, kind, Long.toString(from + i), there);
        }
      }
    }
  }

  private void add(LivingObjects.MapFacts map, String kind, String key, ObjectKey object) {
    found.add(object, new Reference.Slot(kind, map.id(), map.name(), key));
  }

  private void programsOfEntries(LivingObjects.MapFacts map, String kind) {
    if (map.valueSize() == 2 * Integer.BYTES) {
      entries(map, kind, Integer.BYTES, ObjectKey::program);
    }
  }

  /// Ids that stand in values.
  private void entries(
      LivingObjects.MapFacts map, String kind, int offset, IntFunction<ObjectKey> object) {
    var opened = LivingObjects.open(ObjectKind.MAP, map.id());
    if (opened.isEmpty()) {
      return;
    }
    try (var fd = opened.get()) {
      var key = new byte[map.keySize()];
      var value = new byte[map.valueSize()];
      var seen = new HashSet<String>();
      var errno = Bpf.mapNextKey(fd.number(), null, key);
      // After a key that was deleted meanwhile, a hash begins from the first again.
      for (long i = 0; errno == 0 && i < 2 * map.maxEntries() + 2; i++) {
        if (seen.add(text(key)) && Bpf.mapLookup(fd.number(), key, value) == 0) {
          var id = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt(offset);
          if (id != 0) {
            add(map, kind, text(key), object.apply(id));
          }
        }
        errno = Bpf.mapNextKey(fd.number(), key.clone(), key);
      }
    }
  }

  private static String text(byte[] key) {
    return key.length == Integer.BYTES
        ? Integer.toUnsignedString(ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt())
        : "0x" + HexFormat.of().formatHex(key);
  }

  private void verdicts(LivingObjects.MapFacts map) {
    var opened = LivingObjects.open(ObjectKind.MAP, map.id());
    if (opened.isEmpty()) {
      return;
    }
    var asked = true;
    try (var fd = opened.get()) {
      for (var type : VERDICTS) {
        var there = LinkCalls.query(fd.number(), type.number(), false);
        asked &= there.errno() == 0 || type == AttachType.SK_SKB_VERDICT;
        for (var program : there.programs()) {
          found.add(ObjectKey.program(program), new Reference.Sockmap(map.id(), type.label()));
        }
      }
    }
    if (!asked && kernel != null) {
      verdictsInMemory(map, kernel);
    }
  }

  /// Before 5.16 a map of sockets is not asked.
  private void verdictsInMemory(LivingObjects.MapFacts map, KernelView view) {
    var struct =
        map.mapType().filter(t -> t == MapType.SOCKMAP).isPresent() ? "bpf_stab" : "bpf_shtab";
    var address = view.addresses.get(ObjectKey.map(map.id()));
    for (var member : MEMBERS.entrySet()) {
      var offset = view.layout().find(struct, "progs", member.getKey());
      if (address != null && offset.isPresent()) {
        var pointer = view.memory().follow(new long[] {address}, offset.getAsInt())[0];
        var program = pointer == 0 ? null : view.objects.get(pointer);
        if (program != null) {
          found.add(program, new Reference.Sockmap(map.id(), member.getValue().label()));
        }
      }
    }
  }
}
