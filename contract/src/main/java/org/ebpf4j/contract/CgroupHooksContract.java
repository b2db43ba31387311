package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.contract.Values.errno;
import static org.ebpf4j.contract.Values.u64;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Entries;
import org.ebpf4j.Kernel;
import org.ebpf4j.Link;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What programs on hooks of a cgroup are told of sockets and settings, and what they may do to
/// them.
public abstract class CgroupHooksContract {
  private static final int SOL_SOCKET = 1;
  private static final int SOL_IP = 0;
  private static final int SOL_TCP = 6;
  private static final int SOL_IPV6 = 41;

  private Kernel kernel;
  private BpfObject object;

  /// The kernel whose programs are attached.
  protected abstract Kernel open();

  /// The hook of a cgroup of the test's own.
  protected abstract AttachPoint hook(AttachType type);

  /// The id of the cgroup.
  protected abstract long cgroup(Kernel on);

  /// Has a process in the cgroup connect a UDP socket of IPv4.
  protected abstract void connect(Kernel on);

  /// Has a process in the cgroup read `kernel/ostype`, which is `Linux`.
  protected abstract void readSetting(Kernel on);

  /// Has a process in the cgroup write text and a line end to `kernel/domainname`, which its hook
  /// refuses.
  protected abstract void writeSetting(Kernel on, String text);

  @BeforeEach
  void load() {
    kernel = open();
    object = kernel.load(ObjectSpec.read("vm_cgroup.bpf.o", TestObjects.bytes("vm_cgroup")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private Link attach(String program) {
    var type = object.program(program).spec().orElseThrow().attachType().orElseThrow();
    return object.program(program).attach(hook(type));
  }

  /// An option that is set to a value and read back: what both calls return, and what is read.
  private record Option(int level, int name, int size, int value, long set, long got, long read) {}

  private static Option option(int level, int name, int value) {
    return new Option(level, name, 4, value, 0, 0, value);
  }

  private static Option refused(int level, int name, int size) {
    return new Option(level, name, size, 1, -Errno.EINVAL, -Errno.EINVAL, 0);
  }

  @Test
  @RequiresKernel(value = "6.1", because = "that many options")
  void optionsOfSocketsAreSetAndRead() {
    var options =
        List.of(
            option(SOL_SOCKET, 36, 5),
            option(SOL_SOCKET, 12, 3),
            option(SOL_SOCKET, 9, 1),
            option(SOL_SOCKET, 18, 100),
            option(SOL_SOCKET, 15, 1),
            option(SOL_SOCKET, 62, 0),
            option(SOL_IP, 1, 4),
            new Option(SOL_SOCKET, 7, 4, 10_000, 0, 0, 20_000),
            new Option(SOL_SOCKET, 7, 4, 1, 0, 0, 4608),
            new Option(SOL_SOCKET, 8, 4, 10_000, 0, 0, 20_000),
            new Option(SOL_SOCKET, 8, 4, 1, 0, 0, 2304),
            option(SOL_SOCKET, 2, 1),
            refused(SOL_SOCKET, 36, 8),
            refused(SOL_SOCKET, 36, 2),
            refused(SOL_SOCKET, 3, 4),
            refused(SOL_IP, 2, 4),
            refused(SOL_IPV6, 67, 4),
            refused(SOL_TCP, 1, 4),
            refused(SOL_TCP, 13, 4),
            refused(77, 1, 4));
    var asked = object.variable("options").memory();
    for (int i = 0; i < options.size(); i++) {
      var option = options.get(i);
      asked.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 4L * i, option.level());
      asked.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 4L * i + 1, option.name());
      asked.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 4L * i + 2, option.size());
      asked.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 4L * i + 3, option.value());
    }
    object.variable("count").set(options.size());
    try (var _ = attach("ask_options")) {
      connect(kernel);
    }
    var answers = object.variable("answers").memory();
    var came = new ArrayList<Option>();
    for (int i = 0; i < options.size(); i++) {
      var option = options.get(i);
      came.add(
          new Option(
              option.level(),
              option.name(),
              option.size(),
              option.value(),
              answers.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, 3L * i),
              answers.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, 3L * i + 1),
              answers.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, 3L * i + 2)));
    }
    assertThat(came).containsExactlyElementsOf(options);
  }

  private List<Long> told() {
    var all = new ArrayList<Long>();
    for (int i = 0; i < 7; i++) {
      all.add(object.variable("told").memory().getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i));
    }
    return all;
  }

  private String text(String variable) {
    var bytes = object.variable(variable).memory().toArray(ValueLayout.JAVA_BYTE);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  @Test
  void aSettingThatIsReadHasANameAndAValue() {
    try (var _ = attach("watch_sysctl")) {
      readSetting(kernel);
    }
    assertThat(object.variable("writes").get()).isZero();
    assertThat(told()).containsExactly(13L, 6L, -7L, 6L, -7L, -22L, -22L);
    assertThat(text("name")).isEqualTo("kernel/ostype");
    assertThat(text("base")).isEqualTo("ostype");
    assertThat(text("short_name")).isEqualTo("kerne");
    assertThat(text("current")).isEqualTo("Linux\n");
    assertThat(text("short_current")).isEqualTo("Lin");
    assertThat(text("new_value")).isEmpty();
  }

  @Test
  void aSettingThatIsWrittenHasANewValue() {
    try (var _ = attach("watch_sysctl")) {
      writeSetting(kernel, "some.example");
    }
    assertThat(object.variable("writes").get()).isEqualTo(1);
    assertThat(told().subList(0, 2)).containsExactly(17L, 10L);
    assertThat(told().subList(5, 7)).containsExactly(13L, 0L);
    assertThat(text("new_value")).isEqualTo("some.example\n");
  }

  private byte[] key(AttachType type) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putLong(cgroup(kernel))
        .putInt(type.number())
        .array();
  }

  @Test
  void valuesOfACgroupAreThoseOfAnAttachment() {
    var counted = object.map("counted");
    var key = key(AttachType.CGROUP_INET4_CONNECT);
    try (var _ = attach("count_connections")) {
      assertThat(counted.lookup(key)).contains(u64(0));
      assertThat(counted.count()).isEqualTo(1);
      var keys = counted.entries().stream().map(Entries.Entry::key).toList();
      assertThat(keys).hasSize(1);
      assertThat(keys.getFirst()).isEqualTo(key);
      connect(kernel);
      connect(kernel);
      assertThat(counted.lookup(key)).contains(u64(2));
      counted.update(key, u64(7));
      connect(kernel);
      assertThat(counted.lookup(key)).contains(u64(8));
      assertThat(counted.lookup(key(AttachType.CGROUP_INET4_BIND))).isEmpty();
      assertThat(errno(() -> counted.update(key(AttachType.CGROUP_INET4_BIND), u64(1))))
          .isEqualTo(Errno.ENOENT);
      assertThat(errno(() -> counted.delete(key))).isEqualTo(Errno.EINVAL);
      var perCpu = object.map("counted_by_cpu").lookup(u64(cgroup(kernel))).orElseThrow();
      var sum = 0;
      for (int i = 0; i < perCpu.length; i += 8) {
        sum += perCpu[i];
      }
      assertThat(sum).isEqualTo(6);
    }
    assertThat(counted.lookup(key)).as("it outlives the link").contains(u64(8));
  }

  @Test
  void runsByThemselvesHaveValuesOfTheirOwn() {
    for (int i = 0; i < 2; i++) {
      object.program("count_packets").run(RunInput.packet(new byte[60]).repeat(3));
      assertThat(object.variable("packets").get()).isEqualTo(3);
    }
  }
}
