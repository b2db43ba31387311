package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.Kernel;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What maps of each type are made of, and what becomes of each call on them: the same on both
/// kernels. `-Debpf4j.seed=N` says with which number calls are drawn.
@KernelTest
@RequiresKernel(value = "6.12", because = "of rules that changed before")
class MapRulesTest {
  private static final long SEED = Long.getLong("ebpf4j.seed", 1);

  /// Those that are made by rules of their own, or hang on what only one kernel has.
  private static final Set<MapType> APART =
      EnumSet.of(
          MapType.UNSPEC,
          MapType.STRUCT_OPS,
          MapType.ARENA,
          MapType.INSN_ARRAY,
          MapType.CGROUP_STORAGE,
          MapType.PERCPU_CGROUP_STORAGE);

  private static final int[] SIZES = {0, 1, 4, 5, 8, 12, 16, 260, 261, 512, 513};
  private static final int[] VALUES = {0, 1, 4, 8, 16, 1016, 1024, 32_768, 32_769, 65_600};
  private static final long[] ENTRIES = {0, 1, 5, 64, 4096};
  private static final int FLAGS = 13;

  /// A virtual kernel with as many CPUs.
  private static VirtualKernel like(Kernel linux) {
    try (var each = linux.createMap(MapSpec.of("each", MapType.PERCPU_ARRAY, 4, 8, 1))) {
      return VirtualKernel.builder().cpus(each.valueSize() / 8).build();
    }
  }

  /// What it came to: 0, or an error number.
  private static int made(Kernel kernel, MapSpec spec) {
    try (var _ = kernel.createMap(spec)) {
      return 0;
    } catch (KernelException e) {
      return e.errno();
    }
  }

  private static MapSpec spec(MapType type, int key, int value, long entries, int flags) {
    var spec = MapSpec.of("drawn", type, key, value, entries).withFlags(flags);
    return type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS
        ? spec.withInner(MapSpec.of("inner", MapType.ARRAY, 4, 8, 1))
        : spec;
  }

