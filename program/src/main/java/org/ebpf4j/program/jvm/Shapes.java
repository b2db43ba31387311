package org.ebpf4j.program.jvm;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.codec.Length;
import org.ebpf4j.codec.S16;
import org.ebpf4j.codec.S32;
import org.ebpf4j.codec.S8;
import org.ebpf4j.codec.U16;
import org.ebpf4j.codec.U32;
import org.ebpf4j.codec.U8;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Finds the [Shape] of Java types.
public final class Shapes {
  private static final Map<Class<?>, NumberShape> NUMBERS =
      Map.ofEntries(
          Map.entry(boolean.class, new NumberShape(boolean.class, 1, false)),
          Map.entry(byte.class, new NumberShape(byte.class, 1, true)),
          Map.entry(short.class, new NumberShape(short.class, 2, true)),
          Map.entry(char.class, new NumberShape(char.class, 2, false)),
          Map.entry(int.class, new NumberShape(int.class, 4, true)),
          Map.entry(long.class, new NumberShape(long.class, 8, true)),
          Map.entry(Boolean.class, new NumberShape(boolean.class, 1, false)),
          Map.entry(Byte.class, new NumberShape(byte.class, 1, true)),
          Map.entry(Short.class, new NumberShape(short.class, 2, true)),
          Map.entry(Character.class, new NumberShape(char.class, 2, false)),
          Map.entry(Integer.class, new NumberShape(int.class, 4, true)),
          Map.entry(Long.class, new NumberShape(long.class, 8, true)));

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return find(type);
        }
      };

  private Shapes() {}

  /// How values of a type stand in memory.
  ///
  /// @throws BpfException for a type that does not: text, references to other things
  public static Shape of(Class<?> type) {
    return SHAPES.get(type);
  }

  /// How an object stands in memory; an array has the length that it has.
  public static Shape ofValue(Object value) {
    var type = value.getClass();
    return type.isArray()
        ? new ArrayShape(
            type.getComponentType(), of(type.getComponentType()), Array.getLength(value))
        : of(type);
  }

  /// How a static field stands in memory, where it is a variable; an array has the length that it
  /// has.
  public static Shape ofStatic(Field field) {
    field.setAccessible(true);
    return member(field, field);
  }

  private static Shape find(Class<?> type) {
    var number = NUMBERS.get(type);
    if (number != null) {
      return number;
    }
    if (type == AtomicInteger.class) {
      return new AtomicShape(Integer.BYTES);
    }
    if (type == AtomicLong.class) {
      return new AtomicShape(Long.BYTES);
    }
    if (type.isInterface()
        || type.isArray()
        || type.isEnum()
        || type.getName().startsWith("java.")) {
      throw new BpfException(
          "values of type "
              + type.getTypeName()
              + " have no place in memory\n  try: a number, a record, or a class of fields");
    }
    return struct(type);
  }

  private static StructShape struct(Class<?> type) {
    var fields =
        Arrays.stream(type.getDeclaredFields())
            .filter(f -> !Modifier.isStatic(f.getModifiers()) && !f.isSynthetic())
            .toList();
    var constructor = constructor(type);
    var sample = type.isRecord() ? null : sample(type, constructor);
    var members = new ArrayList<StructShape.Member>();
    int at = 0;
    int alignment = 1;
    for (var field : fields) {
      field.setAccessible(true);
      var shape = member(field, sample);
      at = Math.ceilDiv(at, shape.alignment()) * shape.alignment();
      members.add(new StructShape.Member(field, shape, at));
      at += shape.size();
      alignment = Math.max(alignment, shape.alignment());
    }
    return new StructShape(
        type, constructor, members, Math.ceilDiv(at, alignment) * alignment, alignment);
  }

  private static Shape member(Field field, @Nullable Object sample) {
    var type = field.getType();
    var width = width(field);
    if (width.isPresent() && NUMBERS.containsKey(type)) {
      return new NumberShape(type, width.get().size(), width.get().signed());
    }
    if (!type.isArray()) {
      return of(type);
    }
    int length;
    if (sample == null) {
      length = length(field);
    } else {
      try {
        var array = field.get(sample);
        if (array == null) {
          throw new BpfException(
              "array "
                  + describe(field)
                  + " has no length\n  try: "
                  + field.getName()
                  + " = new …");
        }
        length = Array.getLength(array);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("field " + field + " cannot be read", e);
      }
    }
    return new ArrayShape(type.getComponentType(), of(type.getComponentType()), length);
  }

  private static int length(Field field) {
    for (var component : field.getDeclaringClass().getRecordComponents()) {
      var said = component.getAnnotation(Length.class);
      if (component.getName().equals(field.getName()) && said != null) {
        return said.value()[0];
      }
    }
    throw new BpfException("array " + describe(field) + " has no length\n  try: @Length(N)");
  }

  private static String describe(Field field) {
    return field.getDeclaringClass().getSimpleName() + "." + field.getName();
  }

  /// A width that an annotation says.
  private record Said(int size, boolean signed) {}

  private static Optional<Said> width(AnnotatedElement element) {
    if (element.isAnnotationPresent(U8.class)) {
      return Optional.of(new Said(1, false));
    }
    if (element.isAnnotationPresent(U16.class)) {
      return Optional.of(new Said(2, false));
    }
    if (element.isAnnotationPresent(U32.class)) {
      return Optional.of(new Said(4, false));
    }
    if (element.isAnnotationPresent(S8.class)) {
      return Optional.of(new Said(1, true));
    }
    if (element.isAnnotationPresent(S16.class)) {
      return Optional.of(new Said(2, true));
    }
    return element.isAnnotationPresent(S32.class)
        ? Optional.of(new Said(4, true))
        : Optional.empty();
  }

  /// Of a record, that of its components; else the one with the fewest parameters.
  private static Constructor<?> constructor(Class<?> type) {
    try {
      var found =
          type.isRecord()
              ? type.getDeclaredConstructor(
                  Arrays.stream(type.getRecordComponents())
                      .map(c -> (Class<?>) c.getType())
                      .toArray(Class<?>[]::new))
              : Arrays.stream(type.getDeclaredConstructors())
                  .min(Comparator.comparingInt(Constructor::getParameterCount))
                  .orElseThrow(() -> new NoSuchMethodException(type + " has no constructor"));
      found.setAccessible(true);
      return found;
    } catch (NoSuchMethodException e) {
      throw new BpfException("no object of " + type.getName() + " can be made", e);
    }
  }

  private static Object sample(Class<?> type, Constructor<?> constructor) {
    try {
      return constructor.newInstance(defaults(constructor));
    } catch (ReflectiveOperationException e) {
      throw new BpfException("no object of " + type.getName() + " can be made: " + e, e);
    }
  }

  /// Zero and null for each parameter.
  static @Nullable Object[] defaults(Constructor<?> constructor) {
    return Arrays.stream(constructor.getParameterTypes())
        .map(t -> t.isPrimitive() ? Array.get(Array.newInstance(t, 1), 0) : null)
        .toArray();
  }
}
