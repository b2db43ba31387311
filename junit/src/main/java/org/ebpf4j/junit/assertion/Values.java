package org.ebpf4j.junit.assertion;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Values as they are compared and shown: arrays by what is in them, also those in records.
final class Values {
  private Values() {}

  static boolean equal(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Record a && other instanceof Record b && a.getClass() == b.getClass()) {
      if (a.equals(b)) {
        return true;
      }
      for (var component : a.getClass().getRecordComponents()) {
        if (!equal(value(component, a), value(component, b))) {
          return false;
        }
      }
      return true;
    }
    if (one instanceof Object[] a && other instanceof Object[] b) {
      if (a.length != b.length) {
        return false;
      }
      for (int i = 0; i < a.length; i++) {
        if (!equal(a[i], b[i])) {
          return false;
        }
      }
      return true;
    }
    return Objects.deepEquals(one, other);
  }

  /// A component of a record; what stands for the whole record where its module keeps it closed.
  private static @Nullable Object value(RecordComponent component, Record record) {
    var accessor = component.getAccessor();
    if (!accessor.trySetAccessible()) {
      return new Closed(record);
    }
    try {
      return accessor.invoke(record);
    } catch (IllegalAccessException e) {
      return new Closed(record);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("component " + component.getName() + " of a record", e);
    }
  }

  private record Closed(Record whole) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Closed that && whole.equals(that.whole);
    }

    @Override
    public int hashCode() {
      return whole.hashCode();
    }

    @Override
    public String toString() {
      return whole.toString();
    }
  }

  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case String text -> '"' + text + '"';
      case Record record -> text(record);
      case Object other when other.getClass().isArray() -> {
        var parts = new ArrayList<String>();
        for (int i = 0; i < Array.getLength(other); i++) {
          parts.add(text(Array.get(other, i)));
        }
        yield parts.toString();
      }
      case Object other -> other.toString();
    };
  }

  private static String text(Record record) {
    var parts = new ArrayList<String>();
    for (var component : record.getClass().getRecordComponents()) {
      if (value(component, record) instanceof Closed) {
        return record.toString();
      }
      parts.add(component.getName() + "=" + text(value(component, record)));
    }
    return record.getClass().getSimpleName() + parts;
  }
}
