package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.BpfMap;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.ListeningSocket;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.linux.internal.sys.TestCalls;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A socket takes the map's programs with it when it is put into the map, and keeps them while it
/// is in there: what closing the link ends is seen on sockets that are put in later.
@KernelTest
@Requires(Facility.LOOPBACK)
class SockmapTest {
  // The entries of the object's maps.
  private static final int STREAM = 0;
  private static final int MESSAGE = 1;
  private static final int PARSED = 2;
  private static final int JOINED = 3;
  private static final int PASS = 0;
  private static final int DROP = 1;
  private static final int REDIRECT = 2;

  private LoadedObject object;
  private ListeningSocket listening;

  @BeforeEach
  void listen() {
    object = LoadedObject.of("attach_sockmap");
    listening =
        LinuxKernel.open().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    listening.close();
    object.close();
  }

  /// A connection whose accepted end has a descriptor for the map.
  private final class Connection implements AutoCloseable {
    private final SocketChannel client;
    private final Fd server;

    Connection() throws Exception {
      client = SocketChannel.open(listening.address());
      client.configureBlocking(false);
      var accepted = new Fd[1];
      Await.until(
          "the connection",
          () -> {
            var result = Sockets.accept(listening.fd());
            if (result.ok()) {
              accepted[0] = result.fd();
            }
            return result.ok();
          });
      server = accepted[0];
    }

    void putAt(int key) {
      object
          .object()
          .map("sockets")
          .update(LoadedObject.u32(key), LoadedObject.u32(server.number()), BpfMap.Update.ANY);
    }

