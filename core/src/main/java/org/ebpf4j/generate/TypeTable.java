package org.ebpf4j.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.generate.DeclaredType.Component;
import org.ebpf4j.generate.DeclaredType.Constant;
import org.jspecify.annotations.Nullable;

/// What types of an object are in Java, in such a form that codecs fit them. Structs, unions and
/// enums are declared when they are first asked for, and are the same type from then on.
final class TypeTable {
  private static final int SIGNED = 1;
  private static final int CHAR = 2;
  private static final int BOOL = 4;

  /// A constructor has room for 255 parameters, the new object among them.
  private static final int MOST_SLOTS = 250;

  /// What a class with more constants would not have the room to initialise.
  private static final int MOST_CONSTANTS = 1_000;

  private final Btf btf;
  private final NameScope names;
  private final Map<Integer, JavaType> known = new HashMap<>();
  private final List<DeclaredType> declared = new ArrayList<>();

  /// The structs whose members are being looked at.
  private final Set<Integer> open = new HashSet<>();

  /// Whether values are written, too: then of the members of a union only one can be there.
  private boolean written;

  /// @param names the names of types that are taken
  TypeTable(Btf btf, NameScope names) {
    this.btf = btf;
    this.names = names;
  }

  /// A type whose values are read and written.
  ///
  /// @param path what it is called where it has no name
  JavaType written(int id, String path) {
    written = true;
    return of(id, path);
  }

  /// A type whose values are only read.
  JavaType read(int id, String path) {
    written = false;
    return of(id, path);
  }

  /// The types that were declared, in the order in which they were first asked for.
  List<DeclaredType> declared() {
    return declared;
  }

  private JavaType of(int id, String path) {
    var resolved = btf.resolve(id);
    return switch (btf.type(resolved)) {
      case BtfType.Int t -> integer(t);
      case BtfType.Pointer _ -> JavaType.LONG;
      case BtfType.Floating t when t.size() == Float.BYTES -> JavaType.of("float", "Float");
      case BtfType.Floating t when t.size() == Double.BYTES -> JavaType.of("double", "Double");
      case BtfType.Floating t -> JavaType.bytes(t.size());
      case BtfType.Enum t -> enumeration(resolved, named(id, t.name(), path), t);
      case BtfType.Array t -> array(t, path);
      case BtfType.Struct t -> structure(resolved, named(id, t.name(), path), t);
      case BtfType.Void _,
          BtfType.Forward _,
          BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.Function _,
          BtfType.Prototype _,
          BtfType.Variable _,
          BtfType.DataSection _,
          BtfType.DeclarationTag _,
          BtfType.TypeTag _ ->
          throw btf.malformed(resolved, "there are no values of " + CTypeName.of(btf, resolved));
    };
  }

  /// What a type is called in Java: by its own name, by that of a typedef, or by where it stands.
  private String named(int id, String name, String path) {
    if (!name.isEmpty()) {
      return NameScope.type(name);
    }
    var current = id;
    // The chain has an end, as it was followed before.
    while (current != btf.resolve(current)) {
      if (btf.type(current) instanceof BtfType.Typedef typedef) {
        var alias = typedef.name();
        return NameScope.type(
            alias.endsWith("_t") ? alias.substring(0, alias.length() - 2) : alias);
      }
      current = btf.sizeOrType(current);
    }
    return path;
  }

  private static JavaType integer(BtfType.Int type) {
    if ((type.encoding() & BOOL) != 0 && Integer.bitCount(type.size()) == 1 && type.size() <= 8) {
      return JavaType.BOOLEAN;
    }
    var signed = (type.encoding() & SIGNED) != 0;
    return switch (type.size()) {
      case 1 -> signed ? JavaType.of("byte", "Byte") : JavaType.unsigned("int", "Integer", "U8");
      case 2 -> signed ? JavaType.of("short", "Short") : JavaType.unsigned("int", "Integer", "U16");
      case 4 -> signed ? JavaType.INT : JavaType.unsigned("int", "Integer", "U32");
      case 8 -> JavaType.LONG;
      case 16 -> JavaType.BIG;
      default -> JavaType.bytes(type.size());
    };
  }

  private JavaType array(BtfType.Array array, String path) {
    var lengths = new ArrayList<Long>(List.of(array.count()));
    var element = array.element();
    while (btf.type(btf.resolve(element)) instanceof BtfType.Array inner) {
      lengths.add(inner.count());
      element = inner.element();
      if (lengths.size() > 32) {
        throw btf.malformed(btf.resolve(element), "an array of too many dimensions");
      }
    }
    if (btf.type(btf.resolve(element)) instanceof BtfType.Int number
        && number.size() == 1
        && (number.encoding() & BOOL) == 0) {
      var last = lengths.removeLast();
      var isText = number.name().equals("char") || (number.encoding() & CHAR) != 0;
      return (isText ? JavaType.text(last) : JavaType.bytes(last)).array(lengths);
    }
    return of(element, path).array(lengths);
  }

