package org.ebpf4j.linux.metrics;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.RawMap;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// A number in the values of a map, or the numbers of an array in them.
///
/// @param path the names of the members that lead to it, joined by `_`; empty where it is the whole
/// @param offset where it starts
/// @param size how many bytes one number has
/// @param form what the bytes are
/// @param count how many numbers there are, where it is an array; or else 0
record Value(String path, int offset, int size, Form form, int count) {
  enum Form {
    UNSIGNED,
    SIGNED,
    FLOATING
  }

  /// The most numbers of an array that are told one by one.
  private static final int MAX_COUNT = 4096;

  /// The numbers in the values of a map.
  static List<Value> of(RawMap map, int valueSize) {
    var layout = map.layout().filter(l -> l.value() != 0);
    var values = new ArrayList<Value>();
    if (layout.isPresent()) {
      var types = layout.get().types();
      for (var field : Field.of(types, layout.get().value(), valueSize)) {
        add(types, field, values);
      }
    } else if (Numbers.isSize(valueSize)) {
      values.add(new Value("", 0, valueSize, Form.UNSIGNED, 0));
    }
    return values;
  }

  private static void add(Btf types, Field field, List<Value> values) {
    var type = field.type();
    var count = 0;
    if (type instanceof BtfType.Array array) {
      if (array.count() == 0 || array.count() > MAX_COUNT) {
        return;
      }
      type = types.type(types.resolve(array.element()));
      count = (int) array.count();
    }
    var form = form(type);
    if (form != null) {
      var size = field.size() / Math.max(1, count);
      values.add(new Value(field.path(), field.offset(), size, form, count));
    }
  }

  private static @org.jspecify.annotations.Nullable Form form(BtfType type) {
    return switch (type) {
      case BtfType.Int t when t.name().equals("char") -> null;
      case BtfType.Int t when Numbers.isSize(t.size()) ->
          (t.encoding() & Numbers.SIGNED) != 0 ? Form.SIGNED : Form.UNSIGNED;
      case BtfType.Floating t when t.size() == 4 || t.size() == 8 -> Form.FLOATING;
      default -> null;
    };
  }

  /// One of the numbers, summed over the CPUs.
  ///
  /// @param bytes the values of all CPUs
  /// @param stride how far the value of one CPU is from that of the next
  double read(byte[] bytes, int stride, int index) {
    var whole = 0L;
    var fraction = 0.0;
    for (int at = offset + index * size; at < bytes.length; at += stride) {
      switch (form) {
        case UNSIGNED -> whole += Numbers.unsigned(bytes, at, size);
        case SIGNED -> whole += Numbers.signed(bytes, at, size);
        case FLOATING -> fraction += floating(bytes, at);
      }
    }
    return switch (form) {
      case UNSIGNED -> Numbers.unsignedToDouble(whole);
      case SIGNED -> whole;
      case FLOATING -> fraction;
    };
  }

  private double floating(byte[] bytes, int at) {
    var bits = Numbers.unsigned(bytes, at, size);
    return size == 4 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
  }
}
