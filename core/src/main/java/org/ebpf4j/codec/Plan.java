package org.ebpf4j.codec;

import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a Java type stands in memory: what a codec is generated from. Plans that are equal give the
/// same codec.
sealed interface Plan {
  /// The Java type as declared; that of a whole codec is never primitive.
  Class<?> type();

  /// Bytes in memory.
  int size();

  /// An integer or `boolean`, of 1, 2, 4 or 8 bytes.
  record Whole(Class<?> type, int size, boolean signed) implements Plan {}

  /// An integer or `boolean` in some bits of `size` bytes: `bits` of them, `shift` bits above the
  /// lowest. Bytes are read as one number where there are 1, 2, 4 or 8 of them, else one by one.
  record Bits(Class<?> type, int size, int shift, int bits, boolean signed) implements Plan {
    boolean single() {
      return Integer.bitCount(size) == 1 && size <= 8;
    }
  }

  /// A `BigInteger` of 8 or 16 bytes.
  record Big(Class<?> type, int size, boolean signed) implements Plan {}

  /// A `float` or `double`.
  record Real(Class<?> type, int size) implements Plan {}

  /// A `String`.
  record Text(Class<?> type, int size) implements Plan {}

  /// A `byte[]`, which may stand for anything.
  record Raw(Class<?> type, int size) implements Plan {}

  /// An address of 4 or 16 bytes.
  record Address(Class<?> type, int size) implements Plan {}

  /// An enum; `codes` are the numbers of its constants, in their order.
  record Named(Class<?> type, int size, boolean signed, List<Long> codes) implements Plan {
    public Named {
      codes = List.copyOf(codes);
    }
  }

  /// An array of `count` elements.
  record Row(Class<?> type, Plan element, int count) implements Plan {
    @Override
    public int size() {
      return element.size() * count;
    }
  }

  /// A flexible array, which is the rest of a record: a `String`, or an array of elements. Without
  /// a record it has none. `element` is a byte of text, a byte, or what an array has.
  record Rest(Class<?> type, Plan element) implements Plan {
    @Override
    public int size() {
      return 0;
    }
  }

  /// A record; `unnamed` are the members of the struct that it has no component for.
  record Struct(Class<?> type, int size, List<Component> components, List<String> unnamed)
      implements Plan {
    public Struct {
      components = List.copyOf(components);
      unnamed = List.copyOf(unnamed);
    }

    /// What messages call a component.
    String label(Component component) {
      return type.getSimpleName() + "." + component.name();
    }
  }

  /// A component of a record, `offset` bytes from its start.
  record Component(String name, int offset, Plan plan) {
    /// The first bit that it takes, counted from the record's start.
    long firstBit() {
      return 8L * offset + (plan instanceof Bits b ? b.shift() : 0);
    }

    long endBit() {
      return plan instanceof Bits b ? firstBit() + b.bits() : firstBit() + 8L * plan.size();
    }
  }

  /// How many bytes from its start are read: up to the end of the last part that something in Java
  /// stands for, without what follows it.
  static int extent(Plan plan) {
    return switch (plan) {
      case Struct struct ->
          struct.components().stream().mapToInt(c -> c.offset() + extent(c.plan())).max().orElse(0);
      case Row row when row.count() > 0 ->
          row.element().size() * (row.count() - 1) + extent(row.element());
      default -> plan.size();
    };
  }

  /// The same plan for a whole codec, whose type is never primitive.
  static Plan boxed(Plan plan) {
    var type = MethodType.methodType(plan.type()).wrap().returnType();
    return switch (plan) {
      case Whole whole -> new Whole(type, whole.size(), whole.signed());
      case Real real -> new Real(type, real.size());
      default -> plan;
    };
  }

  /// Whether it ends in a flexible array.
  static boolean flexible(Plan plan) {
    return plan instanceof Rest
        || (plan instanceof Struct struct
            && struct.components().stream().anyMatch(c -> flexible(c.plan())));
  }

