package org.ebpf4j.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What may be called of a record or enum of somebody else.
final class Access {
  private static final Lookup OWN = MethodHandles.lookup();
  private static final String MODULE = "org.ebpf4j.core";

  private Access() {}

  /// What finds the constructor and the accessors of a record.
  ///
  /// @param caller the rights of who wants the codec, which come before those of this module
  /// @throws IllegalArgumentException where neither may use the record
  static Lookup to(Class<?> type, @Nullable Lookup caller) {
    var found = caller == null ? null : privateLookup(type, caller);
    if (found == null) {
      // A package may be open to this module, which says nothing of its reading that one.
      Access.class.getModule().addReads(type.getModule());
      found = privateLookup(type, OWN);
    }
    if (found == null && isPublic(type)) {
      found = MethodHandles.publicLookup();
    }
    if (found == null) {
      throw new IllegalArgumentException(
          type.getName()
              + " may not be used: module "
              + type.getModule().getName()
              + " must say \"opens "
              + type.getPackageName()
              + " to "
              + MODULE
              + ";\", or the caller must give its MethodHandles.lookup()");
    }
    return found;
  }

  private static @Nullable Lookup privateLookup(Class<?> type, Lookup caller) {
    try {
      return MethodHandles.privateLookupIn(type, caller);
    } catch (IllegalAccessException e) {
      return null; // the next way is tried
    }
  }

  private static boolean isPublic(Class<?> type) {
    for (var c = type; c != null; c = c.getEnclosingClass()) {
      if (!Modifier.isPublic(c.getModifiers())) {
        return false;
      }
    }
    return type.getModule().isExported(type.getPackageName());
  }

  /// The canonical constructor, with `Object` for each type that is no primitive.
  static MethodHandle constructor(Class<?> type, @Nullable Lookup caller) {
    var types =
        Arrays.stream(type.getRecordComponents()).map(c -> c.getType()).toArray(Class<?>[]::new);
    try {
      var handle = to(type, caller).findConstructor(type, MethodType.methodType(void.class, types));
      return handle.asType(handle.type().erase());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type.getName() + " has no constructor to call", e);
    }
  }

  /// The accessor of a component, from `Object` to its type or `Object`.
  static MethodHandle accessor(Class<?> type, String name, @Nullable Lookup caller) {
    for (var component : type.getRecordComponents()) {
      if (component.getName().equals(name)) {
        try {
          var handle =
              to(type, caller).findVirtual(type, name, MethodType.methodType(component.getType()));
          return handle.asType(handle.type().erase());
        } catch (ReflectiveOperationException e) {
          throw new IllegalArgumentException(type.getName() + "." + name + " cannot be called", e);
        }
      }
    }
    throw new IllegalArgumentException(type.getName() + " has no component " + name);
  }

  /// The constants of an enum, in their order.
  static List<Enum<?>> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).<Enum<?>>map(c -> (Enum<?>) c).toList();
  }

  /// The name in C of a constant: that of its annotation, or its own.
  static String nameInC(Enum<?> constant) {
    try {
      var member =
          constant.getDeclaringClass().getField(constant.name()).getAnnotation(Member.class);
      return member == null ? constant.name() : member.value();
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException("no constant " + constant, e);
    }
  }
}
