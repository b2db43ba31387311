package org.ebpf4j.junit.assertion;

import java.util.function.Consumer;
import org.ebpf4j.junit.packet.Layer;
import org.ebpf4j.junit.packet.Packet;
import org.opentest4j.AssertionFailedError;

/// Assertions about a packet. For the thread of the test.
public final class PacketAssert {
  private final Packet packet;

  PacketAssert(Packet packet) {
    this.packet = packet;
  }

  /// It has the same bytes. The message tells field by field where they are others.
  public PacketAssert isEqualTo(Packet expected) {
    var differences = expected.differences(packet);
    if (!differences.isEmpty()) {
      throw new AssertionFailedError(
          "the packet is another one than expected:\n  "
              + String.join("\n  ", differences)
              + "\nexpected:\n"
              + expected
              + "but was:\n"
              + packet,
          expected,
          packet);
    }
    return this;
  }

  /// It has a layer of a type.
  public PacketAssert has(Class<? extends Layer> type) {
    if (packet.find(type).isEmpty()) {
      throw new AssertionFailedError("the packet has no " + type.getSimpleName() + ":\n" + packet);
    }
    return this;
  }

  /// It has a layer of a type, the outermost of which meets what `requirements` asserts.
  public <T extends Layer> PacketAssert has(Class<T> type, Consumer<? super T> requirements) {
    has(type);
    requirements.accept(packet.get(type));
    return this;
  }

  /// It has no layer of a type.
  public PacketAssert hasNo(Class<? extends Layer> type) {
    if (packet.find(type).isPresent()) {
      throw new AssertionFailedError(
          "the packet has a layer " + type.getSimpleName() + ":\n" + packet);
    }
    return this;
  }

  /// All of its checksums are right.
  public PacketAssert hasRightChecksums() {
    var wrong = packet.wrongChecksums();
    if (!wrong.isEmpty()) {
      throw new AssertionFailedError(
          "the packet has wrong checksums:\n  " + String.join("\n  ", wrong) + "\n" + packet);
    }
    return this;
  }
}
