package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.attach.Netns;

/// Two network namespaces joined by a cable, `near0` and `far0`, with a sender in the one and a
/// receiver at UDP port 4242 in the other.
record Cable(
    NetworkNamespace near, NetworkNamespace far, DatagramChannel sender, DatagramChannel receiver)
    implements AutoCloseable {
  private static final InetSocketAddress TARGET = new InetSocketAddress("10.11.12.2", 4242);

  static Cable lay() throws Exception {
    var near = NetworkNamespace.create();
    var far = NetworkNamespace.create();
    NetworkNamespace.join(near, far);
    var receiver = far.call(() -> DatagramChannel.open(StandardProtocolFamily.INET).bind(TARGET));
    receiver.configureBlocking(false);
    return new Cable(
        near, far, near.call(() -> DatagramChannel.open(StandardProtocolFamily.INET)), receiver);
  }

  /// The near end as other threads name it.
  Netns nearNetns() {
    return new Netns(near.path().toString());
  }

  /// The far end as other threads name it.
  Netns farNetns() {
    return new Netns(far.path().toString());
  }

  void send(String text) throws IOException {
    sender.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), TARGET);
  }

  String receive() throws Exception {
    var buffer = ByteBuffer.allocate(64);
    Await.until("a packet", () -> receiver.receive(buffer) != null);
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  /// A packet gets through.
  void passes(String text) throws Exception {
    send(text);
    assertThat(receive()).isEqualTo(text);
  }

  /// What is attached.
  interface Attached {
    AutoCloseable attach() throws Exception;
  }

  /// Packets get through, are dropped and counted while a program is attached, and get through when
  /// it is closed, without being counted.
  ///
  /// @param index which of the counts counts drops
  void dropsUntilClosed(LoadedObject object, int index, Attached attached) throws Exception {
    passes("before");
    var count = object.count(index);
    try (var _ = attached.attach()) {
      send("during");
      Await.until("a drop", () -> object.count(index) == count + 1);
    }
    passes("after");
    assertThat(object.count(index)).isEqualTo(count + 1);
  }

  @Override
  public void close() throws IOException {
    sender.close();
    receiver.close();
    near.close();
    far.close();
  }
}
