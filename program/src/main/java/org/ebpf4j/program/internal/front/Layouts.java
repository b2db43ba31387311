package org.ebpf4j.program.internal.front;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.codec.Length;
import org.ebpf4j.codec.S16;
import org.ebpf4j.codec.S32;
import org.ebpf4j.codec.S8;
import org.ebpf4j.codec.U16;
import org.ebpf4j.codec.U32;
import org.ebpf4j.codec.U8;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// The layouts of classes, and the sizes of numbers.
final class Layouts {
  private final Classes classes;
  private final Map<Class<?>, Layout> known = new HashMap<>();
  private final Set<Class<?>> open = new HashSet<>();

  Layouts(Classes classes) {
    this.classes = classes;
  }

  /// How many bytes a number has, and whether it is signed.
  record Number(int bytes, boolean signed) {}

  /// The size of a primitive, a box or an atomic number; 0 for other classes.
  static int scalar(Class<?> type) {
    if (type == long.class || type == Long.class || type == AtomicLong.class) {
      return Long.BYTES;
    } else if (type == int.class || type == Integer.class || type == AtomicInteger.class) {
      return Integer.BYTES;
    } else if (type == short.class
        || type == Short.class
        || type == char.class
        || type == Character.class) {
      return Short.BYTES;
    } else if (type == byte.class
        || type == Byte.class
        || type == boolean.class
        || type == Boolean.class) {
      return Byte.BYTES;
    }
    return 0;
  }

  static boolean signed(Class<?> type) {
    return type != char.class
        && type != Character.class
        && type != boolean.class
        && type != Boolean.class;
  }

  static ValueKind kind(Class<?> type) {
    if (type == void.class) {
      return ValueKind.NOTHING;
    }
    if (type == float.class || type == double.class) {
      throw floating();
    }
    return type == long.class
        ? ValueKind.LONG
        : type.isPrimitive() ? ValueKind.INT : ValueKind.POINTER;
  }

  static boolean isAtomic(Class<?> type) {
    return type == AtomicLong.class || type == AtomicInteger.class;
  }

  static Refusal floating() {
    return new Refusal(
        "float and double, which programs in the kernel do not have",
        "a long that counts thousandths, or the division in user space");
  }

  /// The width that an annotation says; null where there is none.
  static @Nullable Number annotated(AnnotatedElement element) {
    if (element.isAnnotationPresent(U8.class)) {
      return new Number(1, false);
    } else if (element.isAnnotationPresent(S8.class)) {
      return new Number(1, true);
    } else if (element.isAnnotationPresent(U16.class)) {
      return new Number(2, false);
    } else if (element.isAnnotationPresent(S16.class)) {
      return new Number(2, true);
    } else if (element.isAnnotationPresent(U32.class)) {
      return new Number(4, false);
    } else if (element.isAnnotationPresent(S32.class)) {
      return new Number(4, true);
    }
    return null;
  }

  /// The size of what a value of the class takes in memory.
  int size(Class<?> type) {
    var scalar = scalar(type);
    return scalar > 0 ? scalar : of(type).size();
  }

  Layout of(Class<?> type) {
    var layout = known.get(type);
    if (layout == null) {
      if (type == float.class || type == double.class) {
        throw floating();
      }
      if (type.isArray() || type.isInterface() || type.isPrimitive() || type.isEnum()) {
        throw new Refusal(
            type.getSimpleName() + " as a value in memory", "a record or a class of numbers");
      }
      if (type.getName().startsWith("java.")) {
        throw new Refusal(
            type.getSimpleName() + ", a class of the JDK that memory of the kernel cannot hold",
            "a record or a class of numbers and arrays of constant length");
      }
      if (!open.add(type)) {
        throw new Refusal(type.getSimpleName() + " contains itself", "numbers in place of it");
      }
      layout = lay(type);
      open.remove(type);
      known.put(type, layout);
    }
    return layout;
  }

  private Layout lay(Class<?> type) {
    var places = new LinkedHashMap<String, Layout.Place>();
    int end = 0;
    int alignment = 1;
    boolean padded = false;
    @Nullable Object example = null;
    for (var field : Classes.fields(type, classes.model(type))) {
      var fieldType = field.getType();
      int length = -1;
      var element = fieldType;
      if (fieldType.isArray()) {
        element = fieldType.getComponentType();
        var annotated = field.getAnnotation(Length.class);
        if (annotated == null && example == null) {
          example = example(type, field);
        }
        length = annotated != null ? annotated.value()[0] : length(example, field);
      }
      var scalar = scalar(element);
      var width = annotated(field);
      var bytes = width != null ? width.bytes() : scalar > 0 ? scalar : of(element).size();
      var align = scalar > 0 || width != null ? bytes : of(element).alignment();
      var signed = width != null ? width.signed() : signed(element);
      var at = (end + align - 1) / align * align;
      padded |= at != end || (scalar == 0 && of(element).padded());
      places.put(
          field.getName(), new Layout.Place(field.getName(), fieldType, at, bytes, signed, length));
      end = at + bytes * (length < 0 ? 1 : length);
      alignment = Math.max(alignment, align);
    }
    if (places.isEmpty()) {
      throw new Refusal(type.getSimpleName() + " has no fields", "a record with components");
    }
    var size = (end + alignment - 1) / alignment * alignment;
    return new Layout(size, alignment, padded || size != end, places);
  }

  /// An object, which knows how long its arrays are.
  private static Object example(Class<?> type, Field array) {
    if (!type.isRecord()) {
      try {
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
      } catch (ReflectiveOperationException | InaccessibleObjectException _) {
        // Said below.
      }
    }
    throw new Refusal(
        "the length of array " + type.getSimpleName() + "." + array.getName() + " is not known",
        type.isRecord()
            ? "@Length(16) before the component"
            : "a constructor without parameters, and `final "
                + array.getType().getSimpleName()
                + " "
                + array.getName()
                + " = new ...[16]`, or @Length(16)");
  }

  private static int length(@Nullable Object example, Field field) {
    try {
      field.setAccessible(true);
      var array = field.get(example);
      if (array != null) {
        return Array.getLength(array);
      }
    } catch (IllegalAccessException | InaccessibleObjectException _) {
      // Said below.
    }
    throw new Refusal(
        "the length of array " + field.getName() + " is not known", "@Length(16) before it");
  }
}
