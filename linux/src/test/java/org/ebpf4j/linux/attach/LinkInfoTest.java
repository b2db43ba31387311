package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.BtfTracepoint;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.UprobeMulti;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// What the kernel says of links of tracing, as records, held against what bpftool prints.
@KernelTest
class LinkInfoTest {
  private static final long COOKIE = 0x1234_5678_9abcL;
  private static final int PID = (int) ProcessHandle.current().pid();

  /// What is said of a link; the same when it is asked for by id, and among all.
  private static <T extends LinkInfo> T only(LinuxLink link, Class<T> kind) throws Exception {
    assertThat(link.info()).first().isInstanceOf(kind);
    var info = kind.cast(link.info().getFirst());
    var kernel = LinuxKernel.open();
    assertThat(kernel.link(info.id())).contains(info);
    assertThat(kernel.links()).contains(info);
    assertThat(info.linkType()).isPresent();
    BpftoolLink.compare(info);
    return info;
  }

  @Test
  void noLinkOfAnIdThatIsNone() {
    assertThat(LinuxKernel.open().link(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void rawTracepoint() throws Exception {
    try (var object = LoadedObject.of("attach_tracing", "system_calls");
        var link = object.program("system_calls").attach(new RawTracepoint("sys_enter"))) {
      var info = only(link, LinkInfo.RawTracepoint.class);
      assertThat(info.name()).isEqualTo("sys_enter");
      assertThat(info.programId()).isEqualTo(object.program("system_calls").id());
      assertThat(info.typeLabel()).isEqualTo("raw_tracepoint");
    }
  }

  @Test
  @RequiresKernel(value = "6.16", because = "cookies in what is said of raw tracepoints")
  void cookieOfARawTracepoint() throws Exception {
    try (var object = LoadedObject.of("attach/probe_raw_cookie");
        var link =
            object
                .object()
                .programs()
                .getFirst()
                .attach(new RawTracepoint("sys_enter").withCookie(COOKIE))) {
      assertThat(only(link, LinkInfo.RawTracepoint.class).cookie()).isEqualTo(COOKIE);
    }
  }

  private static LoadedObject typed(String program) {
    try {
      return LoadedObject.of("attach/typed", program);
    } catch (PermissionException e) {
      Assumptions.abort("this kernel is locked down: " + e.getMessage());
      throw e;
    }
  }

  @Test
  @RequiresKernel(value = "6.0", because = "programs that say what they were loaded for")
  void typedTracepoint() throws Exception {
    try (var object = typed("typed_tracepoint");
        var link = object.program("typed_tracepoint").attach(new BtfTracepoint("sys_enter"))) {
      // The kernel has the same links for these.
      assertThat(only(link, LinkInfo.RawTracepoint.class).name()).isEqualTo("sys_enter");
    }
  }

  @Test
  @RequiresKernel(value = "6.0", because = "programs that say what they were loaded for")
  void fentry() throws Exception {
    try (var object = typed("entry");
        var link = object.program("entry").attach()) {
      var info = only(link, LinkInfo.Tracing.class);
      assertThat(info.attachType()).contains(AttachType.TRACE_FENTRY);
      assertThat(info.targetName()).isEqualTo("vmlinux");
      assertThat(info.function()).isEqualTo("bpf_fentry_test1");
    }
  }

  @Test
  @RequiresKernel(value = "6.0", because = "programs that say what they were loaded for")
  void lsm() throws Exception {
    try (var object = typed("hook");
        var link = object.program("hook").attach()) {
      var info = only(link, LinkInfo.Tracing.class);
      assertThat(info.attachType()).contains(AttachType.LSM_MAC);
      assertThat(info.programTypeLabel()).isEqualTo("lsm");
      assertThat(info.function()).isEqualTo("bpf_lsm_file_open");
    }
  }

  @Test
  @RequiresKernel(value = "6.6", because = "what is said of tracepoints")
  void tracepoint() throws Exception {
    try (var object = LoadedObject.of("attach/probe_cookie");
        var link =
            object
                .program("tracepoint")
                .attach(new Tracepoint("syscalls", "sys_enter_openat").withCookie(COOKIE))) {
      var info = only(link, LinkInfo.Tracepoint.class);
      assertThat(info.name()).isEqualTo("sys_enter_openat");
      assertThat(info.typeLabel()).isEqualTo("perf_event");
    }
  }

  @Test
  @RequiresKernel(value = "6.9", because = "cookies in what is said of tracepoints")
  void cookieOfATracepoint() throws Exception {
    try (var object = LoadedObject.of("attach/probe_cookie");
        var link =
            object
                .program("tracepoint")
                .attach(new Tracepoint("syscalls", "sys_enter_openat").withCookie(COOKIE))) {
      assertThat(only(link, LinkInfo.Tracepoint.class).cookie()).isEqualTo(COOKIE);
    }
  }

  @Test
  @RequiresKernel(value = "6.9", because = "all that is said of uprobes")
  void uprobe() throws Exception {
    try (var object = LoadedObject.of("attach/user_cookie");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var path = probed.path();
      try (var link =
          object.program("entry").attach(new Uprobe(path, "work_one").withCookie(COOKIE))) {
        var info = only(link, LinkInfo.Uprobe.class);
        assertThat(info.isReturn()).isFalse();
        assertThat(info.file()).isEqualTo(path);
        assertThat(info.offset()).isPositive();
        assertThat(info.cookie()).isEqualTo(COOKIE);
      }
      try (var link = object.program("leave").attach(new Uretprobe(path, "work_one"))) {
        assertThat(only(link, LinkInfo.Uprobe.class).isReturn()).isTrue();
      }
    }
  }

  @Test
  @RequiresKernel(value = "6.8", because = "what is said of links on many places")
  void placesOfAFile() throws Exception {
    try (var object = LoadedObject.of("attach/user_cookie");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var point =
          UprobeMulti.entries(probed.path(), "work_one", "work_two")
              .withCookies(1, 2)
              .withPid(probed.pid());
      try (var link = object.program("entries").attach(point)) {
        var info = only(link, LinkInfo.UprobeMulti.class);
        assertThat(info.path()).isEqualTo(probed.path());
        assertThat(info.isReturn()).isFalse();
        assertThat(info.process()).isEqualTo((int) probed.pid());
        assertThat(info.places()).hasSize(2).allMatch(p -> p.offset() > 0 && p.semaphore() == 0);
        assertThat(info.places()).extracting(LinkInfo.FilePlace::cookie).containsExactly(1L, 2L);
      }
      var returns = UprobeMulti.returns(probed.path(), "work_one");
      try (var link = object.program("returns").attach(returns)) {
        assertThat(only(link, LinkInfo.UprobeMulti.class).isReturn()).isTrue();
      }
    }
  }

  @Test
  @RequiresKernel(value = "6.6", because = "what is said of counters")
  void counter() throws Exception {
    try (var object = LoadedObject.of("attach_perf");
        var link =
            object.program("samples").attach(PerfEvent.frequency(Counter.CPU_CLOCK, 1).onCpu(0))) {
      var info = only(link, LinkInfo.PerfCounter.class);
      // Kernels since 6.0 have a unit for that counter alone.
      assertThat(info.eventTypeLabel()).isIn("software", "cpu_clock", "type 6");
      assertThat(info.configLabel()).isIn("cpu-clock", "0");
    }
  }

  @Test
  @Requires(Facility.KPROBES)
  @RequiresKernel(value = "6.9", because = "all that is said of kprobes")
  void kprobe() throws Exception {
    try (var object = LoadedObject.of("attach/probe_cookie");
        var link =
            object.program("entry").attach(new Kprobe("do_sys_openat2").withCookie(COOKIE))) {
      var info = only(link, LinkInfo.Kprobe.class);
      assertThat(info.function()).isEqualTo("do_sys_openat2");
      assertThat(info.isReturn()).isFalse();
      assertThat(info.address()).isNotZero();
      assertThat(info.cookie()).isEqualTo(COOKIE);
    }
  }

  @Test
  @Requires(Facility.KPROBES)
  @RequiresKernel(value = "6.9", because = "all that is said of links on many functions")
  void functionsOfTheKernel() throws Exception {
    try (var object = LoadedObject.of("attach/probe_multi");
        var link =
            object
                .program("entries")
                .attach(KprobeMulti.entries("do_sys_openat2", "vfs_open").withCookies(5, COOKIE))) {
      var info = only(link, LinkInfo.KprobeMulti.class);
      assertThat(info.isReturn()).isFalse();
      assertThat(info.functions())
          .extracting(LinkInfo.Function::name)
          .containsExactlyInAnyOrder("do_sys_openat2", "vfs_open");
      assertThat(info.functions())
          .allMatch(f -> f.address() != 0 && f.module().isEmpty())
          .anyMatch(f -> f.name().equals("vfs_open") && f.cookie() == COOKIE);
    }
  }

  @Test
  @RequiresKernel(value = "6.1", because = "iterators over some tasks")
  void iteratorOverTasks() throws Exception {
    try (var object = LoadedObject.of("attach/iterators", "tasks")) {
      var program = object.program("tasks");
      try (var link = program.attach(new KernelIterator("task").ofThread(PID))) {
        var info = only(link, LinkInfo.Iterator.class);
        assertThat(info.target()).isEqualTo("task");
        assertThat(info.thread()).isEqualTo(PID);
        assertThat(info.process()).isZero();
      }
      try (var link = program.attach(new KernelIterator("task").ofProcess(PID))) {
        assertThat(only(link, LinkInfo.Iterator.class).process()).isEqualTo(PID);
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.13", because = "maps in what is said of iterators")
  void iteratorOverAMap() throws Exception {
    try (var object = LoadedObject.of("attach/iterators", "elements")) {
      var map = object.object().map("numbers");
      try (var link =
          object.program("elements").attach(new KernelIterator("bpf_map_elem").over(map))) {
        assertThat(only(link, LinkInfo.Iterator.class).map()).isEqualTo(map.id());
      }
    }
  }

  @Test
  @Requires(Facility.CGROUP2)
  @RequiresKernel(value = "6.1", because = "iterators over cgroups")
  void iteratorOverCgroups() throws Exception {
    try (var object = LoadedObject.of("attach/iterators", "cgroups");
        var cgroup = TestCgroup.create();
        var link =
            object
                .program("cgroups")
                .attach(
                    new KernelIterator("cgroup")
                        .over(cgroup.path(), KernelIterator.Order.DESCENDANTS_PRE))) {
      var info = only(link, LinkInfo.Iterator.class);
      assertThat(info.path()).isEqualTo(cgroup.path().toString());
      assertThat(info.cgroup()).isEqualTo(Files.getAttribute(cgroup.path(), "unix:ino"));
      assertThat(info.orderLabel()).isEqualTo("descendants_pre");
    }
  }
}
