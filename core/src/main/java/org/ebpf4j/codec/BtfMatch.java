package org.ebpf4j.codec;

import java.lang.invoke.MethodHandles.Lookup;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.error.LayoutMismatchException.Fault;
import org.jspecify.annotations.Nullable;

/// Fits Java types to types of BTF: components to members by name, and each by its size.
final class BtfMatch {
  private final Btf btf;
  private final @Nullable Lookup lookup;
  private final ArrayDeque<Class<?>> open = new ArrayDeque<>();

  private BtfMatch(Btf btf, @Nullable Lookup lookup) {
    this.btf = btf;
    this.lookup = lookup;
  }

  /// @throws LayoutMismatchException where they do not fit
  static Plan plan(Class<?> type, Btf btf, int typeId, @Nullable Lookup lookup) {
    if (!btf.order().equals(ByteOrder.nativeOrder())) {
      throw new IllegalArgumentException(
          "the types are those of a machine of another byte order (" + btf.order() + ")");
    }
    var id = btf.resolve(typeId);
    if (btf.type(id) instanceof BtfType.Variable variable) {
      if (btf.type(btf.resolve(variable.type())) instanceof BtfType.Variable) {
        throw btf.malformed(id, "variable '" + variable.name() + "' has the type of a variable");
      }
      return plan(type, btf, variable.type(), lookup);
    }
    var part = JavaPart.whole(type);
    try {
      return new BtfMatch(btf, lookup).fit(part, typeId);
    } catch (Misfit e) {
      var lines = new ArrayList<LayoutTable.Line>();
      var rows = sized(btf, id) ? LayoutTable.rows(btf, typeId) : List.<List<String>>of();
      if (rows.size() == 1) {
        lines.add(LayoutTable.inBoth(rows.getFirst(), part, e.problem()));
      } else {
        rows.forEach(c -> lines.add(LayoutTable.inBoth(c, null, "")));
        lines.add(LayoutTable.inJava(part, e.problem()));
      }
      var title = CTypeName.of(btf, typeId);
      throw new LayoutMismatchException(
          type.getName(),
          title,
          List.of(new Fault("", e.problem())),
          LayoutTable.text(
              sized(btf, id) ? LayoutTable.title(btf, typeId) : title, type.getName(), lines));
    }
  }

  /// Whether values of a type can be in memory.
  private static boolean sized(Btf btf, int id) {
    return switch (btf.type(id)) {
      case BtfType.Int _,
          BtfType.Pointer _,
          BtfType.Array _,
          BtfType.Struct _,
          BtfType.Enum _,
          BtfType.Floating _ ->
          true;
      default -> false;
    };
  }

  /// How a part stands in memory as a value of that type.
  Plan fit(JavaPart part, int typeId) throws Misfit {
    var id = btf.resolve(typeId);
    var type = btf.type(id);
    if (!sized(btf, id)) {
      throw new Misfit(CTypeName.of(btf, typeId) + " has no size");
    }
    if (btf.size(id) > Integer.MAX_VALUE - 8) {
      throw new Misfit("more than 2 GiB");
    }
    var size = (int) btf.size(id);
    var sort = part.sort();
    if (part.width() != null && sort != JavaPart.Sort.INTEGER && sort != JavaPart.Sort.ARRAY) {
      throw new Misfit(part.width().name() + " is for integers");
    }
    return switch (sort) {
      case BOOLEAN -> {
        if (!(type instanceof BtfType.Int || type instanceof BtfType.Enum) || !wordSize(size)) {
          throw new Misfit("boolean is for integers of 1, 2, 4 or 8 bytes");
        }
        yield new Plan.Whole(part.type(), size, false);
      }
      case INTEGER -> integer(part, type, size);
      case REAL -> {
        if (!(type instanceof BtfType.Floating)) {
          throw new Misfit(part.type().getSimpleName() + " is for floating point");
        }
        if (size != part.bytes()) {
          throw new Misfit(sizes(part, part.bytes(), size));
        }
        yield new Plan.Real(part.type(), size);
      }
      case BIG -> {
        if (!(type instanceof BtfType.Int integer) || (size != 8 && size != 16)) {
          throw new Misfit("BigInteger is for integers of 8 or 16 bytes");
        }
        yield new Plan.Big(part.type(), size, signed(integer));
      }
      case TEXT -> {
        if (!(type instanceof BtfType.Array array)
            || !(btf.type(btf.resolve(array.element())) instanceof BtfType.Int integer)
            || integer.size() != 1) {
          throw new Misfit("String is for arrays of char");
        }
        checkLength(part, size, "bytes");
        yield new Plan.Text(part.type(), size);
      }
      case BYTES -> {
        checkLength(part, size, "bytes");
        yield new Plan.Raw(part.type(), size);
      }
      case ADDRESS -> {
        var right =
            part.type() == Inet4Address.class
                ? size == 4
                : part.type() == Inet6Address.class ? size == 16 : size == 4 || size == 16;
        if (!right) {
          var wanted =
              part.type() == Inet4Address.class
                  ? "4"
                  : part.type() == Inet6Address.class ? "16" : "4 or 16";
          throw new Misfit(
              part.type().getSimpleName() + " has " + wanted + " bytes, the member " + size);
        }
        checkLength(part, size, "bytes");
        yield new Plan.Address(part.type(), size);
      }
      case NAMED -> named(part, type, size);
      case ARRAY -> {
        if (!(type instanceof BtfType.Array array)) {
          throw new Misfit(part.type().getSimpleName() + " is for arrays");
        }
        var count = (int) Math.min(array.count(), Integer.MAX_VALUE);
        checkLength(part, count, "elements");
        var element = Plan.closed(fit(part.element(), array.element()));
        if (element.size() == 0) {
          throw new Misfit("elements of no size");
        }
        yield new Plan.Row(part.type(), element, count);
      }
      case RECORD -> {
        if (!(type instanceof BtfType.Struct)) {
          throw new Misfit("a record is for structs and unions");
        }
        yield struct(part.type(), typeId, id, size);
      }
      case OTHER -> throw new Misfit(part.unsupported());
    };
  }

