package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.Loops;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// A signal breaks off the verifier. Here a signal arrives every millisecond, as a profiler sends
/// them, while a program is loaded that takes many of those to verify.
@KernelTest
class SignalStormTest {
  private static final int SIGPROF = 27;
  private static final String LOADER = "ebpf4j-load";

  /// Some 600,000 instructions for the verifier to follow: 75 ms on the machine this was written
  /// on.
  private static final Instructions SLOW = Loops.instructions(600, 1000, false);

  /// Sends the signal to one thread until it is closed. All that a signal does is to be counted.
  private static final class Storm implements AutoCloseable {
    private final Object before;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicLong target = new AtomicLong();
    private final AtomicBoolean overLoaders = new AtomicBoolean();
    private final AtomicInteger sentToLoaders = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread sender;

    Storm() {
      before = SignalStormHandler.install("PROF", arrived::incrementAndGet);
      sender = Thread.ofPlatform().daemon().name("storm").start(this::send);
    }

    private void send() {
      while (!over.get()) {
        var thread = target.get();
        if (thread != 0) {
          send(thread);
        }
        if (overLoaders.get()) {
          loaders().forEach(this::sendToLoader);
        }
        LockSupport.parkNanos(1_000_000);
      }
    }

    private static void send(long thread) {
      Native.call(SystemCall.TGKILL, ProcessHandle.current().pid(), thread, SIGPROF);
    }

    private void sendToLoader(long thread) {
      send(thread);
      sentToLoaders.incrementAndGet();
    }

    /// Over every thread that loads for a virtual one.
    void overLoaders() {
      overLoaders.set(true);
    }

    int sentToLoaders() {
      return sentToLoaders.get();
    }

    /// Over the calling thread, from now on.
    void overThisThread() {
      target.set(threadId());
      // Until it is one.
      var now = arrived.get();
      var deadline = System.nanoTime() + 30_000_000_000L;
      while (arrived.get() < now + 3) {
        assertThat(System.nanoTime()).as("no signal arrives").isLessThan(deadline);
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      over.set(true);
      try {
        sender.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      SignalStormHandler.restore("PROF", before);
    }
  }

  /// The threads that [Signals] makes to load for virtual ones, by their name.
  private static List<Long> loaders() {
    var found = new ArrayList<Long>();
    try (var tasks = Files.list(Path.of("/proc/self/task"))) {
      for (var task : tasks.toList()) {
        if (Files.readString(task.resolve("comm")).strip().equals(LOADER)) {
          found.add(Long.parseLong(task.getFileName().toString()));
        }
      }
    } catch (IOException | UncheckedIOException _) {
      // One of them has ended since.
      return found;
    }
    return found;
  }

  private static long threadId() {
    return Native.call(SystemCall.GETTID, 0, 0, 0);
  }

  private static ObjectSpec slowProgram() {
    return ObjectSpec.readInstructions(
        "life_storm", SLOW.toBytes(ByteOrder.nativeOrder()), ProgramType.SOCKET_FILTER);
  }

  /// `PROG_LOAD` as it is, on this thread: the result, or an error number negated.
  private static long loadUnmasked() {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      return new Attr(arena, 72)
          .u32(0, ProgramType.SOCKET_FILTER.number())
          .u32(4, SLOW.size())
          .bytes(8, SLOW.toBytes(ByteOrder.nativeOrder()))
          .string(16, "GPL")
          .name(48, "life_storm")
          .bpf(5);
    }
  }

  private static void load() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(slowProgram())) {
      assertThat(object.program("life_storm").id()).isPositive();
    }
  }

  @Test
  void isStormThatBreaksOffUnmaskedLoad() {
    try (var storm = new Storm()) {
      storm.overThisThread();
      for (int i = 0; i < 5; i++) {
        assertThat(loadUnmasked()).isEqualTo(-Errno.EAGAIN);
      }
    }
    // The same call where no signal arrives.
    var fd = loadUnmasked();
    assertThat(fd).isPositive();
    Fd.own(fd).close();
  }

  @Test
  void loadsInSpiteOfSignals() {
    try (var storm = new Storm()) {
      storm.overThisThread();
      load();
      // The mask is as it was: signals arrive again.
      storm.overThisThread();
    }
  }

  /// Not by trying until there is a gap between two signals.
  @Test
  void isNeverBrokenOffWhileSignalsAreMasked() {
    var load =
        ProgramLoad.of(
            ProgramType.SOCKET_FILTER.number(),
            SLOW.toBytes(ByteOrder.nativeOrder()),
            "GPL",
            "life_storm");
    try (var storm = new Storm()) {
      storm.overThisThread();
      var outcome = Bpf.progLoad(load, 0, 0);
      outcome.result().fd().close();
      assertThat(outcome.interruptions()).isZero();
    }
  }

  @Test
  void isStormThatBreaksOffUnmaskedLoadOnThreadOfItsOwn() throws Exception {
    try (var storm = new Storm()) {
      storm.overLoaders();
      var result = new CompletableFuture<Long>();
      Thread.ofPlatform()
          .name(LOADER)
          .start(() -> {
            // Until the storm has found it.
            while (storm.sentToLoaders() == 0) {
              Thread.onSpinWait();
            }
            result.complete(loadUnmasked());
          });
      assertThat(result.get()).isEqualTo(-Errno.EAGAIN);
    }
  }

  @Test
  void loadsFromVirtualThreadInSpiteOfSignals() throws Exception {
    try (var storm = new Storm()) {
      storm.overLoaders();
      var done = new CompletableFuture<Integer>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              // The carrier is the thread of the kernel that this one is on now.
              storm.overThisThread();
              load();
              storm.overThisThread();
              done.complete(storm.sentToLoaders());
            } catch (Throwable e) {
              done.completeExceptionally(e);
            }
          });
      assertThat(done.get()).as("signals to the thread that loaded").isPositive();
    }
  }

  @Test
  void keepsInterruptOfVirtualThread() throws Exception {
    var done = new CompletableFuture<Boolean>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.currentThread().interrupt();
            load();
            done.complete(Thread.interrupted());
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    assertThat(done.get()).isTrue();
  }

  @Test
  void leavesMaskAsItWas() {
    var before = mask();
    assertThat(Signals.masked(SignalStormTest::mask)).isNotEqualTo(before);
    assertThat(mask()).isEqualTo(before);
    // What the JVM and the C library need is never masked: SIGSEGV, SIGUSR2, the thread signals.
    var inside = Signals.masked(SignalStormTest::mask);
    for (var signal : new int[] {4, 5, 7, 8, 11, 12, 31, 32, 33}) {
      assertThat(inside & (1L << (signal - 1))).as("signal " + signal).isZero();
    }
    assertThat(inside & (1L << (SIGPROF - 1))).isNotZero();
  }

  private static long mask() {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      var now = arena.allocate(java.lang.foreign.ValueLayout.JAVA_LONG);
      var result = Native.call(SystemCall.RT_SIGPROCMASK, 0, 0, now.address(), 8, 0, 0);
      assertThat(result).isZero();
      return now.get(java.lang.foreign.ValueLayout.JAVA_LONG, 0);
    }
  }
}
