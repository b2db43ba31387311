package org.ebpf4j.program.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.junit.jupiter.api.Test;

/// What helper functions do on the JVM.
class EnvironmentTest {
  private static final int PRINTK = 6;
  private static final int COMM = 16;

  private final Environment environment =
      new Environment()
          .clock(() -> 8_000_000)
          .task(new Task(7, 8, "a-long-name-of-a-task", 1, 2, 3));

  static final class Point {
    short x;
    int y;
  }

  @Test
  void theTaskIsThatOfTheTest() {
    assertThat(environment.number(14)).isEqualTo(7L << 32 | 8);
    assertThat(environment.number(15)).isEqualTo(2L << 32 | 1);
    assertThat(environment.number(80)).isEqualTo(3);
    assertThat(environment.number(5)).isEqualTo(8_000_000);
    assertThat(environment.number(118)).isEqualTo(2);
    var name = new byte[16];
    assertThat(environment.number(COMM, name)).isZero();
    assertThat(new String(name, StandardCharsets.UTF_8)).isEqualTo("a-long-name-of-\0");
  }

  @Test
  void linesArePrintedByTheirFormat() {
    environment.number(
        PRINTK, "pid %d of %s: 0x%llx %5u|%-4d|%04x%%", 7L, 0x100L, -1L, 3L, 4L, 10L);
    environment.memory(0x100, "nginx\0".getBytes(StandardCharsets.UTF_8));
    environment.number(PRINTK, "%s\n", 0x100L);
    assertThat(environment.trace())
        .containsExactly("pid 7 of : 0xffffffffffffffff     3|4   |000a%", "nginx");
  }

  @Test
  void memoryIsReadWhereItIs() {
    environment.memory(0x1000, new byte[] {1, 0, 0, 0, 5, 0, 0, 0});
    var point = new Point();
    assertThat(environment.number(113, point, 0x1000L)).isZero();
    assertThat(point.x).isEqualTo((short) 1);
    assertThat(point.y).isEqualTo(5);
    assertThat(environment.number(113, point, 0x1004L)).isEqualTo(-Errno.EFAULT);
    assertThat(point.y).isZero();

    environment.memory(0x2000, "/etc/passwd\0".getBytes(StandardCharsets.UTF_8));
    var text = new byte[6];
    assertThat(environment.number(114, text, 0x2000L)).isEqualTo(6);
    assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("/etc/\0");
    assertThat(environment.number(114, text, 0x2006L)).isEqualTo(6);
    assertThat(environment.number(36, 0x1004L, new int[] {9})).isZero();
    environment.number(113, point, 0x1000L);
    assertThat(point.y).isEqualTo(9);
  }

  @Test
  void textIsMadeAndRead() {
    var to = new byte[8];
    assertThat(environment.number(165, to, "%d-%d", new long[] {12, 34})).isEqualTo(6);
    assertThat(new String(to, StandardCharsets.UTF_8)).isEqualTo("12-34\0\0\0");
    var number = new long[1];
    assertThat(environment.number(105, "-0x1f;".getBytes(StandardCharsets.UTF_8), 0L, number))
        .isEqualTo(5);
    assertThat(number[0]).isEqualTo(-0x1f);
    assertThat(environment.number(106, "x".getBytes(StandardCharsets.UTF_8), 10L, number))
        .isEqualTo(-Errno.EINVAL);
    assertThat(environment.number(182, "ab\0".getBytes(StandardCharsets.UTF_8), "ab")).isZero();
    assertThat(environment.number(182, "ab\0".getBytes(StandardCharsets.UTF_8), "ac")).isNegative();
  }

  @Test
  void aTestSaysWhatAHelperFunctionDoes() {
    assertThatThrownBy(() -> environment.number(18, 1L, 2L))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("bpf_skb_vlan_push does nothing on the JVM")
        .hasMessageContaining("answer(\"bpf_skb_vlan_push\"");
    environment.answer("bpf_skb_vlan_push", arguments -> (Long) arguments[1] + 1);
    assertThat(environment.number(18, 1L, 2L)).isEqualTo(3);
    assertThatThrownBy(() -> environment.answer("bpf_skb_vlan_psh", _ -> 0))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("skb_vlan_push");
  }

  @Test
  void effectsAreKept() {
    assertThat(environment.number(109, 9)).isZero();
    assertThat(environment.recordedCalls()).hasSize(1);
    assertThat(environment.recordedCalls().getFirst().helper()).isEqualTo("bpf_send_signal");
    assertThat(environment.recordedCalls().getFirst().arguments()).containsExactly(9);
  }

  @Test
  void itIsThatOfACall() throws Exception {
    var outside = Environment.current();
    var inside = environment.call(Environment::current);
    assertThat(inside).isSameAs(environment);
    assertThat(Environment.current()).isSameAs(outside);
  }

  @Test
  void whatWasAcquiredIsReleased() {
    var released = new AtomicLong();
    environment.acquired(released::incrementAndGet);
    environment.releaseAll();
    environment.releaseAll();
    assertThat(released).hasValue(1);
  }
}
