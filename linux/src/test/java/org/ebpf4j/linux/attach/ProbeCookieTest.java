package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Cookies: numbers that come with an attachment, which the program can ask for.
@KernelTest
class ProbeCookieTest {
  private static final long COOKIE = 0xFEDC_BA98_7654_3210L;

  private static void seesCookie(String program, AttachPoint first, AttachPoint second, int count)
      throws Exception {
    try (var object = LoadedObject.of("attach/probe_cookie")) {
      MarkedThread.countIn(object);
      seesCookie(object, program, first, count, COOKIE);
      seesCookie(object, program, second, count, 7);
    }
  }

  private static void seesCookie(
      LoadedObject object, String program, AttachPoint point, int count, long cookie)
      throws Exception {
    var before = object.count(count);
    try (var _ = object.program(program).attach(point)) {
      OpenedFile.inMarkedThread();
      assertThat(object.count(count)).isGreaterThan(before);
      assertThat(object.count(count + 1)).isEqualTo(cookie);
    }
    before = object.count(count);
    OpenedFile.inMarkedThread();
    assertThat(object.count(count)).isEqualTo(before);
  }

  @Test
  @Requires(Facility.KPROBES)
  @RequiresKernel(value = "5.15", because = "cookies of perf events")
  void ofKprobes() throws Exception {
    var point = new Kprobe(OpenedFile.FUNCTION);
    seesCookie("entry", point.withCookie(COOKIE), point.withCookie(7), 0);
  }

  @Test
  @Requires(Facility.KPROBES)
  @RequiresKernel(value = "5.15", because = "cookies of perf events")
  void ofKretprobes() throws Exception {
    var point = new Kretprobe(OpenedFile.FUNCTION);
    seesCookie("leave", point.withCookie(COOKIE), point.withCookie(7), 2);
  }

  @Test
  @EffectOf("tracepoint")
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.15", because = "cookies of perf events")
  void ofTracepoints() throws Exception {
    var point = new Tracepoint("syscalls", "sys_enter_openat");
    seesCookie("tracepoint", point.withCookie(COOKIE), point.withCookie(7), 4);
  }

  @Test
  @EffectOf("raw_tracepoint")
  @RequiresKernel(value = "6.10", because = "cookies of raw tracepoints")
  void ofRawTracepoints() throws Exception {
    var point = new RawTracepoint("sys_enter");
    try (var object = LoadedObject.of("attach/probe_raw_cookie")) {
      MarkedThread.countIn(object);
      seesCookie(object, "calls", point.withCookie(COOKIE), 0, COOKIE);
      seesCookie(object, "calls", point.withCookie(7), 0, 7);
    }
  }

  private static void lacks(String program, AttachPoint point, String since) {
    try (var object = LoadedObject.of("attach/probe_refused")) {
      assertThatThrownBy(() -> object.program(program).attach(point).close())
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("this kernel gives programs no cookie here")
          .hasMessageContaining("in Linux " + since)
          .hasMessageContaining("try: without the cookie");
    }
  }

  @Test
  void areMissingBefore5_15() {
    assumeTrue(KernelRelease.running().isBefore(5, 15), "the kernel has cookies of perf events");
    lacks("event", new Tracepoint("syscalls", "sys_enter_openat").withCookie(7), "5.15");
  }

  @Test
  void ofRawTracepointsAreMissingBefore6_10() {
    assumeTrue(
        KernelRelease.running().isBefore(6, 10), "the kernel has cookies of raw tracepoints");
    lacks("reader", new RawTracepoint("sched_switch").withCookie(7), "6.10");
  }
}
