package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.internal.ir.KernelMember;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.map.BpfMap;

/// BTF of classes, numbers, functions, and of the structures of the kernel that programs read.
public final class StructTypes {
  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  private final BtfBuilder btf;
  private final Layouts layouts;
  private final Map<Object, Integer> ids = new HashMap<>();
  private final Map<String, Local> locals = new LinkedHashMap<>();
  private final Map<String, Enumeration> enumerations = new LinkedHashMap<>();

  /// A structure of the kernel as the object has it: the members that programs ask for.
  private static final class Local {
    final int id;
    final List<BtfType.Member> members = new ArrayList<>();
    final Map<String, Integer> index = new HashMap<>();
    int end;

    Local(int id) {
      this.id = id;
    }
  }

  StructTypes(BtfBuilder btf, Layouts layouts) {
    this.btf = btf;
    this.layouts = layouts;
  }

  private int id(Object key, java.util.function.Supplier<BtfType> type) {
    var known = ids.get(key);
    if (known == null) {
      known = btf.add(type.get());
      ids.put(key, known);
    }
    return known;
  }

  private int integer(String name, int bytes, int encoding) {
    return id(name, () -> new BtfType.Int(name, bytes, encoding, 0, 8 * bytes));
  }

  /// A number.
  int number(int bytes, boolean signed) {
    return switch (bytes) {
      case 1 -> signed ? integer("signed char", 1, SIGNED) : integer("unsigned char", 1, 0);
      case 2 -> signed ? integer("short", 2, SIGNED) : integer("unsigned short", 2, 0);
      case 4 -> signed ? integer("int", 4, SIGNED) : integer("unsigned int", 4, 0);
      default -> signed ? integer("long long", 8, SIGNED) : integer("unsigned long long", 8, 0);
    };
  }

  private int scalar(Class<?> type, int bytes, boolean signed) {
    return type == boolean.class || type == Boolean.class
        ? integer("_Bool", 1, BOOL)
        : number(bytes, signed);
  }

  /// The type of values of a class: of keys, values, parameters, results.
  public int of(Class<?> type) {
    if (type == void.class) {
      return 0;
    }
    var scalar = Layouts.scalar(type);
    if (scalar > 0) {
      return scalar(type, scalar, Layouts.signed(type));
    }
    var known = ids.get(type);
    if (known != null) {
      return known;
    }
    var layout = layouts.of(type);
    var members = new ArrayList<BtfType.Member>();
    for (var place : layout.places().values()) {
      members.add(
          new BtfType.Member(
              place.name(),
              element(place.type(), place.bytes(), place.signed(), place.length()),
              8L * place.offset(),
              0));
    }
    var id = btf.add(new BtfType.Struct(name(type), layout.size(), false, members));
    ids.put(type, id);
    return id;
  }

  /// Names of types are in one space with those of the kernel's; two classes of one name differ by
  /// the class around them.
  private String name(Class<?> type) {
    var name = type.getSimpleName();
    if (ids.putIfAbsent("struct " + name, 0) == null) {
      return name;
    }
    var outer = type.getEnclosingClass();
    return (outer == null ? type.getPackageName().replace('.', '_') : outer.getSimpleName())
        + "_"
        + name;
  }

  /// The size of values of a class.
  public int size(Class<?> type) {
    return layouts.size(type);
  }

  /// A field or variable: a number, an array of numbers, or another class.
  public int element(Class<?> type, int bytes, boolean signed, int length) {
    var element = type.isArray() ? type.getComponentType() : type;
    int of;
    if (element == byte.class && length >= 0) {
      of = integer("char", 1, SIGNED);
    } else {
      of = Layouts.scalar(element) > 0 ? scalar(element, bytes, signed) : of(element);
    }
    if (length < 0) {
      return of;
    }
    var index = integer("unsigned int", 4, 0);
    return id(List.of(of, length), () -> new BtfType.Array(of, index, length));
  }

  /// A pointer to a class; to `void` for one that has no layout.
  public int pointer(Class<?> type) {
    if (type == Object.class || type.isInterface() || type.isArray()) {
      return voidPointer();
    }
    var target = of(type);
    return id(List.of("pointer", target), () -> new BtfType.Pointer(target));
  }

  public int voidPointer() {
    return id("void *", () -> new BtfType.Pointer(0));
  }

  // Structures of the kernel

  private Local local(String name) {
    var known = locals.get(name);
    if (known == null) {
      known = new Local(btf.add(new BtfType.Struct(name, 0, false, List.of())));
      locals.put(name, known);
    }
    return known;
  }

  /// The id of a structure or enumeration of the kernel, as the object has it.
  public int kernelType(KernelMember member) {
    return member.isEnumerator() ? enumeration(member.type()).id : local(member.type()).id;
  }

