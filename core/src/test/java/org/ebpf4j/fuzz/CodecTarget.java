package org.ebpf4j.fuzz;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.LayoutTable;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// Codecs of records for types of each input, which the input chooses, and the tables of their
/// layouts.
public final class CodecTarget implements FuzzTarget {
  record Event(int pid, String comm) {}

  record Pair(int a, int b) {}

  record Numbers(long type, long maxEntries) {}

  @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
  record Whole(byte[] values) {}

  private static final List<Class<?>> SHAPES =
      List.of(
          Event.class,
          Pair.class,
          Numbers.class,
          Whole.class,
          int.class,
          long.class,
          String.class,
          long[].class,
          byte[].class);

  private static <T> void read(Codec<T> codec, MemorySegment data, int length) {
    if (codec.size() <= data.byteSize()) {
      codec.read(data, 0);
    }
    if (codec.extent() <= data.byteSize() && codec.reads(length)) {
      codec.read(data, 0, length);
    }
  }

  @Override
  public List<byte[]> seeds() {
    return Seeds.types();
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(
        bytes,
        it -> {
          var types = it.value(() -> Btf.read("fuzz", bytes));
          if (types.order() != ByteOrder.nativeOrder()) {
            return;
          }
          var hash = Arrays.hashCode(bytes);
          var data = MemorySegment.ofArray(Arrays.copyOf(bytes, 1 << 12));
          for (int i = 0; i < 2; i++) {
            var id = Math.floorMod(hash + 37 * i, types.typeCount());
            it.attempt(() -> CTypeName.of(types, id));
            it.attempt(() -> LayoutTable.of(types, id));
            for (int shape = 0; shape < 2; shape++) {
              var type = SHAPES.get(Math.floorMod(hash / 7 + shape + i, SHAPES.size()));
              it.attempt(() -> read(Codec.of(type, types, id), data, Math.floorMod(hash, 100)));
            }
          }
        });
  }
}