  private JavaType enumeration(int id, String name, BtfType.Enum type) {
    var before = known.get(id);
    if (before != null) {
      return before;
    }
    var number =
        switch (type.size()) {
          case 1, 2, 4 -> JavaType.INT;
          case 8 -> JavaType.LONG;
          default -> throw btf.malformed(id, "there are no values of " + CTypeName.of(btf, id));
        };
    if (type.values().isEmpty() || type.values().size() > MOST_CONSTANTS || isFlags(type)) {
      return number;
    }
    if (written && type.values().stream().noneMatch(value -> value.value() == 0)) {
      // Programs and the kernel fill memory with zeroes, for which it has no constant.
      return number;
    }
    var declaredName = names.claim(name, "Enum");
    var constants = new ArrayList<Constant>();
    var scope = new NameScope(false, Set.of());
    for (var value : type.values()) {
      var text =
          type.signed() ? String.valueOf(value.value()) : Long.toUnsignedString(value.value());
      var constant = scope.claim(NameScope.constant(value.name()), "_");
      constants.add(new Constant(constant, value.name(), text));
    }
    declared.add(new DeclaredType.Enumeration(declaredName, CTypeName.of(btf, id), constants));
    known.put(id, JavaType.declared(declaredName));
    return known.get(id);
  }

  /// Whether its values are bits, which stand together in a number.
  private static boolean isFlags(BtfType.Enum type) {
    var bits = type.values().stream().filter(value -> value.value() != 0).toList();
    return bits.size() > 2
        && bits.stream().allMatch(value -> Long.bitCount(value.value()) == 1)
        && bits.stream().anyMatch(value -> value.value() > 2);
  }

  private JavaType structure(int id, String name, BtfType.Struct type) {
    var before = known.get(id);
    if (before != null) {
      return before;
    }
    var size = btf.size(id);
    if ((type.name().equals("in6_addr") && size == 16)
        || (type.name().equals("in_addr") && size == 4)) {
      return JavaType.ADDRESS;
    }
    var members = StructMembers.of(btf, id, written);
    if (!members.fit()) {
      return JavaType.bytes(size);
    }
    if (!open.add(id)) {
      throw btf.malformed(id, CTypeName.of(btf, id) + " contains itself");
    }
    var declaredName = names.claim(name, type.union() ? "Union" : "Struct");
    var components = components(id, declaredName, members);
    open.remove(id);
    if (components.stream().mapToInt(c -> c.type().slots()).sum() > MOST_SLOTS
        || components.isEmpty()) {
      return JavaType.bytes(size);
    }
    var c = CTypeName.of(btf, id);
    declared.add(new DeclaredType.Structure(declaredName, c, components, members.left()));
    known.put(id, JavaType.declared(declaredName));
    return known.get(id);
  }

  private List<Component> components(int id, String owner, StructMembers members) {
    var components = new ArrayList<Component>();
    var scope = new NameScope(false, NameScope.OBJECT);
    for (var member : members.found()) {
      var type = component(id, owner, member);
      if (type != null) {
        var name = scope.claim(NameScope.member(member.name()), "_");
        components.add(
            new Component(
                name, type, members.isFoundBy(name, member) ? "" : member.name(), c(member)));
      }
    }
    return components;
  }

  private @Nullable JavaType component(int id, String owner, StructMembers.Found member) {
    if (member.bits() != 0) {
      return bitField(member);
    }
    var flexible = btf.isFlexibleArray(id, member.type(), member.firstBit());
    var path = owner + NameScope.type(member.name());
    if (btf.size(member.type()) != 0) {
      return of(member.type(), path);
    }
    // Arrays of nothing are no part of a value; flexible ones are its rest.
    return flexible
            && btf.type(btf.resolve(member.type())) instanceof BtfType.Array array
            && btf.size(array.element()) != 0
        ? of(member.type(), path).flexible()
        : null;
  }

  private JavaType bitField(StructMembers.Found member) {
    var type = btf.type(btf.resolve(member.type()));
    var signed =
        type instanceof BtfType.Int number
            ? (number.encoding() & SIGNED) != 0
            : type instanceof BtfType.Enum named && named.signed();
    if (member.bits() == 1 && !signed) {
      return JavaType.BOOLEAN;
    }
    return member.bits() <= Integer.SIZE ? JavaType.INT : JavaType.LONG;
  }

  /// A member as C declares it, but for the dimensions of an array, which stand with its type.
  private String c(StructMembers.Found member) {
    var text = CTypeName.of(btf, member.type()) + " " + member.name();
    return member.bits() == 0 ? text : text + " : " + member.bits();
  }

  /// The types of that name that values can be of: structs, unions, enums.
  List<Integer> find(String name) {
    return Arrays.stream(btf.ids(name))
        .map(btf::resolve)
        .filter(id ->
            btf.type(id) instanceof BtfType.Struct
                || (btf.type(id) instanceof BtfType.Enum t && t.size() != 0))
        .distinct()
        .boxed()
        .toList();
  }
}
