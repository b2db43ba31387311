package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.attach.ProbeMode;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Many functions of the kernel at once.
@KernelTest
@Requires(Facility.KPROBES)
class KprobeMultiTest {
  private static final String BECAUSE = "links on many functions";
  private static final int ENTRIES = 0;
  private static final int ENTRY_COOKIES = 1;
  private static final int ENTRY_ADDRESS = 2;
  private static final int RETURNS = 3;
  private static final int RETURN_COOKIES = 4;

  /// Whether the kernel is built with fprobes, which links on many functions are made of.
  private static boolean hasFprobes() throws IOException {
    return OpenedFile.isFunction("register_fprobe");
  }

  private static void assumeFprobes() throws IOException {
    assumeTrue(hasFprobes(), "the kernel is built without CONFIG_FPROBE");
  }

  private static LoadedObject multi() throws IOException {
    assumeFprobes();
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the object is for x86-64");
    var object = LoadedObject.of("attach/probe_multi");
    MarkedThread.countIn(object);
    return object;
  }

  /// How much a number grows by one opened file while the program is attached; that it does not
  /// afterwards.
  private static long growth(
      LoadedObject object, String program, AttachPoint point, int calls, int seen)
      throws Exception {
    long grown;
    try (var link = object.program(program).attach(point)) {
      assertThat(link.info()).hasSize(1);
      var callsBefore = object.count(calls);
      var before = object.count(seen);
      OpenedFile.inMarkedThread();
      assertThat(object.count(calls)).isGreaterThan(callsBefore);
      grown = object.count(seen) - before;
    }
    var before = object.count(calls);
    OpenedFile.inMarkedThread();
    assertThat(object.count(calls)).isEqualTo(before);
    return grown;
  }

  @Test
  @EffectOf("kprobe.multi")
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void entriesByPattern() throws Exception {
    try (var object = multi()) {
      growth(object, "entries", KprobeMulti.entries("do_sys_op?nat2*"), ENTRIES, ENTRIES);
      assertThat(object.count(ENTRY_ADDRESS)).isEqualTo(OpenedFile.address(OpenedFile.FUNCTION));
    }
  }

  @Test
  @EffectOf("kretprobe.multi")
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void returnsBySection() throws Exception {
    try (var object = multi()) {
      var point = new KprobeMulti(ProbeMode.RETURN, OpenedFile.FUNCTION);
      try (var link = object.program("returns").attach()) {
        assertThat(link.attachPoint()).contains(point);
      }
      growth(object, "returns", point, RETURNS, RETURNS);
    }
  }

  @Test
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void aCookieForEachFunction() throws Exception {
    try (var object = multi()) {
      var both = KprobeMulti.entries("vfs_open", OpenedFile.FUNCTION).withCookies(0x10000, 1);
      var seen = growth(object, "entries", both, ENTRIES, ENTRY_COOKIES);
      assertThat(seen & 0xFFFF).isPositive();
      assertThat(seen >> 16).isPositive();

      var pattern =
          new KprobeMulti(
              ProbeMode.RETURN,
              java.util.List.of("vfs_ope?", "do_sys_openat2*"),
              java.util.List.of(0x10000L, 1L));
      seen = growth(object, "returns", pattern, RETURNS, RETURN_COOKIES);
      assertThat(seen & 0xFFFF).isPositive();
      assertThat(seen >> 16).isPositive();
    }
  }

