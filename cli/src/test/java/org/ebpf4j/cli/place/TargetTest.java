package org.ebpf4j.cli.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.place.Target.Fixed;
import org.ebpf4j.cli.place.Target.InCgroup;
import org.ebpf4j.cli.place.Target.Listen;
import org.ebpf4j.cli.place.Target.OnSockmap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {
  private static AttachPoint point(String text) {
    return ((Fixed) Target.parse(text).place()).point();
  }

  @Test
  void readsPlacesThatAreAttachPoints() {
    assertThat(point("tracepoint:sched/sched_switch"))
        .isEqualTo(new Tracepoint("sched", "sched_switch"));
    assertThat(point("kprobe:do_exit+0x10")).isEqualTo(new Kprobe("do_exit", 16));
    assertThat(point("xdp:veth0")).isEqualTo(Xdp.on("veth0"));
    assertThat(point("xdp:veth0,generic")).isEqualTo(Xdp.on("veth0").generic());
    assertThat(point("perf_event:cpu-clock,freq=99"))
        .isEqualTo(PerfEvent.frequency(PerfEvent.Counter.CPU_CLOCK, 99));
    assertThat(point("perf_event:page-faults,period=10"))
        .isEqualTo(PerfEvent.period(PerfEvent.Counter.PAGE_FAULTS, 10));
  }

  @Test
  void readsPlacesThatNeedMore() {
    assertThat(Target.parse("socket:listen=127.0.0.1:9527").place())
        .isEqualTo(new Listen(new InetSocketAddress("127.0.0.1", 9527)));
    assertThat(Target.parse("socket:listen=[::1]:80").place())
        .isEqualTo(new Listen(new InetSocketAddress("::1", 80)));
    assertThat(Target.parse("socket:listen=80").place())
        .isEqualTo(new Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80)));
    assertThat(Target.parse("cgroup:/a/b").place())
        .isEqualTo(new InCgroup(Path.of("/a/b"), Optional.empty()));
    assertThat(Target.parse("cgroup:/a/b,egress").place())
        .isEqualTo(new InCgroup(Path.of("/a/b"), Optional.of(AttachType.CGROUP_INET_EGRESS)));
    assertThat(Target.parse("cgroup:/a,b").place())
        .isEqualTo(new InCgroup(Path.of("/a,b"), Optional.empty()));
    assertThat(Target.parse("sockmap:socks,stream_verdict").place())
        .isEqualTo(new OnSockmap("socks", Optional.of(AttachType.SK_SKB_STREAM_VERDICT)));
  }

  @Test
  void readsTheProgramItIsFor() {
    assertThat(Target.parse("drop=xdp:veth0").program()).isEqualTo("drop");
    assertThat(Target.parse("perf_event:cpu-clock,freq=99").program()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "veth0|no place to attach to; the forms are",
        "xdp:|no place to attach to; the forms are",
        "xpd:veth0|there is no kind of place 'xpd'; the forms are",
        "xdp:veth0,fast|XDP has no mode 'fast'",
        "perf_event:clock|no perf counter 'clock'; there are",
        "perf_event:cpu-clock,often|takes freq=HZ or period=N",
        "perf_event:cpu-clock,freq=x|holds no number",
        "perf_event:cpu-clock,freq=0|at least 1",
        "socket:9527|socket:listen=ADDRESS:PORT",
        "socket:listen=127.0.0.1:port|is no ADDRESS:PORT",
        "tracepoint:execve|CATEGORY/NAME",
        "sockmap:m,both|a sockmap has no hook 'both'",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void isAMistakeOfUsageOnTheCommandLine() {
    var run = Cli.run("run", "x.bpf.o", "--attach", "xpd:veth0");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("there is no kind of place 'xpd'");
  }
}
