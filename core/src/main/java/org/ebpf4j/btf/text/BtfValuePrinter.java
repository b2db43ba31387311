package org.ebpf4j.btf.text;

import java.nio.ByteOrder;
import org.ebpf4j.btf.Btf;

/// Values as text, by their BTF types: what the bytes of a map's value or of an event mean.
///
/// Numbers are decimal, pointers hexadecimal, enums named where a name fits, arrays of `char` text
/// up to their first zero. The members of structs and unions without names are shown as those of
/// the struct around them. Of a union, all members are shown. One printer may serve many threads.
public final class BtfValuePrinter {
  /// How a value is written.
  public enum Style {
    /// As C writes values down, in one line: `{ .pid = 1, .name = "init" }`.
    LINE,
    /// The same, with a line for each member of a struct.
    INDENTED,
    /// As JSON, in one line: `{"pid":1,"name":"init"}`. A field is always of one type: pointers are
    /// text such as `"0xffff"`, enums the name or the number as text, floating-point numbers that
    /// JSON has no form for are null; bytes that are not UTF-8 become U+FFFD.
    JSON
  }

  /// Enough for any true value; types that overlap each other can ask for more than their bytes.
  private static final long STEPS_AT_LEAST = 50_000;

  private static final long STEPS_PER_BYTE = 16;

  private final DecodedTypes types;
  private final ByteOrder order;
  private final Style style;
  private final int pointerSize;
  private final boolean addresses;

  /// A printer of values of the types of `btf`.
  ///
  /// @param order the byte order of the values
  public BtfValuePrinter(Btf btf, ByteOrder order, Style style) {
    this(new DecodedTypes(btf), order, style, false);
  }

  private BtfValuePrinter(DecodedTypes types, ByteOrder order, Style style, boolean addresses) {
    this.types = types;
    this.order = order;
    this.style = style;
    this.pointerSize = CLayout.pointerSize(types);
    this.addresses = addresses;
  }

  /// The same, but what the kernel's headers say is of the network is shown as people write it: a
  /// `__be32`, a `struct in_addr` and a `struct in6_addr` as an address, a `__be16` as a number.
  public BtfValuePrinter withAddresses() {
    return new BtfValuePrinter(types, order, style, true);
  }

  /// A network address in numbers, as addresses in values are written.
  ///
  /// @param address 4 or 16 bytes, in network order
  public static String address(byte[] address) {
    return ValueText.address(address);
  }

  /// The value of type `type` that starts at `bytes[offset]`. A type may be a variable or a data
  /// section too, which is shown as a struct of its variables.
  ///
  /// @throws IllegalArgumentException where the bytes end before the value does
  /// @throws org.ebpf4j.error.MalformedObjectException where the type is none that values have
  public String print(int type, byte[] bytes, int offset) {
    var walk = new TypeWalk(types, STEPS_AT_LEAST + STEPS_PER_BYTE * bytes.length);
    var layout = new CLayout(walk, pointerSize);
    var size = layout.size(type);
    if (offset < 0 || offset > bytes.length || size > bytes.length - offset) {
      throw new IllegalArgumentException(
          "a value of "
              + size
              + " bytes at byte "
              + offset
              + " does not fit into "
              + bytes.length
              + " bytes");
    }
    var writer = new ValueWriter(this, walk, layout, bytes, ValueWriter.NO_RECORD);
    writer.value(type, 8L * offset, 0);
    return writer.text();
  }

  /// A record of a ring or perf buffer as a value of type `type`, as far as it goes. Text and
  /// arrays have what is there of them, and a flexible array at the end of a struct is the rest of
  /// the record. Other members that are missing, or that the record's end is in, are `null` in
  /// JSON, and left out in C.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where the type is none that values have
  public String printRecord(int type, byte[] record) {
    return printMember(type, type, 0, 0, record);
  }

  /// One member of such a record, or a member of a member. Where it is a single value and missing,
  /// it is `null` in JSON and `-` in C.
  ///
  /// @param record the type of the record
  /// @param type the type of the member
  /// @param bitOffset where it starts, in bits from the start of the record
  /// @param bits how wide it is where it is a bit field, else 0
  /// @throws org.ebpf4j.error.MalformedObjectException where the type is none that values have
  public String printMember(int record, int type, long bitOffset, int bits, byte[] bytes) {
    var walk = new TypeWalk(types, STEPS_AT_LEAST + STEPS_PER_BYTE * bytes.length);
    var writer = new ValueWriter(this, walk, new CLayout(walk, pointerSize), bytes, record);
    writer.member(type, bits, bitOffset, 0);
    return writer.text();
  }

  DecodedTypes types() {
    return types;
  }

  ByteOrder order() {
    return order;
  }

  Style style() {
    return style;
  }

  int pointerSize() {
    return pointerSize;
  }

  boolean addresses() {
    return addresses;
  }
}