  @Test
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void addressesWithACookieForAll() throws Exception {
    try (var object = multi()) {
      var point =
          KprobeMulti.at(
                  ProbeMode.ENTRY,
                  OpenedFile.address(OpenedFile.FUNCTION),
                  OpenedFile.address("vfs_open"))
              .withCookies(1);
      var seen = growth(object, "entries", point, ENTRIES, ENTRY_COOKIES);
      assertThat(seen).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void functionsOfAModule() throws Exception {
    assumeTrue(Files.exists(Path.of("/sys/module/tun")), "the module tun is not loaded");
    try (var object = multi()) {
      for (var point :
          new KprobeMulti[] {
            KprobeMulti.entries("tun:tun_chr_op*"),
            KprobeMulti.entries("tun:tun_chr_op*").withCookies(9)
          }) {
        try (var _ = object.program("entries").attach(point)) {
          OpenedFile.inMarkedThread("/dev/net/tun");
        }
      }
      assertThat(object.count(ENTRIES)).isEqualTo(2);
      assertThat(object.count(ENTRY_COOKIES)).isEqualTo(9);
    }
  }

  @Test
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void aThousandFunctions() throws Exception {
    var names = new HashSet<String>();
    for (var line : Files.readAllLines(Path.of("/sys/kernel/tracing/available_filter_functions"))) {
      if (line.matches("(ext4|vfs|do|ip|tcp|sock|skb|dev|net|proc|seq)_[a-z]\\w*")
          && names.size() < 1000) {
        names.add(line);
      }
    }
    names.add(OpenedFile.FUNCTION);
    try (var object = multi()) {
      var point = KprobeMulti.entries(names.toArray(String[]::new));
      growth(object, "entries", point, ENTRIES, ENTRIES);
    }
  }

  /// What a program calls while it runs is missed by another that is attached to it.
  @Test
  @RequiresKernel(value = "6.7", because = "counts of what probes missed")
  void whatIsMissedIsCounted() throws Exception {
    assumeFprobes();
    try (var object = LoadedObject.of("attach/probe_missed")) {
      MarkedThread.countIn(object);
      try (var inner = object.program("inner").attach();
          var single = object.program("single").attach();
          var outer = object.program("outer").attach()) {
        OpenedFile.inMarkedThread();
        assertThat(object.count(0)).isPositive();
        assertThat(outer.missed()).hasValue(0);
        assertThat(single.missed()).hasValue(0);
        var ofProgram = object.program("inner").statistics().recursionMisses();
        assertThat(inner.missed().orElseThrow() + ofProgram).isPositive();
      }
    }
    try (var object = LoadedObject.of("attach/probe_refused");
        var link =
            object
                .program("event")
                .attach(new org.ebpf4j.attach.Tracepoint("syscalls", "sys_enter_openat"))) {
      assertThat(link.missed()).isEmpty();
    }
  }

  @Test
  @EffectOf("kprobe.session")
  @RequiresKernel(value = "6.10", because = "sessions of kprobes")
  void sessionsSeeTheReturnsTheyAskFor() throws Exception {
    assumeFprobes();
    try (var object = LoadedObject.of("attach/probe_session")) {
      MarkedThread.countIn(object);
      try (var link = object.program("calls").attach()) {
        assertThat(link.attachPoint()).contains(KprobeMulti.sessions(OpenedFile.FUNCTION));
        OpenedFile.inMarkedThread();
        var both = growth(object);
        object.set("counts", 1, 1);
        var entries = growth(object);
        assertThat(entries).isPositive();
        assertThat(both).isEqualTo(2 * entries);
      }
      assertThat(growth(object)).isZero();
    }
  }

  private static long growth(LoadedObject object) throws Exception {
    var before = object.count(0);
    OpenedFile.inMarkedThread();
    return object.count(0) - before;
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
      String program, KprobeMulti point) {
    try (var object = LoadedObject.of("attach/probe_refused")) {
      return assertThatThrownBy(() -> object.program(program).attach(point).close());
    }
  }

  @Test
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void unknownFunctionsAreNamedWithThoseLikeThem() throws IOException {
    assumeFprobes();
    refused("many", KprobeMulti.entries("do_sys_openat3*"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no kernel function that can be traced fits 'do_sys_openat3*'")
        .hasMessageContaining("do_sys_openat2");
    refused("many", KprobeMulti.entries(OpenedFile.FUNCTION, "do_sys_openat3"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no kernel function that can be traced fits 'do_sys_openat3'")
        .hasMessageContaining("do_sys_openat2");
  }

  @Test
  @RequiresKernel(value = "5.18", because = BECAUSE)
  void aFunctionThatCannotBeTracedIsNamed() throws Exception {
    assumeFprobes();
    var traceable =
        new HashSet<>(
            Files.readAllLines(Path.of("/sys/kernel/tracing/available_filter_functions")));
    var name =
        OpenedFile.symbols().stream()
            .filter(s -> s.length == 3 && s[1].equalsIgnoreCase("t"))
            .map(s -> s[2])
            .filter(n -> n.matches("[a-z]\\w+") && !traceable.contains(n))
            .findFirst()
            .orElseThrow();
    refused("many", KprobeMulti.entries(OpenedFile.FUNCTION, name))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("ftrace cannot stop in " + name);
  }

  @Test
  void isMissingBefore5_18AndWithoutFprobes() throws IOException {
    assumeTrue(
        KernelRelease.running().isBefore(5, 18) || !hasFprobes(), "the kernel has " + BECAUSE);
    refused("many", KprobeMulti.entries(OpenedFile.FUNCTION))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("that came in Linux 5.18")
        .hasMessageContaining("try: SEC(\"kprobe/FUNCTION\")");
  }

  @Test
  void sessionsAreMissingBefore6_10() {
    assumeTrue(KernelRelease.running().isBefore(6, 10), "the kernel has sessions");
    refused("sessions", KprobeMulti.sessions(OpenedFile.FUNCTION))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("they came in Linux 6.10")
        .hasMessageContaining("try: SEC(\"kprobe.multi\")");
  }
}