    void sendFromClient(String text) throws IOException {
      client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /// 0, or an error number.
    int sendFromServer(String text) {
      return -Math.min(
          0, TestCalls.write(server.number(), text.getBytes(StandardCharsets.US_ASCII)));
    }

    String receiveAtClient() throws Exception {
      var buffer = ByteBuffer.allocate(64);
      Await.until("data at the client", () -> client.read(buffer) > 0);
      return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
    }

    boolean hasDataAtServer() {
      return FileIo.await(server.number(), server.number(), 0) > 0;
    }

    String receiveAtServer() throws Exception {
      Await.until("data at the server", this::hasDataAtServer);
      var bytes = new byte[64];
      var length = FileIo.read(server.number(), bytes);
      assertThat(length).isNotNegative();
      return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  private LinuxLink attach(String program, AttachType type) {
    return object.program(program).attach(new Sockmap(object.object().map("sockets"), type));
  }

  private void on(int hook, int action) {
    object.set("actions", hook, action);
  }

  @Test
  @EffectOf("sockmap")
  void streamProgramsPassDropAndRedirectUntilClosed() throws Exception {
    streamsPassDropAndRedirect();
  }

  private void streamsPassDropAndRedirect() throws Exception {
    try (var first = new Connection();
        var second = new Connection();
        var later = new Connection()) {
      try (var _ = attach("parse", AttachType.SK_SKB_STREAM_PARSER);
          var _ = attach("stream", AttachType.SK_SKB_STREAM_VERDICT)) {
        first.putAt(0);
        second.putAt(1);
        on(STREAM, PASS);
        first.sendFromClient("passed");
        assertThat(first.receiveAtServer()).isEqualTo("passed");
        assertThat(object.count(PARSED)).isEqualTo(1);
        assertThat(object.count(STREAM)).isEqualTo(1);

        on(STREAM, DROP);
        first.sendFromClient("dropped");
        Await.until("a drop", () -> object.count(STREAM) == 2);

        on(STREAM, REDIRECT);
        first.sendFromClient("redirected");
        assertThat(second.receiveAtClient()).isEqualTo("redirected");
        assertThat(first.hasDataAtServer()).isFalse();
        assertThat(object.count(STREAM)).isEqualTo(3);
        on(STREAM, DROP);
      }
      later.putAt(0);
      later.sendFromClient("after");
      assertThat(later.receiveAtServer()).isEqualTo("after");
      assertThat(object.count(STREAM)).isEqualTo(3);
      assertThat(object.count(PARSED)).isEqualTo(3);
    }
  }

  @Test
  @EffectOf("sockmap")
  void messageProgramPassesDropsAndRedirectsUntilClosed() throws Exception {
    messagesPassDropAndRedirect();
  }

  private void messagesPassDropAndRedirect() throws Exception {
    try (var first = new Connection();
        var second = new Connection();
        var later = new Connection()) {
      try (var _ = attach("message", AttachType.SK_MSG_VERDICT)) {
        first.putAt(0);
        second.putAt(1);
        on(MESSAGE, PASS);
        assertThat(first.sendFromServer("passed")).isZero();
        assertThat(first.receiveAtClient()).isEqualTo("passed");
        assertThat(object.count(MESSAGE)).isEqualTo(1);

        on(MESSAGE, REDIRECT);
        assertThat(first.sendFromServer("redirected")).isZero();
        assertThat(second.receiveAtServer()).isEqualTo("redirected");
        assertThat(object.count(MESSAGE)).isEqualTo(2);

        // Last: what a socket sends after a drop is dropped as well, and the program is not asked.
        on(MESSAGE, DROP);
        assertThat(first.sendFromServer("dropped")).isEqualTo(Errno.EACCES);
        assertThat(object.count(MESSAGE)).isEqualTo(3);
      }
      later.putAt(0);
      assertThat(later.sendFromServer("after")).isZero();
      assertThat(later.receiveAtClient()).isEqualTo("after");
      assertThat(object.count(MESSAGE)).isEqualTo(3);
    }
  }

  private void useHash() {
    object.close();
    object = LoadedObject.of("attach/sockhash");
  }

  @Test
  @EffectOf("sockmap")
  void streamProgramsOfAHashPassDropAndRedirectUntilClosed() throws Exception {
    useHash();
    streamsPassDropAndRedirect();
  }

  @Test
  @EffectOf("sockmap")
  void messageProgramOfAHashPassesDropsAndRedirectsUntilClosed() throws Exception {
    useHash();
    messagesPassDropAndRedirect();
  }

  @Test
  @EffectOf("sockmap")
  @RequiresKernel(value = "5.13", because = "verdicts without a parser")
  void verdictWithoutAParserRedirectsUntilClosed() throws Exception {
    object.close();
    object = LoadedObject.of("attach/sockhash", "arrive");
    try (var first = new Connection();
        var second = new Connection();
        var later = new Connection()) {
      try (var _ = attach("arrive", AttachType.SK_SKB_VERDICT)) {
        first.putAt(0);
        second.putAt(1);
        on(STREAM, REDIRECT);
        first.sendFromClient("redirected");
        assertThat(second.receiveAtClient()).isEqualTo("redirected");
        assertThat(object.count(STREAM)).isEqualTo(1);
      }
      later.putAt(0);
      later.sendFromClient("after");
      assertThat(later.receiveAtServer()).isEqualTo("after");
      assertThat(object.count(STREAM)).isEqualTo(1);
    }
  }

  @Test
  void socketInTheMapKeepsItsProgramUntilItLeaves() throws Exception {
    try (var connection = new Connection()) {
      try (var _ = attach("message", AttachType.SK_MSG_VERDICT)) {
        connection.putAt(0);
      }
      assertThat(connection.sendFromServer("inside")).isZero();
      assertThat(connection.receiveAtClient()).isEqualTo("inside");
      assertThat(object.count(MESSAGE)).isEqualTo(1);
      assertThat(object.object().map("sockets").delete(LoadedObject.u32(0))).isTrue();
      assertThat(connection.sendFromServer("outside")).isZero();
      assertThat(connection.receiveAtClient()).isEqualTo("outside");
      assertThat(object.count(MESSAGE)).isEqualTo(1);
    }
  }

  @Test
  @Requires(Facility.CGROUP2)
  void connectionsOfACgroupJoinTheMapUntilClosed() throws Exception {
    try (var cgroup = TestCgroup.create();
        var _ = attach("message", AttachType.SK_MSG_VERDICT)) {
      var connect = "exec 3<>/dev/tcp/127.0.0.1/" + listening.address().getPort();
      on(MESSAGE, DROP);
      try (var _ =
          object.program("join").attach(new Cgroup(cgroup.path(), AttachType.CGROUP_SOCK_OPS))) {
        assertThat(cgroup.shell().run(connect).status()).isZero();
        assertThat(object.count(JOINED)).isEqualTo(1);
        assertThat(cgroup.shell().run("echo hello >&3").output()).contains("Permission denied");
        assertThat(object.count(MESSAGE)).isPositive();
      }
      var before = object.count(MESSAGE);
      assertThat(cgroup.shell().run(connect).status()).isZero();
      assertThat(cgroup.shell().run("echo hello >&3").status()).isZero();
      assertThat(object.count(JOINED)).isEqualTo(1);
      assertThat(object.count(MESSAGE)).isEqualTo(before);
    }
  }

  @Test
  @RequiresKernel(value = "6.10", because = "links on maps of sockets")
  void hasALinkObject() throws Exception {
    var program = object.program("message");
    try (var link = attach("message", AttachType.SK_MSG_VERDICT)) {
      assertThat(link.info())
          .singleElement()
          .isInstanceOfSatisfying(
              LinkInfo.Sockmap.class,
              info -> {
                assertThat(info.programId()).isEqualTo(program.id());
                assertThat(info.map()).isEqualTo(object.object().map("sockets").id());
                assertThat(info.mapName()).isEqualTo("sockets");
                assertThat(info.attachType()).contains(AttachType.SK_MSG_VERDICT);
              });
      BpftoolLink.compare(link.info().getFirst());
    }
  }
}