  /// The same plan where something follows in memory, so that flexible arrays have no elements.
  static Plan closed(Plan plan) {
    return switch (plan) {
      case Rest rest when rest.type() == String.class -> new Text(rest.type(), 0);
      case Rest rest when rest.element() instanceof Raw -> new Raw(rest.type(), 0);
      case Rest rest -> new Row(rest.type(), rest.element(), 0);
      case Struct struct when flexible(struct) ->
          new Struct(
              struct.type(),
              struct.size(),
              struct.components().stream()
                  .map(c -> new Component(c.name(), c.offset(), closed(c.plan())))
                  .toList(),
              struct.unnamed());
      default -> plan;
    };
  }

  /// Whether a record of `length` bytes has a byte of what is read, and ends inside no number,
  /// address or name.
  static boolean reads(Plan plan, long length) {
    return length >= extent(plan) || (length > start(plan) && !cut(plan, length));
  }

  /// The first byte that something in Java stands for.
  private static int start(Plan plan) {
    return plan instanceof Struct struct
        ? struct.components().stream().mapToInt(c -> c.offset() + start(c.plan())).min().orElse(0)
        : 0;
  }

  /// Whether an end after `length` bytes makes a part worthless. Text and bytes go as far as they
  /// go; a name without a constant for 0 cannot be missing.
  private static boolean cut(Plan plan, long length) {
    return switch (plan) {
      case Text _, Raw _, Rest _ -> false;
      case Struct struct ->
          struct.components().stream().anyMatch(c -> cut(c.plan(), length - c.offset()));
      case Row row when length < row.size() ->
          cut(row.element(), Math.max(0, length) % row.element().size()) || cut(row.element(), 0);
      case Row _ -> false;
      case Named named when length < named.size() -> length > 0 || !named.codes().contains(0L);
      case Bits bits -> {
        var below = bits.shift() / 8;
        var above = (bits.shift() + bits.bits() + 7) / 8;
        var little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        var first = little ? below : bits.size() - above;
        var end = little ? above : bits.size() - below;
        yield length > first && length < end;
      }
      case Whole _, Big _, Real _, Address _, Named _ -> length > 0 && length < plan.size();
    };
  }

  /// The members of the C type that nothing in Java stands for, by path.
  static List<String> unnamed(Plan plan) {
    var names = new ArrayList<String>();
    collectUnnamed(plan, "", names);
    return List.copyOf(names);
  }

  private static void collectUnnamed(Plan plan, String path, List<String> names) {
    if (plan instanceof Row row) {
      collectUnnamed(row.element(), path + "[]", names);
    } else if (plan instanceof Struct struct) {
      var prefix = path.isEmpty() ? "" : path + ".";
      struct.unnamed().forEach(name -> names.add(prefix + name));
      for (var component : struct.components()) {
        collectUnnamed(component.plan(), prefix + component.name(), names);
      }
    }
  }

  /// Why values can be read only; null where they can be written.
  static @Nullable String whyReadOnly(Plan plan) {
    var overlap = overlap(plan);
    if (overlap != null) {
      return overlap;
    }
    var unnamed = unnamed(plan);
    return unnamed.isEmpty()
        ? null
        : element(plan).getName()
            + " can be read only: it has no component for "
            + String.join(", ", unnamed);
  }

  private static Class<?> element(Plan plan) {
    return plan instanceof Row row ? element(row.element()) : plan.type();
  }

  private static @Nullable String overlap(Plan plan) {
    if (plan instanceof Row row) {
      return overlap(row.element());
    }
    if (!(plan instanceof Struct struct)) {
      return null;
    }
    var sorted = new ArrayList<>(struct.components());
    sorted.sort(java.util.Comparator.comparingLong(Component::firstBit));
    Component widest = null;
    for (var component : sorted) {
      if (widest != null
          && component.firstBit() < widest.endBit()
          && component.endBit() > component.firstBit()) {
        return struct.type().getName()
            + " can be read only: its components "
            + widest.name()
            + " and "
            + component.name()
            + " stand in the same bytes";
      }
      if (widest == null || component.endBit() > widest.endBit()) {
        widest = component;
      }
      var inner = overlap(component.plan());
      if (inner != null) {
        return inner;
      }
    }
    return null;
  }
}
