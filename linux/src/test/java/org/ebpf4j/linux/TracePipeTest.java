package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.ebpf4j.BpfMap;
import org.ebpf4j.TraceLine;
import org.ebpf4j.contract.Waiting;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.trace.TracePipe;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The machine's own pipe: others may read it at the same time, who take lines away and, on newer
/// kernels, keep us out. So what is not there is tried again.
@KernelTest
@Requires(Facility.TRACEFS)
class TracePipeTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final LinuxKernel kernel = LinuxKernel.open();

  private TracePipe openPipe() throws InterruptedException {
    var deadline = System.nanoTime() + DEADLINE.toNanos();
    while (true) {
      try {
        return kernel.sharedTracePipe();
      } catch (KernelException e) {
        assertThat(e.errno()).isEqualTo(Errno.EBUSY);
        assertThat(e).hasMessageContaining("is being read by somebody else");
        assertThat(System.nanoTime())
            .as("somebody reads the pipe all the time")
            .isLessThan(deadline);
        Thread.sleep(20);
      }
    }
  }

  @Test
  void readsWhatProgramPrints() throws IOException, InterruptedException {
    var token = System.nanoTime();
    var thread =
        Integer.parseInt(
            Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
    try (var object =
            kernel.load(ObjectSpec.read("life_print.bpf.o", TestObjects.bytes("life_print")));
        var _ = object.program("life_print").attach()) {
      var me = (int) ProcessHandle.current().pid();
      object.map("life_tokens").update(Words.u32(me), Words.u64(token), BpfMap.Update.ANY);
      var deadline = System.nanoTime() + DEADLINE.toNanos();
      var text = "life_print: token-" + token + " [end]";
      TraceLine.Event event = null;
      var second = false;
      // Other threads of this JVM may be renamed as well, as they start.
      while (event == null || !second) {
        assertThat(System.nanoTime()).as("no line with " + token + " came").isLessThan(deadline);
        try (var pipe = openPipe()) {
          Renames.cause();
          for (var line = pipe.poll(Duration.ofMillis(200));
              line.isPresent() && (event == null || !second);
              line = pipe.poll(Duration.ofMillis(200))) {
            switch (line.get()) {
              case TraceLine.Event e when e.text().equals(text) && e.pid() == thread -> event = e;
              case TraceLine.Other o when o.raw().equals("second line of " + token) ->
                  second = true;
              case TraceLine.Event _, TraceLine.Lost _, TraceLine.Other _ -> {
                // Somebody else's.
              }
            }
          }
        }
      }
      assertThat(event.event()).isEqualTo("bpf_trace_printk");
      assertThat(event.task()).isNotBlank();
      assertThat(event.cpu()).isBetween(0, 4096);
      assertThat(event.seconds()).isPositive();
      assertThat(event.raw()).endsWith("bpf_trace_printk: " + text);
    }
  }

  @Test
  void returnsEmptyWhenNothingCameInTime() throws InterruptedException {
    try (var pipe = openPipe()) {
      // What others have printed comes first.
      var deadline = System.nanoTime() + DEADLINE.toNanos();
      while (System.nanoTime() < deadline) {
        var start = System.nanoTime();
        if (pipe.poll(Duration.ofMillis(150)).isEmpty()) {
          assertThat(Duration.ofNanos(System.nanoTime() - start))
              .isBetween(Duration.ofMillis(140), Duration.ofSeconds(20));
          assertThat(pipe.poll(Duration.ofSeconds(-1))).isEmpty();
          return;
        }
      }
    }
    fail("the machine's pipe is never empty");
  }

  @Test
  void endsBlockedReaderWhenClosedByAnotherThread() throws Exception {
    expectEndWhenClosed(pipe -> pipe.lines().forEach(_ -> {}));
  }

  @Test
  void endsPollThatWaitsForEverWhenClosed() throws Exception {
    expectEndWhenClosed(pipe -> {
      while (pipe.poll(ChronoUnit.FOREVER.getDuration()).isPresent()) {
        // Somebody else's line.
      }
    });
  }

  private void expectEndWhenClosed(Consumer<TracePipe> read) throws Exception {
    Waiting<Boolean> reader;
    var pipe = openPipe();
    try {
      reader =
          Waiting.start(
                  () -> {
                    read.accept(pipe);
                    return true;
                  })
              .asleep();
    } finally {
      pipe.close();
    }
    assertThat(reader.get()).isTrue();
    assertThat(pipe.poll(Duration.ofSeconds(30))).isEmpty();
    assertThat(pipe.lines()).isEmpty();
    pipe.close();
  }

  @Test
  void endsFromWithinItsOwnLines() throws Exception {
    try (var object =
            kernel.load(ObjectSpec.read("life_print.bpf.o", TestObjects.bytes("life_print")));
        var _ = object.program("life_print").attach()) {
      var me = (int) ProcessHandle.current().pid();
      object.map("life_tokens").update(Words.u32(me), Words.u64(1), BpfMap.Update.ANY);
      var pipe = openPipe();
      try {
        var reader = CompletableFuture.runAsync(() -> pipe.lines().forEach(_ -> pipe.close()));
        var deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!reader.isDone()) {
          assertThat(System.nanoTime()).as("no line came").isLessThan(deadline);
          Renames.cause();
          Thread.sleep(20);
        }
        reader.get();
      } finally {
        pipe.close();
      }
    }
  }

  @Test
  void tellsSecondReaderOfFirst() throws Exception {
    try (var _ = openPipe()) {
      try {
        // Kernels before 6.6 let several in.
        kernel.sharedTracePipe().close();
      } catch (KernelException e) {
        assertThat(e.errno()).isEqualTo(Errno.EBUSY);
        assertThat(e)
            .hasMessageMatching(
                "/sys/kernel/.*trace_pipe is being read by somebody else, and the kernel allows one reader"
                    + " \\(the machine's pipe was asked for\\)");
      }
    }
  }
}
