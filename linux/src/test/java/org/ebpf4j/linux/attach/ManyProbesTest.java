package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.linux.internal.attach.ForcedTracefs;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// Probes that come and go from several threads at once, and leave nothing. The property
/// `ebpf4j.attach.rounds` says how often; 1000 is the whole measure.
@KernelTest
class ManyProbesTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = Integer.getInteger("ebpf4j.attach.rounds", 80);

  private static void often(Callable<AutoCloseable> attaching) throws Exception {
    var before = descriptors();
    var results = new ArrayList<java.util.concurrent.Future<Integer>>();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        results.add(
            threads.submit(() -> {
              for (int round = 0; round < ROUNDS / THREADS; round++) {
                attaching.call().close();
              }
              return ROUNDS / THREADS;
            }));
      }
      for (var result : results) {
        assertThat(result.get()).isEqualTo(ROUNDS / THREADS);
      }
    }
    assertThat(descriptors()).isEqualTo(before);
  }

  /// What is open of perf events and BPF, such as `anon_inode:[perf_event]`.
  private static List<String> descriptors() throws IOException {
    var open = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (var entry : entries) {
        try {
          var target = Files.readSymbolicLink(entry).toString();
          if (target.contains("perf_event") || target.contains("bpf")) {
            open.add(target);
          }
        } catch (java.nio.file.NoSuchFileException _) {
          // That of the directory itself.
        }
      }
    }
    open.sort(null);
    return open;
  }

  @Test
  @Requires(Facility.KPROBES)
  void kprobesComeAndGo() throws Exception {
    var list = Path.of("/sys/kernel/debug/kprobes/list");
    try (var object = LoadedObject.of("attach/probe_plain")) {
      often(() -> object.program("entry").attach(new Kprobe("vfs_open")));
      often(() -> ForcedTracefs.attach(object.program("entry").fd(), new Kprobe("vfs_open")));
    }
    if (Files.exists(list)) {
      assertThat(Files.readString(list)).doesNotContain("vfs_open");
    }
    assertThat(Files.readString(Path.of("/sys/kernel/tracing/kprobe_events")))
        .doesNotContain("ebpf4j/");
  }

  @Test
  @Requires(Facility.TRACEFS)
  void tracepointsComeAndGo() throws Exception {
    // One object for each thread, as an event takes each program once.
    var made = new ArrayList<LoadedObject>();
    try {
      for (int i = 0; i < THREADS; i++) {
        made.add(LoadedObject.of("attach/probe_refused"));
      }
      var next = new java.util.concurrent.atomic.AtomicInteger();
      var mine = ThreadLocal.withInitial(() -> made.get(next.getAndIncrement() % THREADS));
      often(
          () -> mine.get().program("event").attach(new Tracepoint("syscalls", "sys_enter_execve")));
    } finally {
      made.forEach(LoadedObject::close);
    }
  }
}
