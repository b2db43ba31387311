package org.ebpf4j.program.compile;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.ArrayOfMaps;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.HashOfMaps;

/// Enumerations, and maps in maps.
@SuppressWarnings({"NullAway", "EnumOrdinal", "StatementSwitchToExpressionSwitch"})
final class LanguagePrograms {
  enum Kind {
    SMALL,
    LARGE,
    HUGE
  }

  static final ArrayOfMaps<ArrayMap<AtomicInteger>> rows = new ArrayOfMaps<>(new ArrayMap<>(4), 8);
  static final HashOfMaps<Integer, HashMap<Integer, AtomicInteger>> tables =
      new HashOfMaps<>(new HashMap<>(16), 8);

  @Section(value = "xdp", onFault = 99)
  static int ofAnotherFile(Xdp context) {
    return switch (unit(context.packet().length())) {
      case SECONDS -> 1;
      case MINUTES -> 60;
      case HOURS -> 3600;
      default -> 7;
    };
  }

  private static TimeUnit unit(int length) {
    if (length > 50) {
      return TimeUnit.MINUTES;
    }
    return length > 30 ? TimeUnit.HOURS : length > 15 ? TimeUnit.DAYS : TimeUnit.SECONDS;
  }

  @Section(value = "xdp", onFault = 99)
  static int ofThisFile(Xdp context) {
    Kind kind = Kind.SMALL;
    for (int i = 0; i < 2; i++) {
      if (context.packet().length() > 30 * (i + 1)) {
        kind = kind == Kind.SMALL ? Kind.LARGE : Kind.HUGE;
      }
    }
    switch (kind) {
      case SMALL:
        return 10;
      case LARGE:
        return 20 + kind.ordinal();
      default:
        return kind == Kind.HUGE ? 30 : 40;
    }
  }

  @Section(value = "xdp", onFault = 99)
  static int boxes(Xdp context) {
    Integer number = context.packet().length();
    return number != null && number > 14 ? number : 0;
  }

  @Section(value = "xdp", onFault = 99)
  static int row(Xdp context) {
    ArrayMap<AtomicInteger> row = rows.lookup(context.packet().length() / 20);
    if (row == null) {
      return 5;
    }
    return row.lookup(2).incrementAndGet() + 1000;
  }

  @Section(value = "xdp", onFault = 99)
  static int table(Xdp context) {
    HashMap<Integer, AtomicInteger> table = tables.lookup(context.packet().length());
    table.putIfAbsent(3, new AtomicInteger(100));
    table.lookup(3).addAndGet(5);
    return table.lookup(3).get();
  }

  private LanguagePrograms() {}
}
