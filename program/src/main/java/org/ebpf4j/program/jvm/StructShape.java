package org.ebpf4j.program.jvm;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.List;

/// A record, or a class of fields.
///
/// @param type its type in Java
/// @param constructor makes one: of a record, of its components
/// @param members its fields, in their order
/// @param size how many bytes it has, with those that fill it up
/// @param alignment the largest of its members'
record StructShape(
    Class<?> type, Constructor<?> constructor, List<Member> members, int size, int alignment)
    implements Shape {
  /// A field.
  ///
  /// @param field the field
  /// @param shape how it stands in memory
  /// @param offset where
  record Member(Field field, Shape shape, int offset) {
    Object of(Object value) {
      try {
        return field.get(value);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("field " + field + " cannot be read", e);
      }
    }
  }

  @Override
  public boolean changes() {
    return !type.isRecord();
  }

  @Override
  public void write(Object value, ByteBuffer to, int at) {
    for (var member : members) {
      member.shape().write(member.of(value), to, at + member.offset());
    }
  }

  @Override
  public Object read(ByteBuffer from, int at) {
    if (type.isRecord()) {
      return construct(members.stream().map(m -> m.shape().read(from, at + m.offset())).toArray());
    }
    var made = construct(Shapes.defaults(constructor));
    readInto(made, from, at);
    return made;
  }

  private Object construct(Object[] arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "the constructor of " + type.getName() + " fails: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no object of " + type.getName() + " can be made", e);
    }
  }

  @Override
  public void readInto(Object target, ByteBuffer from, int at) {
    for (var member : members) {
      int place = at + member.offset();
      if (member.shape().changes()) {
        member.shape().readInto(member.of(target), from, place);
      } else {
        try {
          member.field().set(target, member.shape().read(from, place));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("field " + member.field() + " cannot be set", e);
        }
      }
    }
  }
}
