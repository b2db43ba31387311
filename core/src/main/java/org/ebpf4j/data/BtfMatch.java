package org.ebpf4j.data;

import java.lang.invoke.MethodHandles.Lookup;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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

  /// A part that does not fit, on its way to the table that shows it.
  private static final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;

    Misfit(String problem) {
      super(problem, null, false, false);
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  /// @throws LayoutMismatchException where they do not fit
  static Plan plan(Class<?> type, Btf btf, int typeId, @Nullable Lookup lookup) {
    if (!btf.order().equals(ByteOrder.nativeOrder())) {
      throw new IllegalArgumentException(
          "the types are those of a machine of another byte order (" + btf.order() + ")");
    }
    var id = btf.resolve(typeId);
    if (btf.type(id) instanceof BtfType.Variable variable) {
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

  private Plan fit(JavaPart part, int typeId) throws Misfit {
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
        var element = fit(part.element(), array.element());
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

  private static boolean isSigned(JavaPart part, BtfType type) throws Misfit {
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
    var matching = new Matching(CMember.of(btf, id, 0), size);
    for (var component : components) {
      matching.add(JavaPart.of(component));
    }
    open.pop();
    if (!matching.faults.isEmpty()) {
      throw new LayoutMismatchException(
          "record " + type.getName(),
          CTypeName.of(btf, typeId),
          matching.faults,
          matching.table(LayoutTable.title(btf, typeId), "record " + type.getSimpleName()));
    }
    return new Plan.Struct(type, size, matching.components, matching.unnamed());
  }

  /// A component that asks for a member, and what is wrong with that, if anything.
  private record Claim(JavaPart part, String problem) {}

  /// The matching of one record with one struct.
  private final class Matching {
    private final CMember.Group group;
    private final int size;
    private final List<Plan.Component> components = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final Set<CMember> named = Collections.newSetFromMap(new IdentityHashMap<>());

    /// The members of those that a name with dots leads through.
    private final IdentityHashMap<CMember, CMember.Group> entered = new IdentityHashMap<>();

    private final IdentityHashMap<CMember, List<Claim>> claims = new IdentityHashMap<>();
    private final List<LayoutTable.Line> withoutMember = new ArrayList<>();

    Matching(CMember.Group group, int size) {
      this.group = group;
      this.size = size;
    }

    void add(JavaPart part) {
      CMember member = null;
      try {
        member = find(part);
        named.add(member);
        components.add(component(part, member));
        line(part, member, "");
      } catch (Misfit e) {
        faults.add(new Fault(part.name(), e.problem()));
        line(part, member, e.problem());
      }
    }

    private void line(JavaPart part, @Nullable CMember member, String problem) {
      if (member == null) {
        withoutMember.add(LayoutTable.inJava(part, problem));
      } else {
        claims.computeIfAbsent(member, _ -> new ArrayList<>()).add(new Claim(part, problem));
      }
    }

    private CMember find(JavaPart part) throws Misfit {
      if (part.member() == null) {
        var exact = matches(group, part.name(), false);
        return one(exact.isEmpty() ? matches(group, part.name(), true) : exact, part.name());
      }
      var in = group;
      CMember found = null;
      for (var name : part.member().split("\\.", -1)) {
        if (found != null) {
          in = enter(found);
        }
        found = one(matches(in, name, false), name);
      }
      if (found == null) {
        throw new Misfit("an empty name");
      }
      return found;
    }

    private CMember.Group enter(CMember member) throws Misfit {
      var id = btf.resolve(member.type());
      if (!(btf.type(id) instanceof BtfType.Struct)) {
        throw new Misfit(member.name() + " is no struct or union");
      }
      return entered.computeIfAbsent(member, m -> CMember.of(btf, id, m.firstBit()));
    }

    private static List<CMember> matches(CMember.Group group, String name, boolean converted) {
      return group.named().stream()
          .filter(m -> (converted ? inJava(m.name()) : m.name()).equals(name))
          .toList();
    }

    private static CMember one(List<CMember> found, String name) throws Misfit {
      if (found.isEmpty()) {
        throw new Misfit("no member '" + name + "'");
      }
      if (found.size() > 1) {
        throw new Misfit(
            "stands for each of "
                + String.join(", ", found.stream().map(CMember::name).toList())
                + ": say which by @Member");
      }
      return found.getFirst();
    }

    private Plan.Component component(JavaPart part, CMember member) throws Misfit {
      var first = member.firstBit();
      var bits = member.bits();
      // Before kernels had a place for it in the member, the integer said how many bits it has.
      if (bits == 0
          && btf.type(btf.resolve(member.type())) instanceof BtfType.Int t
          && t.bits() < 8 * t.size()) {
        bits = t.bits();
        first += t.bitOffset();
      }
      if (bits == 0) {
        return new Plan.Component(part.name(), (int) (first / 8), fit(part, member.type()));
      }
      return bitField(part, member, first, bits);
    }

    private Plan.Component bitField(JavaPart part, CMember member, long first, int bits)
        throws Misfit {
      var sort = part.sort();
      var type = btf.type(btf.resolve(member.type()));
      if (sort != JavaPart.Sort.BOOLEAN && sort != JavaPart.Sort.INTEGER) {
        throw new Misfit("a bit field is for boolean and integers");
      }
      if (part.width() != null) {
        throw new Misfit("a bit field takes no " + part.width().name());
      }
      if (bits > 64 || first + bits > 8L * size) {
        throw new Misfit("a bit field of " + bits + " bits at bit " + first);
      }
      if (sort == JavaPart.Sort.INTEGER && bits > 8 * part.bytes()) {
        throw new Misfit(
            part.type().getSimpleName() + " has " + 8 * part.bytes() + " bits, the member " + bits);
      }
      return BitFields.component(
          part.name(), part.type(), first, bits, isSigned(part, type), size, btf.order());
    }

    List<String> unnamed() {
      var names = new ArrayList<String>();
      collect(group, "", names);
      return names;
    }

    /// Whether a component is for something in there.
    private boolean touched(CMember.Group in) {
      return in.members().stream()
          .anyMatch(m ->
              named.contains(m)
                  || (m.group() != null && touched(m.group()))
                  || (entered.containsKey(m) && touched(entered.get(m))));
    }

    private boolean touched(CMember member) {
      return touched(new CMember.Group(false, List.of(member)));
    }

    private void collect(CMember.Group in, String prefix, List<String> names) {
      var members =
          in.members().stream()
              .filter(m -> m.group() != null || !m.name().isEmpty())
              .filter(m -> m.bits() != 0 || btf.size(m.type()) != 0)
              .toList();
      if (in.union() && members.stream().anyMatch(this::touched)) {
        // Who chose one member of a union left out none of the others.
        members = members.stream().filter(this::touched).toList();
      } else if (in.union() && !members.isEmpty()) {
        names.add(
            "one of "
                + String.join(
                    ", ", in.named().stream().map(m -> "'" + prefix + m.name() + "'").toList()));
        return;
      }
      for (var member : members) {
        var inner = member.group() == null ? entered.get(member) : member.group();
        if (named.contains(member)) {
          continue;
        }
        if (inner == null) {
          names.add(prefix + member.name());
        } else {
          collect(inner, member.group() == null ? prefix + member.name() + "." : prefix, names);
        }
      }
    }

    String table(String cTitle, String javaTitle) {
      var lines = new ArrayList<LayoutTable.Line>();
      addLines(group, 0, lines);
      lines.addAll(withoutMember);
      return LayoutTable.text(cTitle, javaTitle, lines);
    }

    private void addLines(CMember.Group in, int depth, List<LayoutTable.Line> lines) {
      for (var member : in.members()) {
        var cells = LayoutTable.cells(btf, member, depth);
        var claimed = claims.getOrDefault(member, List.of());
        if (claimed.isEmpty()) {
          lines.add(LayoutTable.inBoth(cells, null, ""));
        }
        for (var claim : claimed) {
          lines.add(LayoutTable.inBoth(cells, claim.part(), claim.problem()));
        }
        var inner = member.group() == null ? entered.get(member) : member.group();
        if (inner != null) {
          addLines(inner, depth + 1, lines);
        }
      }
    }
  }

  /// A name of C as Java spells it: `min_us` is `minUs`.
  static String inJava(String name) {
    var text = new StringBuilder();
    var upper = false;
    for (int i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (c == '_') {
        upper = !text.isEmpty();
      } else {
        text.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return text.toString();
  }
}
