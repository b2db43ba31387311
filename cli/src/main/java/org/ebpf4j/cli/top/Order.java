package org.ebpf4j.cli.top;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What programs are sorted by: numbers from the largest, ids and names from the smallest.
enum Order {
  CPU("CPU%", Comparator.comparingDouble(ProgramRate::percent).reversed()),
  RUNS("RUNS/S", Comparator.comparingDouble(ProgramRate::runsPerSecond).reversed()),
  TIME("NS/RUN", Comparator.comparingLong(ProgramRate::nanosPerRun).reversed()),
  MISSED(
      "MISSED",
      Comparator.<ProgramRate>comparingLong(r -> r.counted().recursionMisses()).reversed()),
  ID("ID", Comparator.comparingInt(r -> r.program().id())),
  NAME("NAME", Comparator.comparing(r -> r.program().name()));

  private final String column;

  @SuppressWarnings("ImmutableEnumChecker") // A comparator without state.
  private final Comparator<ProgramRate> comparator;

  Order(String column, Comparator<ProgramRate> comparator) {
    this.column = column;
    this.comparator = comparator;
  }

  /// The column that it sorts by.
  String column() {
    return column;
  }

  /// Equal ones are sorted by id, in both directions.
  Comparator<ProgramRate> comparator(boolean reversed) {
    return (reversed ? comparator.reversed() : comparator).thenComparing(ID.comparator);
  }

  @SuppressWarnings("EnumOrdinal") // The order of the columns is that of the constants.
  Order next() {
    return values()[(ordinal() + 1) % values().length];
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Order::label).toList();
  }

  static Optional<Order> of(String label) {
    return Arrays.stream(values()).filter(o -> o.label().equals(label)).findFirst();
  }
}
