package org.ebpf4j.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.OptionalLong;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.program.jvm.HelperTarget;
import org.jspecify.annotations.Nullable;

/// What a program is given, as a struct of numbers, with the packet where it has one. In the kernel
/// its methods are reads and writes of the struct; on the JVM a test makes one.
public abstract class Context implements HelperTarget {
  private final ContextStruct struct;
  private final ByteBuffer fields;
  private final Packet packet;

  /// A context of a test, all of whose fields are 0.
  ///
  /// @param struct the name of the struct
  /// @param packet the bytes of the packet, or none
  protected Context(String struct, byte[] packet) {
    this.struct = ContextStruct.named(struct);
    this.fields = ByteBuffer.allocate(this.struct.size()).order(ByteOrder.nativeOrder());
    this.packet = new Packet(packet);
  }

  /// Sets a field in a test, also one that programs only read.
  ///
  /// @param field its name in C, such as `ingress_ifindex`
  /// @throws org.ebpf4j.error.NotFoundException where there is none
  public final void set(String field, long value) {
    var place = struct.field(field);
    put(place.offset(), place.width(), value);
  }

  /// Sets all fields in a test, as a kernel takes them.
  ///
  /// @param bytes the struct, or its beginning
  public final void setFields(byte[] bytes) {
    fields.put(0, bytes, 0, Math.min(bytes.length, fields.capacity()));
  }

  /// The fields, as a kernel gives them back.
  public final byte[] fields() {
    return fields.array().clone();
  }

  /// The bytes of the packet, in a test.
  public final byte[] packetBytes() {
    return packet.bytes();
  }

  /// The packet.
  protected final Packet bytesOfPacket() {
    return packet;
  }

  /// A number of 4 bytes.
  protected final int u32(int offset) {
    return fields.getInt(offset);
  }

  /// A number of 8 bytes.
  protected final long u64(int offset) {
    return fields.getLong(offset);
  }

  /// A number of 1 or 2 bytes.
  protected final int small(int offset, int size) {
    return size == 1 ? fields.get(offset) & 0xff : fields.getShort(offset) & 0xffff;
  }

  /// Changes a number.
  protected final void put(int offset, int size, long value) {
    switch (size) {
      case 1 -> fields.put(offset, (byte) value);
      case 2 -> fields.putShort(offset, (short) value);
      case 4 -> fields.putInt(offset, (int) value);
      default -> fields.putLong(offset, value);
    }
  }

  /// An index that is one.
  protected static int checked(int index, int length) {
    return Objects.checkIndex(index, length);
  }

  /// What helper functions do with the packet.
  @Override
  public OptionalLong help(int helper, @Nullable Object... arguments) {
    return packet.help(helper, arguments);
  }
}