  @ParameterizedTest
  @EnumSource
  void mapsAreMadeOfTheSame(MapType type) {
    if (APART.contains(type)) {
      return;
    }
    var differences = new ArrayList<String>();
    try (var linux = LinuxKernel.open();
        var virtual = like(linux)) {
      for (var spec : specs(type)) {
        var wanted = made(linux, spec);
        var is = made(virtual, spec);
        if (wanted != is) {
          differences.add(
              "keys of %d, values of %d, %d entries, flags 0x%x: %s, here %s"
                  .formatted(
                      spec.keySize(),
                      spec.valueSize(),
                      spec.maxEntries(),
                      spec.flags(),
                      Errno.describe(wanted),
                      Errno.describe(is)));
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static List<MapSpec> specs(MapType type) {
    var all = new ArrayList<MapSpec>();
    for (int key : SIZES) {
      for (int value : VALUES) {
        for (int flags : new int[] {0, 1}) {
          all.add(spec(type, key, value, 4, flags));
        }
      }
    }
    for (int key : new int[] {0, 4, 8}) {
      for (int value : new int[] {0, 4, 8}) {
        for (int first = 0; first < FLAGS; first++) {
          for (int second = first; second < FLAGS; second++) {
            all.add(spec(type, key, value, flagged(type), 1 << first | 1 << second));
          }
        }
        for (long entries : ENTRIES) {
          // How many a kernel takes is part of its configuration.
          if (type == MapType.CPUMAP && entries > 64) {
            continue;
          }
          all.add(spec(type, key, value, entries, 0));
          all.add(spec(type, key, value, entries, 1));
        }
      }
    }
    return all;
  }

  private static long flagged(MapType type) {
    return switch (type) {
      // Those that forget never come to that here, as each kernel forgets others.
      case RINGBUF, USER_RINGBUF, LRU_HASH, LRU_PERCPU_HASH -> 4096;
      default -> 8;
    };
  }

  /// A map that both kernels have, and calls on it that are drawn.
  @ParameterizedTest
  @EnumSource
  void callsComeToTheSame(MapType type) {
    if (APART.contains(type)) {
      return;
    }
    var random = new SplittableRandom(SEED);
    var differences = new ArrayList<String>();
    try (Kernel linux = LinuxKernel.open();
        var virtual = like(linux)) {
      for (var spec : specs(type)) {
        var forgets = type == MapType.LRU_HASH || type == MapType.LRU_PERCPU_HASH;
        var small =
            spec.valueSize() <= 16
                && spec.keySize() <= 8
                && (!forgets || spec.maxEntries() == 4096);
        if (small && made(linux, spec) == 0 && made(virtual, spec) == 0) {
          try (var one = linux.createMap(spec);
              var other = virtual.createMap(spec)) {
            compare(one, other, random, differences);
          }
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static void compare(
      RawMap one, RawMap other, SplittableRandom random, List<String> differences) {
    var done = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      var call = Call.draw(one, random);
      done.append(call).append('\n');
      var wanted = call.on(one);
      var is = call.on(other);
      if (!wanted.equals(is)) {
        differences.add(
            one.keySize()
                + " "
                + one.valueSize()
                + " "
                + one.maxEntries()
                + ":\n"
                + done
                + wanted
                + ", here "
                + is);
        return;
      }
    }
  }

  /// A call on a map.
  private record Call(String kind, List<Byte> key, List<Byte> value, Update mode) {
    private static final String[] KINDS = {
      "lookup", "update", "update", "update", "delete", "take", "next", "freeze"
    };

    static Call draw(RawMap map, SplittableRandom random) {
      // A filter is asked for what was left in memory.
      var first = map.type() == MapType.BLOOM_FILTER.number() ? 1 : 0;
      var kind = KINDS[random.nextInt(first, random.nextInt(20) == 0 ? 8 : 7)];
      return new Call(
          kind,
          bytes(map.keySize(), random.nextInt(6)),
          value(map, random.nextInt(3)),
          List.of(Update.values()).get(random.nextInt(3)));
    }

    private static List<Byte> bytes(int size, int number) {
      var bytes = new ArrayList<Byte>();
      for (int i = 0; i < size; i++) {
        bytes.add((byte) (i % 8 == 0 ? number : 0));
      }
      return List.copyOf(bytes);
    }

    /// Numbers that stand for nothing that is open, and devices that there are.
    private static List<Byte> value(RawMap map, int number) {
      return switch (MapType.of(map.type()).orElseThrow()) {
        case PROG_ARRAY,
            CGROUP_ARRAY,
            PERF_EVENT_ARRAY,
            ARRAY_OF_MAPS,
            HASH_OF_MAPS,
            XSKMAP,
            SOCKMAP,
            SOCKHASH,
            REUSEPORT_SOCKARRAY ->
            nothing(map.valueSize());
        case DEVMAP, DEVMAP_HASH -> bytes(4, number % 2, map.valueSize());
        case CPUMAP -> bytes(4, number, map.valueSize());
        default -> bytes(map.valueSize(), number);
      };
    }

    /// A number that nothing was opened by.
    private static List<Byte> nothing(int size) {
      var bytes = new ArrayList<>(bytes(2, 0, size));
      bytes.set(1, (byte) 0x7f);
      return List.copyOf(bytes);
    }

    /// A number, and zeroes behind it.
    private static List<Byte> bytes(int size, int number, int all) {
      var bytes = new ArrayList<>(bytes(size, number));
      while (bytes.size() < all) {
        bytes.add((byte) 0);
      }
      return List.copyOf(bytes);
    }

    private static byte[] array(List<Byte> list) {
      var array = new byte[list.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = list.get(i);
      }
      return array;
    }

    /// What it came to.
    String on(RawMap map) {
      try {
        return switch (kind) {
          case "lookup" -> map.lookup(array(key)).map(java.util.Arrays::toString).orElse("none");
          case "update" -> {
            map.update(array(key), array(value), mode);
            yield "done";
          }
          case "delete" -> String.valueOf(map.delete(array(key)));
          case "take" ->
              map.lookupAndDelete(array(key)).map(java.util.Arrays::toString).orElse("none");
          case "next" -> String.valueOf(map.count());
          default -> {
            map.freeze();
            yield "done";
          }
        };
      } catch (KernelException e) {
        return Errno.describe(e.errno());
      }
    }
  }

  @Test
  void bigMapsAreRefusedAlike() {
    try (var linux = LinuxKernel.open();
        var virtual = like(linux)) {
      for (var spec :
          List.of(
              spec(MapType.HASH, 4, 4 << 20, 1, 1),
              spec(MapType.HASH, 4, (4 << 20) - 60, 1, 1),
              spec(MapType.LPM_TRIE, 8, 4 << 20, 1, 1),
              spec(MapType.QUEUE, 0, (4 << 20) + 1, 1, 0),
              spec(MapType.ARRAY, 4, -1, 1, 0),
              spec(MapType.SOCKHASH, 513, 4, 1, 0),
              spec(MapType.CPUMAP, 4, 4, 100_000, 0))) {
        assertThat(made(virtual, spec)).as(spec.toString()).isEqualTo(made(linux, spec));
      }
    }
  }
}