  /// How a part stands in memory as a flexible array of that type.
  Plan rest(JavaPart part, int typeId) throws Misfit {
    return switch (fit(part, typeId)) {
      case Plan.Text text -> new Plan.Rest(text.type(), new Plan.Text(text.type(), 1));
      case Plan.Raw raw -> new Plan.Rest(raw.type(), new Plan.Raw(raw.type(), 1));
      case Plan.Row row -> new Plan.Rest(row.type(), row.element());
      case Plan plan -> plan;
    };
  }

  private static void checkLength(JavaPart part, int length, String what) throws Misfit {
    if (!part.lengths().isEmpty() && part.lengths().getFirst() != length) {
      throw new Misfit(
          "@Length(" + part.lengths().getFirst() + "), the member has " + length + " " + what);
    }
  }

  private static boolean wordSize(int size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
  }

  private static String sizes(JavaPart part, int inJava, int inC) {
    return part.type().getSimpleName()
        + " has "
        + inJava
        + (inJava == 1 ? " byte" : " bytes")
        + ", the member "
        + inC;
  }

  private static boolean signed(BtfType.Int integer) {
    return (integer.encoding() & 1) != 0;
  }

  private static Plan integer(JavaPart part, BtfType type, int size) throws Misfit {
    var signed = isSigned(part, type);
    if (!wordSize(size)) {
      throw new Misfit(
          "an integer of " + size + " bytes: take byte[]" + (size == 16 ? " or BigInteger" : ""));
    }
    var width = part.width();
    if (width != null && width.bytes() != size) {
      throw new Misfit(
          width.name()
              + " has "
              + width.bytes()
              + (width.bytes() == 1 ? " byte" : " bytes")
              + ", the member "
              + size);
    }
    if (width != null && width.signed() != signed) {
      throw new Misfit(
          width.name()
              + " is "
              + (width.signed() ? "signed" : "unsigned")
              + ", the member "
              + (signed ? "signed" : "unsigned"));
    }
    var bytes = part.bytes();
    // Values of 1 byte are seen as int, too, as that is what Java calculates with.
    var fits = bytes == size || bytes == 2 * size || (bytes == 4 && size == 1);
    if (bytes < size || (!fits && width == null)) {
      var advice =
          switch (size) {
            case 1 -> "byte, short or int";
            case 2 -> "short or int";
            case 4 -> "int or long";
            default -> "long";
          };
      throw new Misfit(sizes(part, bytes, size) + ": take " + advice);
    }
    return new Plan.Whole(part.type(), size, signed);
  }

  static boolean isSigned(JavaPart part, BtfType type) throws Misfit {
    return switch (type) {
      case BtfType.Int t -> signed(t);
      case BtfType.Enum t -> t.signed();
      case BtfType.Pointer _ -> false;
      default -> throw new Misfit(part.type().getSimpleName() + " is for integers and pointers");
    };
  }

  private static Plan named(JavaPart part, BtfType type, int size) throws Misfit {
    if (!(type instanceof BtfType.Enum t) || !wordSize(size)) {
      throw new Misfit("enum " + part.type().getSimpleName() + " is for enums");
    }
    var known = new HashMap<String, Long>();
    t.values().forEach(v -> known.put(v.name(), v.value()));
    var codes = new ArrayList<Long>();
    for (var constant : Access.constants(part.type())) {
      var name = Access.nameInC(constant);
      var code = known.get(name);
      if (code == null) {
        var names = t.values().stream().limit(8).map(BtfType.Enumerator::name).toList();
        throw new Misfit(
            "enum "
                + t.name()
                + " has no "
                + name
                + ", but "
                + String.join(", ", names)
                + (t.values().size() > names.size() ? ", ..." : ""));
      }
      codes.add(code);
    }
    return new Plan.Named(part.type(), size, t.signed(), codes);
  }

  private Plan struct(Class<?> type, int typeId, int id, int size) throws Misfit {
    if (open.contains(type)) {
      throw new Misfit(type.getName() + " contains itself");
    }
    var components = type.getRecordComponents();
    if (components.length == 0) {
      throw new Misfit(type.getName() + " has no components");
    }
    Access.to(type, lookup);
    open.push(type);
    var matching = new StructMatch(this, btf, id, size);
    for (var component : components) {
      matching.add(JavaPart.of(component));
    }
    open.pop();
    if (!matching.faults().isEmpty()) {
      throw new LayoutMismatchException(
          "record " + type.getName(),
          CTypeName.of(btf, typeId),
          matching.faults(),
          matching.table(LayoutTable.title(btf, typeId), "record " + type.getSimpleName()));
    }
    return new Plan.Struct(type, size, matching.components(), matching.unnamed());
  }
}
