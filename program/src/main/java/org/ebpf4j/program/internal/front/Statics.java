package org.ebpf4j.program.internal.front;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.map.BpfMap;
import org.ebpf4j.program.map.MapKind;
import org.jspecify.annotations.Nullable;

/// What static fields of the classes come to: maps and variables; and the texts of programs.
public final class Statics {
  private final ByteOrder order;
  private final Map<Field, MapInfo> maps = new LinkedHashMap<>();
  private final Map<Field, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Integer> texts = new LinkedHashMap<>();
  private final Section data = new Section();
  private final Section constants = new Section();

  /// The bytes of a data section while it grows.
  private static final class Section {
    private byte[] bytes = new byte[64];
    private int end;

    int reserve(int size, int alignment) {
      var at = (end + alignment - 1) / alignment * alignment;
      end = at + size;
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
      }
      return at;
    }
  }

  public Statics(ByteOrder order) {
    this.order = order;
  }

  /// The maps, in the order in which they were met.
  public List<MapInfo> maps() {
    return List.copyOf(maps.values());
  }

  /// The variables of a section.
  public List<Variable> variables(String section) {
    return variables.values().stream().filter(v -> v.section().equals(section)).toList();
  }

  /// The bytes of a section; none where nothing is in it.
  public byte[] content(String section) {
    var of = section.equals(".data") ? data : constants;
    return Arrays.copyOf(of.bytes, of.end);
  }

  private int zero = -1;

  /// Where a variable is that is 0, which only the compiler knows.
  public Operation.DataAddress zero() {
    if (zero < 0) {
      zero = data.reserve(4, 4);
    }
    return new Operation.DataAddress(".data", zero);
  }

  /// Where a text stands in `.rodata`, with a zero byte behind it.
  int text(String text) {
    return texts.computeIfAbsent(
        text,
        t -> {
          var bytes = t.getBytes(StandardCharsets.UTF_8);
          if (t.indexOf('\0') >= 0) {
            throw new Refusal("a text with a zero byte in it", "a text without");
          }
          var at = constants.reserve(bytes.length + 1, 1);
          System.arraycopy(bytes, 0, constants.bytes, at, bytes.length);
          return at;
        });
  }

  static int textSize(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length + 1;
  }

  private static @Nullable Object read(Field field) {
    try {
      field.setAccessible(true);
      return field.get(null);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new Refusal(
          "the field "
              + field.getDeclaringClass().getSimpleName()
              + "."
              + field.getName()
              + " cannot be read: "
              + e.getMessage(),
          "`opens` of its package to org.ebpf4j.program");
    } catch (ExceptionInInitializerError e) {
      throw new Refusal(
          "class "
              + field.getDeclaringClass().getSimpleName()
              + " cannot be initialised: "
              + e.getCause(),
          "static fields whose first values can be computed on this machine");
    }
  }

  /// The map in a field.
  public MapInfo map(Field field) {
    var known = maps.get(field);
    if (known == null) {
      if (!(read(field) instanceof BpfMap map)) {
        throw new Refusal(
            "the static field "
                + field.getName()
                + " of type "
                + field.getType().getSimpleName()
                + " is no map and no number",
            "a map of org.ebpf4j.program.map, a number, or an array of numbers");
      }
      known = map(field.getName(), map, field.getGenericType(), field);
      maps.put(field, known);
    }
    return known;
  }

  private static MapInfo map(String name, BpfMap map, Type generic, Field field) {
    var kind = map.getClass().getAnnotation(MapKind.class);
    if (kind == null) {
      throw new Refusal(
          map.getClass().getSimpleName() + " says no kind of map (@MapKind)", "a map that does");
    }
    var arguments =
        generic instanceof ParameterizedType p ? p.getActualTypeArguments() : new Type[0];
    var names = map.getClass().getTypeParameters();
    if (arguments.length != names.length) {
      throw new Refusal(
          "map " + field.getName() + " without the types of keys and values",
          "for example " + map.getClass().getSimpleName() + "<Integer, AtomicLong>");
    }
    Optional<Class<?>> key = Optional.empty();
    Optional<Class<?>> value = Optional.empty();
    Optional<MapInfo> inner = Optional.empty();
    for (int i = 0; i < names.length; i++) {
      if (names[i].getName().equals("K")) {
        key = Optional.of(plain(arguments[i], field));
      } else if (names[i].getName().equals("M")) {
        inner = inner(name, map, arguments[i], field);
      } else {
        value = Optional.of(plain(arguments[i], field));
      }
    }
    return new MapInfo(name, kind.value(), map, key, value, inner);
  }

  private static Optional<MapInfo> inner(String name, BpfMap map, Type type, Field field) {
    var like = map.inner();
    if (like == null) {
      throw new Refusal(
          "map " + name + " does not say what maps in it look like", "one as example");
    }
    return Optional.of(map(name + ".inner", like, type, field));
  }

  private static Class<?> plain(Type type, Field field) {
    if (type instanceof Class<?> c && !c.isInterface() && !c.isArray()) {
      return c;
    }
    throw new Refusal(
        "map " + field.getName() + " with keys or values of type " + type.getTypeName(),
        "a box of a number, an atomic number, a record, or a class of numbers");
  }

  /// The variable that a field is.
  Variable variable(Field field) {
    var known = variables.get(field);
    if (known == null) {
      known = place(field, read(field));
      variables.put(field, known);
    }
    return known;
  }

  static boolean isVariable(Class<?> type) {
    return type.isPrimitive()
        || Layouts.isAtomic(type)
        || (type.isArray() && type.getComponentType().isPrimitive());
  }

  private Variable place(Field field, @Nullable Object first) {
    var type = field.getType();
    if (first == null) {
      throw new Refusal(
          "the static field " + field.getName() + " holds null",
          "a first value, such as new " + type.getSimpleName());
    }
    var element = type.isArray() ? type.getComponentType() : type;
    Layouts.kind(element);
    var annotated = Layouts.annotated(field);
    var bytes = annotated != null ? annotated.bytes() : Layouts.scalar(element);
    var signed = annotated != null ? annotated.signed() : Layouts.signed(element);
    var constant = type.isPrimitive() && Modifier.isFinal(field.getModifiers());
    var length = type.isArray() ? Array.getLength(first) : -1;
    var section = constant ? constants : data;
    var at = section.reserve(bytes * (length < 0 ? 1 : length), bytes);
    var out = ByteBuffer.wrap(section.bytes).order(order);
    for (int i = 0; i < Math.max(1, length) && length != 0; i++) {
      put(out, at + i * bytes, bytes, number(length < 0 ? first : Array.get(first, i)));
    }
    return new Variable(field, constant ? ".rodata" : ".data", at, type, bytes, signed, length);
  }

  private static long number(Object value) {
    return switch (value) {
      case Boolean b -> b ? 1 : 0;
      case Character c -> c;
      case Byte b -> b;
      case Short s -> s;
      case Integer i -> i;
      case Long l -> l;
      case AtomicInteger i -> i.get();
      case AtomicLong l -> l.get();
      default -> throw Layouts.floating();
    };
  }

  private static void put(ByteBuffer out, int at, int bytes, long value) {
    switch (bytes) {
      case 1 -> out.put(at, (byte) value);
      case 2 -> out.putShort(at, (short) value);
      case 4 -> out.putInt(at, (int) value);
      default -> out.putLong(at, value);
    }
  }

  /// What a field holds.
  @Nullable Object constant(Field field) {
    return read(field);
  }

  /// The type of a map, where the class of a field says it.
  static Optional<MapType> mapType(Class<?> type) {
    return Optional.ofNullable(type.getAnnotation(MapKind.class)).map(MapKind::value);
  }
}
