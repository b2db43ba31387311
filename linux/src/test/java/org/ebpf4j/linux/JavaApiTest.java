package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
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
    var kernel = LinuxKernel.open();
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
      try (var kernel = LinuxKernel.open();
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
