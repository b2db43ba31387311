package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.attach.ForcedTracefs;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.OwnerNote;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Kprobes that are events of tracefs, as on kernels whose perf subsystem makes none.
@KernelTest
class TracefsProbeTest {
  private static final Path EVENTS = Path.of("/sys/kernel/tracing/kprobe_events");
  private static final Kprobe ENTRY = new Kprobe(OpenedFile.FUNCTION);
  private static final int ENTRIES = 0;
  private static final int RETURNS = 1;

  private LoadedObject object;

  @BeforeEach
  void load() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the object is for x86-64");
    assumeTrue(Files.exists(EVENTS), "tracefs has no kprobe_events");
    object = LoadedObject.of("attach/probe_plain");
    MarkedThread.countIn(object);
  }

  @AfterEach
  void close() {
    if (object != null) {
      object.close();
    }
  }

  private static List<String> events() throws IOException {
    return Files.readAllLines(EVENTS);
  }

  private static void write(String line) throws IOException {
    Files.writeString(EVENTS, line, StandardOpenOption.APPEND);
  }

  private Attachment attach() {
    return ForcedTracefs.attach(object.program("entry").fd(), ENTRY);
  }

  @Test
  @EffectOf("kprobe")
  void seesCallsUntilClosed() throws Exception {
    var before = events();
    try (var _ = attach()) {
      assertThat(events()).hasSize(before.size() + 1);
      OpenedFile.inMarkedThread();
      assertThat(object.count(ENTRIES)).isPositive();
    }
    assertThat(events()).isEqualTo(before);
    var count = object.count(ENTRIES);
    OpenedFile.inMarkedThread();
    assertThat(object.count(ENTRIES)).isEqualTo(count);
  }

  @Test
  @EffectOf("kretprobe")
  void seesReturnsUntilClosed() throws Exception {
    var before = events();
    try (var _ =
        ForcedTracefs.attach(object.program("leave").fd(), new Kretprobe(OpenedFile.FUNCTION))) {
      OpenedFile.inMarkedThread();
      assertThat(object.count(RETURNS)).isPositive();
    }
    assertThat(events()).isEqualTo(before);
    var count = object.count(RETURNS);
    OpenedFile.inMarkedThread();
    assertThat(object.count(RETURNS)).isEqualTo(count);
  }

  @Test
  void takesAddresses() throws Exception {
    try (var _ =
        ForcedTracefs.attach(
            object.program("entry").fd(), Kprobe.at(OpenedFile.address(OpenedFile.FUNCTION)))) {
      OpenedFile.inMarkedThread();
      assertThat(object.count(ENTRIES)).isPositive();
    }
  }

  @Test
  void unknownFunctionsAreNamedWithThoseLikeThem() throws Exception {
    var before = events();
    assertThatThrownBy(() ->
            ForcedTracefs.attach(object.program("entry").fd(), new Kprobe("do_sys_openat3"))
                .close())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(OpenedFile.FUNCTION);
    assertThat(events()).isEqualTo(before);
  }

  /// An event whose name says that a process made it.
  private static String event(long process, long start, long namespace, String label) {
    var owner = new OwnerNote(process, start, namespace, OwnerNote.own().timeNamespace());
    return "p" + owner.word() + "_1_" + label;
  }

  private static long start(String process) throws IOException {
    var stat = Files.readString(Path.of("/proc", process, "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
  }

  @Test
  void whatDeadProcessesLeftIsTakenAwayAndNothingElse() throws Exception {
    var here = OwnerNote.own();
    var dead = event(4_194_303, 5, here.pidNamespace(), "dead");
    var reused = event(1, start("1") + 1, here.pidNamespace(), "reused");
    var alive = event(1, start("1"), here.pidNamespace(), "alive");
    var elsewhere = event(4_194_303, 5, 1, "elsewhere");
    var kept =
        List.of("ebpf4j/" + alive, "ebpf4j/" + elsewhere, "ebpf4j/other_name", "other/" + dead);
    for (var name : List.of("ebpf4j/" + dead, "ebpf4j/" + reused)) {
      write("p:" + name + " vfs_open");
    }
    for (var name : kept) {
      write("p:" + name + " vfs_open");
    }
    try {
      attach().close();
      assertThat(String.join("\n", events()))
          .contains(kept)
          .doesNotContain("ebpf4j/" + dead)
          .doesNotContain("ebpf4j/" + reused);
    } finally {
      for (var name : kept) {
        write("-:" + name);
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events")
  void anEventWhoseLinkIsHeldElsewhereGoesLater() throws Exception {
    var attachment = attach();
    var held = org.ebpf4j.linux.internal.sys.Fd.duplicate(attachment.links().getFirst().number());
    attachment.close();
    assertThat(String.join("\n", events())).contains("p:ebpf4j/");
    held.close();
    attach().close();
    assertThat(String.join("\n", events())).doesNotContain("p:ebpf4j/");
  }
}
