package org.ebpf4j.codec;

import java.lang.invoke.MethodHandles.Lookup;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The layout that a C compiler gives a struct with the components of a record as its members, on
/// 64-bit machines: each at a multiple of its alignment, and the whole a multiple of the largest.
final class CRules {
  private final @Nullable Lookup lookup;
  private final ArrayDeque<Class<?>> open = new ArrayDeque<>();

  private CRules(@Nullable Lookup lookup) {
    this.lookup = lookup;
  }

  private record Laid(Plan plan, int alignment) {}

  /// @throws IllegalArgumentException where the type has no such layout
  static Plan plan(Class<?> type, @Nullable Lookup lookup) {
    return new CRules(lookup).lay(JavaPart.whole(type), type.getName()).plan();
  }

  private Laid lay(JavaPart part, String where) {
    var sort = part.sort();
    var width = part.width();
    if (width != null && sort != JavaPart.Sort.INTEGER && sort != JavaPart.Sort.ARRAY) {
      throw wrong(where, width.name() + " is for integers, not for " + part.type().getSimpleName());
    }
    var size = part.bytes();
    return switch (sort) {
      case BOOLEAN -> new Laid(new Plan.Whole(part.type(), 1, false), 1);
      case INTEGER -> {
        if (width == null) {
          yield new Laid(new Plan.Whole(part.type(), size, true), size);
        }
        if (width.bytes() > size) {
          throw wrong(where, width.name() + " does not fit " + part.type().getSimpleName());
        }
        yield new Laid(new Plan.Whole(part.type(), width.bytes(), width.signed()), width.bytes());
      }
      case REAL -> new Laid(new Plan.Real(part.type(), size), size);
      case BIG -> throw wrong(where, "a BigInteger wants BTF to say how long it is");
      case TEXT -> new Laid(new Plan.Text(part.type(), length(part, where, "the bytes")), 1);
      case BYTES -> new Laid(new Plan.Raw(part.type(), length(part, where, "the bytes")), 1);
      case ADDRESS -> new Laid(new Plan.Address(part.type(), address(part, where)), 4);
      case NAMED -> new Laid(new Plan.Named(part.type(), 4, false, ordinals(part.type())), 4);
      case ARRAY -> {
        var count = length(part, where, "the elements");
        var element = lay(part.element(), where);
        if (count * (long) element.plan().size() > Integer.MAX_VALUE) {
          throw wrong(where, "an array of more than 2 GiB");
        }
        yield new Laid(new Plan.Row(part.type(), element.plan(), count), element.alignment());
      }
      case RECORD -> struct(part.type(), where);
      case OTHER -> throw wrong(where, part.unsupported());
    };
  }

  private Laid struct(Class<?> type, String where) {
    if (open.contains(type)) {
      throw wrong(where, type.getName() + " contains itself");
    }
    Access.to(type, lookup);
    open.push(type);
    var components = new ArrayList<Plan.Component>();
    var largest = 1;
    long end = 0;
    for (var component : type.getRecordComponents()) {
      var laid = lay(JavaPart.of(component), type.getName() + "." + component.getName());
      var offset = roundUp(end, laid.alignment());
      end = offset + laid.plan().size();
      if (end > Integer.MAX_VALUE - 8) {
        throw wrong(where, "a record of more than 2 GiB");
      }
      components.add(new Plan.Component(component.getName(), (int) offset, laid.plan()));
      largest = Math.max(largest, laid.alignment());
    }
    open.pop();
    if (components.isEmpty()) {
      throw wrong(where, type.getName() + " has no components");
    }
    var size = (int) roundUp(end, largest);
    return new Laid(new Plan.Struct(type, size, components, List.of()), largest);
  }

  private static int length(JavaPart part, String where, String what) {
    if (part.lengths().isEmpty()) {
      throw wrong(
          where,
          "no BTF says how long a "
              + part.type().getSimpleName()
              + " is: add @Length with "
              + what
              + " to the component, or use a codec against BTF");
    }
    var length = part.lengths().getFirst();
    if (length < 1) {
      throw wrong(where, "@Length(" + length + ") is not positive");
    }
    return length;
  }

  private static int address(JavaPart part, String where) {
    if (part.type() == Inet4Address.class) {
      return 4;
    }
    if (part.type() == Inet6Address.class) {
      return 16;
    }
    if (part.lengths().isEmpty()) {
      throw wrong(
          where,
          "an InetAddress may have 4 or 16 bytes: take Inet4Address or Inet6Address, or add"
              + " @Length");
    }
    var length = part.lengths().getFirst();
    if (length != 4 && length != 16) {
      throw wrong(where, "an InetAddress has 4 or 16 bytes, not " + length);
    }
    return length;
  }

  private static List<Long> ordinals(Class<?> type) {
    return IntStream.range(0, Access.constants(type).size()).mapToObj(i -> (long) i).toList();
  }

  private static long roundUp(long offset, int alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }

  private static IllegalArgumentException wrong(String where, String problem) {
    return new IllegalArgumentException(where + ": " + problem);
  }
}