  /// An enumeration of the kernel as the object has it: the names that programs ask for.
  private record Enumeration(int id, List<BtfType.Enumerator> values) {}

  private Enumeration enumeration(String name) {
    var known = enumerations.get(name);
    if (known == null) {
      known = new Enumeration(btf.add(enumeration(name, List.of())), new ArrayList<>());
      enumerations.put(name, known);
    }
    return known;
  }

  private static BtfType enumeration(String name, List<BtfType.Enumerator> values) {
    return new BtfType.Enum(name, 4, false, false, values);
  }

  /// The place of an enumerator among those of its enumeration, which is also its value here.
  private int index(KernelMember enumerator) {
    var known = enumeration(enumerator.type());
    for (int i = 0; i < known.values.size(); i++) {
      if (known.values.get(i).name().equals(enumerator.path())) {
        return i;
      }
    }
    known.values.add(new BtfType.Enumerator(enumerator.path(), known.values.size()));
    btf.set(known.id, enumeration(enumerator.type(), known.values));
    return known.values.size() - 1;
  }

  /// The type of a function of the kernel that a method of Java stands for.
  public int kernelFunction(Method method) {
    var parameters = new ArrayList<BtfType.Parameter>();
    for (var parameter : method.getParameters()) {
      parameters.add(new BtfType.Parameter(parameter.getName(), kernelValue(parameter.getType())));
    }
    return btf.add(new BtfType.Prototype(kernelValue(method.getReturnType()), parameters));
  }

  /// The type of the function that takes back what another one gives.
  public int releasingFunction(Method giving) {
    return btf.add(
        new BtfType.Prototype(
            0, List.of(new BtfType.Parameter("p", kernelValue(giving.getReturnType())))));
  }

  private int kernelValue(Class<?> type) {
    var kernel = type.getAnnotation(KernelType.class);
    if (kernel != null) {
      var target = local(kernel.value()).id;
      return id(List.of("pointer", target), () -> new BtfType.Pointer(target));
    }
    if (type.isPrimitive()) {
      return of(type);
    }
    if (type == String.class || type.isArray()) {
      var target =
          type == String.class
              ? integer("char", 1, SIGNED)
              : element(type.getComponentType(), Layouts.scalar(type.getComponentType()), true, -1);
      return id(List.of("pointer", target), () -> new BtfType.Pointer(target));
    }
    return BpfMap.class.isAssignableFrom(type) ? voidPointer() : pointer(type);
  }

  /// How a relocation names a member: the indices of members, from the outermost.
  public String access(KernelMember member) {
    if (member.isEnumerator()) {
      return String.valueOf(index(member));
    }
    var access = new StringBuilder("0");
    walk(member, access);
    return access.toString();
  }

  /// Where the types of the object have a member.
  public int offset(KernelMember member) {
    return member.isEnumerator() ? index(member) : walk(member, new StringBuilder());
  }

  private int walk(KernelMember member, StringBuilder access) {
    var type = member.type();
    int offset = 0;
    var names = member.path().split("\\.", -1);
    for (int i = 0; i < names.length; i++) {
      var last = i == names.length - 1;
      var local = local(type);
      var name = names[i];
      var index = local.index.get(name);
      if (index == null) {
        index = add(local, type, name, last ? member : null);
      }
      access.append(':').append(index);
      offset += (int) (local.members.get(index).bitOffset() / 8);
      type = type + "." + name;
    }
    return offset;
  }

  private int add(
      Local local, String type, String name, @org.jspecify.annotations.Nullable KernelMember last) {
    int of;
    int bytes;
    if (last == null) {
      // A structure inside of it, of no name, in which nothing else follows.
      of = local(type + "." + name).id;
      bytes = 4096;
    } else if (last.pointee().equals("void")) {
      of = voidPointer();
      bytes = 8;
    } else if (!last.pointee().isEmpty()) {
      var target = local(last.pointee()).id;
      of = id(List.of("pointer", target), () -> new BtfType.Pointer(target));
      bytes = 8;
    } else {
      of = number(last.bytes(), last.signed());
      bytes = last.bytes();
    }
    var index = local.members.size();
    if (local.end + bytes > 30_000) {
      throw new Refusal("too many members of struct " + type, "fewer");
    }
    local.members.add(new BtfType.Member(name, of, 8L * local.end, 0));
    local.index.put(name, index);
    local.end += (bytes + 7) / 8 * 8;
    btf.set(local.id, new BtfType.Struct(plain(type), local.end, false, local.members));
    return index;
  }

  /// Structures inside of others have no name of their own.
  private static String plain(String type) {
    return type.contains(".") ? "" : type;
  }
}
