package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BinaryOperator;

/// The values that a key of a per-CPU map has: one for each CPU that could ever be, in the order of
/// their ids.
///
/// @param values the values
/// @param <V> what a value is in Java
public record PerCpu<V>(List<V> values) {
  public PerCpu {
    values = List.copyOf(values);
  }

  /// The value of the CPU at that place among those that could ever be.
  public V get(int index) {
    return values.get(index);
  }

  /// All of them in one, such as `reduce(Long::sum)`.
  ///
  /// @throws java.util.NoSuchElementException where there is none
  public V reduce(BinaryOperator<V> operator) {
    return values.stream().reduce(operator).orElseThrow();
  }

  /// How the kernel gives and takes such values: each rounded up to 8 bytes.
  ///
  /// @param value how one of them stands in memory
  /// @param cpus how many there are
  public static <V> Codec<PerCpu<V>> codec(Codec<V> value, int cpus) {
    var stride = Math.ceilDiv(value.size(), 8) * 8;
    var size = Math.multiplyExact(stride, cpus);
    return new Codec<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      @SuppressWarnings("unchecked") // Only what `value` has read is put into the array.
      public PerCpu<V> read(MemorySegment memory, long offset) {
        var values = new Object[cpus];
        for (int i = 0; i < cpus; i++) {
          values[i] = value.read(memory, offset + (long) i * stride);
        }
        return new PerCpu<>((List<V>) List.of(values));
      }

      @Override
      public void write(MemorySegment memory, long offset, PerCpu<V> all) {
        if (all.values().size() != cpus) {
          throw new IllegalArgumentException(
              all.values().size() + " values for the " + cpus + " CPUs that could ever be");
        }
        memory.asSlice(offset, size).fill((byte) 0);
        for (int i = 0; i < cpus; i++) {
          value.write(memory, offset + (long) i * stride, all.get(i));
        }
      }
    };
  }
}
