package org.ebpf4j.vm.packet;

import java.util.Arrays;
import java.util.List;
import org.ebpf4j.context.ContextStruct;

/// The fields of a context by their names in C, for the structs that the kernel converts: `xdp_md`,
/// `__sk_buff`, `bpf_sock_ops`, `sk_msg_md`, `bpf_sock`, `bpf_sock_addr`, `bpf_sysctl`,
/// `bpf_cgroup_dev_ctx`, `bpf_sockopt`, `bpf_sk_lookup`, `sk_reuseport_md`, `bpf_flow_keys`.
///
/// {@snippet :
/// var context = ContextFields.of("bpf_sock_ops").set("op", 4).set("args[1]", 7);
/// var result = program.run(RunInput.context(context.bytes()));
/// var reply = ContextFields.of("bpf_sock_ops", result.contextOut()).get("reply");
/// }
///
/// It may be changed by one thread at a time.
public final class ContextFields {
  private final ContextStruct struct;
  private final byte[] bytes;

  private ContextFields(ContextStruct struct, byte[] bytes) {
    this.struct = struct;
    this.bytes = bytes;
  }

  /// A struct whose fields are all zero.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such struct
  public static ContextFields of(String struct) {
    return of(struct, new byte[0]);
  }

  /// A struct with the fields that bytes have; zero where they end.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such struct
  public static ContextFields of(String struct, byte[] bytes) {
    var known = ContextStruct.named(struct);
    return new ContextFields(known, Arrays.copyOf(bytes, known.size()));
  }

  /// The name of the struct in C.
  public String struct() {
    return struct.name();
  }

  /// The names of the structs.
  public static List<String> structs() {
    return ContextStruct.names();
  }

  /// Where a field is, and its bytes.
  private record Place(int offset, int width) {}

  private Place place(String name) {
    var bracket = name.indexOf('[');
    var field = struct.field(bracket < 0 ? name : name.substring(0, bracket));
    int index = 0;
    if (bracket >= 0) {
      try {
        index = Integer.parseInt(name.substring(bracket + 1, name.length() - 1));
      } catch (NumberFormatException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException("'" + name + "' is no field such as cb[1]", e);
      }
    }
    if (index < 0 || index >= field.count()) {
      throw new IllegalArgumentException(
          "'" + name + "': " + field.name() + " has " + field.count() + " elements");
    }
    return new Place(field.offset() + index * field.width(), field.width());
  }

  /// Sets a field: `mark`, `cb[1]`. Fields in network order are set as they stand in memory.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where the struct has no such field
  /// @throws IllegalArgumentException for a number that has more bytes than the field, or an index
  ///   that there is not
  public ContextFields set(String name, long value) {
    var place = place(name);
    var bits = 8 * place.width();
    if (place.width() < Long.BYTES && value >> bits != 0 && value >> (bits - 1) != -1) {
      throw new IllegalArgumentException(
          name
              + " of struct "
              + struct.name()
              + " has "
              + place.width()
              + " bytes, too few for "
              + value);
    }
    for (int i = 0; i < place.width(); i++) {
      bytes[place.offset() + i] = (byte) (value >>> (8 * i));
    }
    return this;
  }

  /// The number in a field, unsigned.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where the struct has no such field
  public long get(String name) {
    var place = place(name);
    long value = 0;
    for (int i = place.width() - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[place.offset() + i] & 0xff);
    }
    return value;
  }

  /// The struct as programs are given it.
  public byte[] bytes() {
    return bytes.clone();
  }
}
