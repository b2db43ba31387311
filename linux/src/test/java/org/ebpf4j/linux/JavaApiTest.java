package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.ebpf4j.Kernel;
import org.ebpf4j.codec.Member;
import org.ebpf4j.codec.U32;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The code that the documentation shows, as it stands there.
@KernelTest
class JavaApiTest {
  @Test
  @Requires(Facility.TRACEFS)
  void loadsAndAttachesInOneStatement() {
    var path = TestObjects.example("hello/hello.bpf.o");
    int programId;
    Kernel kernel = LinuxKernel.open();
    // @start region="load"
    try (var hello = kernel.load(ObjectSpec.read(path));
        var link = hello.program("hello").attach()) {
      // @end
      programId = hello.program("hello").id();
      assertThat(Alive.isProgram(programId)).isTrue();
      assertThat(link.isOpen()).isTrue();
      assertThat(link.attachPoint().orElseThrow().describe())
          .isEqualTo("tracepoint/syscalls/sys_enter_execve");
    }
    Alive.expectProgramGone(programId);
  }

  @Test
  void readsObjectByItsPath() {
    assertThat(ObjectSpec.read(Path.of(TestObjects.example("hello/hello.bpf.o").toString())).name())
        .isEqualTo("hello");
  }

  @Test
  @Requires(Facility.TRACEFS)
  @SuppressWarnings("try") // The link is there to be held.
  void printsLinesAsTheReadmeShows() {
    var path = TestObjects.example("hello/hello.bpf.o");
    var executing = new AtomicBoolean(true);
    var executor = Thread.ofPlatform().start(() -> execute(executing));
    try {
      // @start region="readme"
      try (Kernel kernel = LinuxKernel.open();
          var hello = kernel.load(ObjectSpec.read(path));
          var link = hello.program("hello").attach();
          var trace = kernel.tracePipe()) {
        trace.lines().limit(10).forEach(System.out::println);
      }
      // @end
    } finally {
      executing.set(false);
      executor.interrupt();
    }
  }

  // @start region="readme"
  record Event(int pid, int ppid, @U32 int uid, String comm, String filename) {}

  // @end

  @Test
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.8", because = "of ring buffers")
  @SuppressWarnings("try") // The link is there to be held.
  void printsEventsAsTheReadmeShows() {
    var path = TestObjects.example("tools/execs.bpf.o");
    var executing = new AtomicBoolean(true);
    var executor = Thread.ofPlatform().start(() -> execute(executing));
    try {
      // @start region="readme"
      try (Kernel kernel = LinuxKernel.open();
          var execs = kernel.load(ObjectSpec.read(path).withVariable("only_uid", 0));
          var events = execs.ringBuffer("events");
          var link = execs.program("executed").attach()) {
        for (var event : events.as(Event.class)) {
          System.out.println(event.pid() + " " + event.filename());
          if (event.filename().endsWith("/true")) {
            break;
          }
        }
      }
      // @end
    } finally {
      executing.set(false);
      executor.interrupt();
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  @SuppressWarnings({"try", "ArrayRecordComponent"}) // The links are there to be held.
  void readsMapsAsTheReadmeShows() {
    var path = TestObjects.example("tools/filelat.bpf.o");
    var executing = new AtomicBoolean(true);
    var executor = Thread.ofPlatform().start(() -> execute(executing));
    try (Kernel kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(path));
        var links = object.attachAll()) {
      var before = object.map("latency").count();
      assertThat(before).isBetween(0L, 2L);
      // @start region="readme"
      enum Operation {
        READ,
        WRITE
      }
      record Histogram(@Member("slots") int[] counts) {}

      var latency = object.map("latency").as(Operation.class, Histogram.class);
      latency.lookup(Operation.READ).ifPresent(h -> System.out.println(h.counts()[0]));
      latency.entries().forEach((operation, h) -> System.out.println(operation));
      // @end
      var seen = new ArrayList<Operation>();
      while (seen.size() < 2) {
        seen.clear();
        latency.entries().forEach((operation, h) -> seen.add(operation));
      }
      assertThat(seen).containsExactlyInAnyOrder(Operation.READ, Operation.WRITE);
      assertThat(IntStream.of(latency.lookup(Operation.WRITE).orElseThrow().counts()).sum())
          .isPositive();
    } finally {
      executing.set(false);
      executor.interrupt();
    }
  }

  /// Something for the program to see, again and again.
  private static void execute(AtomicBoolean going) {
    while (going.get()) {
      try {
        new ProcessBuilder("true").start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException _) {
        return;
      }
    }
  }
}
