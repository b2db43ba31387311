package org.ebpf4j.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// The constants of an enum and the numbers that stand for them in memory.
final class EnumTable {
  private final Class<?> type;
  private final List<Enum<?>> constants;
  private final long[] codes;

  /// The codes in ascending order, each once, and the first constant that has it.
  private final long[] sorted;

  private final Enum<?>[] bySorted;

  EnumTable(Class<?> type, List<Long> codes) {
    this.type = type;
    this.constants = Access.constants(type);
    this.codes = codes.stream().mapToLong(Long::longValue).toArray();
    var order = new ArrayList<Integer>();
    for (int i = 0; i < this.codes.length; i++) {
      if (codes.indexOf(codes.get(i)) == i) {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingLong(i -> this.codes[i]));
    this.sorted = order.stream().mapToLong(i -> this.codes[i]).toArray();
    this.bySorted = order.stream().map(constants::get).toArray(Enum<?>[]::new);
  }

  /// The constant that a number stands for.
  ///
  /// @throws BpfException where there is none
  Object constant(long code) {
    // Most enums start at 0 and have no holes.
    if (code >= 0 && code < sorted.length && sorted[(int) code] == code) {
      return bySorted[(int) code];
    }
    var at = Arrays.binarySearch(sorted, code);
    if (at < 0) {
      throw unknown(code);
    }
    return bySorted[at];
  }

  private BpfException unknown(long code) {
    var known = new ArrayList<String>();
    for (int i = 0; i < constants.size(); i++) {
      known.add(constants.get(i).name() + " (" + codes[i] + ")");
    }
    return new BpfException(
        type.getName() + " has no constant for " + code + "; it has " + String.join(", ", known));
  }

  /// The number that stands for a constant.
  @SuppressWarnings("EnumOrdinal") // as the index of what was listed by it
  long code(@Nullable Object constant, String component) {
    if (!(constant instanceof Enum<?> e)) {
      throw new NullPointerException(component);
    }
    return codes[e.ordinal()];
  }
}
