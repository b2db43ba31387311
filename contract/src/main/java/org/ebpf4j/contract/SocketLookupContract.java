package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.contract.Values.errno;
import static org.ebpf4j.contract.Values.u32;
import static org.ebpf4j.contract.Values.u64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Lookups of sockets that choose one (`bpf_sk_assign`), run by themselves.
@RequiresKernel(value = "5.19", because = "the context has as many fields since then")
public abstract class SocketLookupContract {
  /// Where the fields of `struct bpf_sk_lookup` are.
  private static final int FAMILY = 8;

  private static final int PROTOCOL = 12;
  private static final int LOCAL_PORT = 60;
  private static final int SIZE = 72;

  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int REPLACE = 1;
  private static final int NO_REUSEPORT = 2;

  private Kernel kernel;
  private BpfObject object;

  /// The kernel whose programs are run.
  protected abstract Kernel open();

  /// Opens a TCP socket that listens on an address of IPv4, until the test ends.
  protected abstract Listening listen(Kernel on);

  /// A socket that listens.
  ///
  /// @param number what stands for it in maps
  /// @param port its port
  public record Listening(int number, int port) {}

  @BeforeEach
  void load() {
    kernel = open();
    object = kernel.load(ObjectSpec.read("vm_lookup.bpf.o", TestObjects.bytes("vm_lookup")));
    object.variable("verdict").set(1);
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private Listening put(int key) {
    var socket = listen(kernel);
    object.map("sockets").update(u32(key), u64(socket.number()));
    return socket;
  }

  private static RunInput input(int family, int protocol) {
    return RunInput.context(
        ByteBuffer.allocate(SIZE)
            .order(ByteOrder.nativeOrder())
            .putInt(FAMILY, family)
            .putInt(PROTOCOL, protocol)
            .putInt(LOCAL_PORT, 80)
            .array());
  }

  private RunResult run() {
    return object.program("choose").run(input(INET, TCP));
  }

  private long said(String variable) {
    return object.variable(variable).get();
  }

  private static long cookie(RunResult result) {
    return ByteBuffer.wrap(result.contextOut()).order(ByteOrder.nativeOrder()).getLong();
  }

  @Test
  void whatIsChosenIsSaidByItsCookie() {
    var socket = put(0);

    var result = run();

    assertThat(said("assigned")).isZero();
    assertThat(said("chosen_family")).isEqualTo(INET);
    assertThat(said("chosen_port")).isEqualTo(socket.port());
    assertThat(result.returnValue()).isEqualTo(1);
    assertThat(object.map("sockets").lookup(u32(0)))
        .hasValueSatisfying(value -> assertThat(value).isEqualTo(u64(cookie(result))));
  }

  @Test
  void aLookupThatDropsChoosesNothing() {
    put(0);
    object.variable("verdict").set(0);

    var result = run();

    assertThat(result.returnValue()).isZero();
    assertThat(cookie(result)).isZero();
  }

  @Test
  void anotherTakesThePlaceOfOneOnlyWhereThatIsSaid() {
    put(0);
    var other = put(1);
    object.variable("second").set(2);

    run();
    assertThat(said("again")).isEqualTo(-Errno.EEXIST);
    assertThat(said("chosen_port")).isNotEqualTo(other.port());

    object.variable("more_flags").set(REPLACE | NO_REUSEPORT);
    run();
    assertThat(said("again")).isZero();
    assertThat(said("chosen_port")).isEqualTo(other.port());
  }

  @Test
  void aChoiceIsTakenBack() {
    put(0);

    var result = object.program("forget").run(input(INET, TCP));

    assertThat(said("assigned")).isZero();
    assertThat(said("without")).isZero();
    assertThat(result.returnValue()).isEqualTo(1);
    assertThat(cookie(result)).isZero();
  }

  @Test
  void aSocketThatDoesNotFitIsRefused() {
    put(0);

    object.program("choose").run(input(INET, UDP));
    assertThat(said("assigned")).isEqualTo(-Errno.EPROTOTYPE);
    assertThat((int) said("chosen_family")).isEqualTo(-1);

    object.program("choose").run(input(INET6, TCP));
    assertThat(said("assigned")).isEqualTo(-Errno.EAFNOSUPPORT);

    object.variable("flags").set(4);
    run();
    assertThat(said("assigned")).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void whatIsNoLookupIsRefused() {
    var program = object.program("choose");
    assertThat(errno(() -> program.run(RunInput.none()))).isEqualTo(Errno.EINVAL);
    assertThat(errno(() -> program.run(input(1, TCP)))).isEqualTo(Errno.EAFNOSUPPORT);
    var port = input(INET, TCP).context();
    port[LOCAL_PORT + 2] = 1;
    assertThat(errno(() -> program.run(RunInput.context(port)))).isEqualTo(Errno.ERANGE);
    var chosen = input(INET, TCP).context();
    chosen[0] = 1;
    assertThat(errno(() -> program.run(RunInput.context(chosen)))).isEqualTo(Errno.EINVAL);
  }
}
