package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
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

  /// Some 300,000 instructions for the verifier to follow.
  private static final Instructions SLOW = Loops.instructions(300, 1000, false);

  /// Sends the signal to one thread until it is closed. All that a signal does is to be counted.
  private static final class Storm implements AutoCloseable {
    private final Object before;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicLong target = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
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
          Native.call(SystemCall.TGKILL, ProcessHandle.current().pid(), thread, SIGPROF);
          sent.incrementAndGet();
        }
        LockSupport.parkNanos(1_000_000);
      }
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

    int arrived() {
      return arrived.get();
    }

    @Override
    public void close() {
      over.set(true);
      try {
        sender.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      // Those that were sent are counted by another thread; then the handler may go.
      SignalStormHandler.restore("PROF", before);
    }
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

  @Test
  void loadsFromVirtualThreadInSpiteOfSignals() throws Exception {
    try (var storm = new Storm()) {
      var done = new CompletableFuture<Integer>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              // The carrier is the thread of the kernel that this one is on now.
              storm.overThisThread();
              load();
              storm.overThisThread();
              done.complete(storm.arrived());
            } catch (Throwable e) {
              done.completeExceptionally(e);
            }
          });
      assertThat(done.get()).isGreaterThanOrEqualTo(6);
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
