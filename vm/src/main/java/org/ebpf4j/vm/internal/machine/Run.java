package org.ebpf4j.vm.internal.machine;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// One run of a program, on one thread: its stack, and what it may still do.
public final class Run {
  /// The bytes of one frame of the stack.
  public static final int FRAME = 512;

  /// How many frames there may be, callbacks included: 8 for a program, and for each that tail
  /// calls in subprograms lead to.
  static final int FRAMES = 8 * 34;

  private static final int TAIL_CALLS = 33;

  /// How often a lock that may refuse is tried.
  private static final long TRIES = 20_000_000;

  /// How many such locks are known to be held; more are waited for in vain (`RES_NR_HELD`).
  private static final int TRACKED = 31;

  private final Memory memory;
  private final Region stack;
  private final int cpu;
  private final Object host;
  private final @Nullable StepListener listener;
  private long stepsLeft;
  private int tailCalls;
  private int depth;
  private long heldLock;
  private final List<Long> tried = new ArrayList<>(0);
  private @Nullable Region subject;

  /// @param stack the memory of its frames
  /// @param cpu the CPU that it is on
  /// @param host what functions of the kernel work on
  /// @param steps how many instructions it may execute
  /// @param listener is told of each instruction, or null
  public Run(
      Memory memory,
      Region stack,
      int cpu,
      Object host,
      long steps,
      @Nullable StepListener listener) {
    this.memory = memory;
    this.stack = stack;
    this.cpu = cpu;
    this.host = host;
    this.stepsLeft = steps;
    this.listener = listener;
  }

  /// A region for the frames of a run.
  ///
  /// @param readable whether bytes that were never written are read as they are; otherwise that is
  ///   a fault
  public static Region newStack(boolean readable) {
    return new Stack(readable);
  }

  /// The memory that the program may reach.
  public Memory memory() {
    return memory;
  }

  /// The CPU that it is on.
  public int cpu() {
    return cpu;
  }

  /// What functions of the kernel work on.
  public Object host() {
    return host;
  }

  /// What the program sees, where functions of the kernel have to know it that are not told; null
  /// where there is nothing.
  public @Nullable Region subject() {
    return subject;
  }

  /// Says what the program sees.
  public void setSubject(@Nullable Region seen) {
    subject = seen;
  }

  @Nullable StepListener listener() {
    return listener;
  }

  /// How many instructions it may still execute.
  public long stepsLeft() {
    return stepsLeft;
  }

  void setStepsLeft(long left) {
    stepsLeft = left;
  }

  /// Begins at the first instruction of a program: its tail calls are counted anew.
  void begin() {
    tailCalls = 0;
  }

  /// Counts a tail call; false where there were too many.
  boolean countTailCall() {
    return ++tailCalls <= TAIL_CALLS;
  }

  /// Takes a spin lock, as soon as no other run has it.
  ///
  /// @param lock its address
  /// @throws MemoryFault where this run has one already, or there is none
  public void lock(long lock) {
    if (heldLock != 0) {
      throw new MemoryFault(lock, "a second lock, while the program has one");
    }
    var region = memory.at(lock);
    while (true) {
      synchronized (region) {
        if (region.load32((int) lock) == 0) {
          region.store32((int) lock, 1);
          heldLock = lock;
          return;
        }
      }
      Thread.onSpinWait();
    }
  }

  /// Gives a spin lock back.
  ///
  /// @throws MemoryFault where this run does not have it
  public void unlock(long lock) {
    if (heldLock != lock) {
      throw new MemoryFault(lock, "a lock that the program does not have");
    }
    var region = memory.at(lock);
    synchronized (region) {
      region.store32((int) lock, 0);
    }
    heldLock = 0;
  }

  /// Takes a lock that may refuse.
  ///
  /// @return 0, or an error number: `EDEADLK` where this run has it, `ETIMEDOUT` where another does
  ///   not give it back
  public int tryLock(long lock) {
    var index = tried.indexOf(lock);
    if (index >= 0 && index < TRACKED) {
      return Errno.EDEADLK;
    }
    var region = memory.at(lock);
    for (long i = 0; i < TRIES; i++) {
      synchronized (region) {
        if (region.load32((int) lock) == 0) {
          region.store32((int) lock, 1);
          tried.add(lock);
          return 0;
        }
      }
      Thread.onSpinWait();
    }
    return Errno.ETIMEDOUT;
  }

  /// Gives a lock back that may refuse.
  ///
  /// @throws MemoryFault where this run does not have it
  public void releaseTried(long lock) {
    if (!tried.remove((Long) lock)) {
      throw new MemoryFault(lock, "a lock that the program does not have");
    }
    memory.store(lock, 4, 0);
  }

  /// Gives back what a run holds that has ended, however it did.
  public void end() {
    for (var lock : List.copyOf(tried)) {
      if (memory.find(lock) != null) {
        releaseTried(lock);
      }
    }
    if (heldLock != 0 && memory.find(heldLock) != null) {
      unlock(heldLock);
    }
  }

  /// Opens a frame, and gives the address behind its end; 0 where there is no room for one more.
  long enter() {
    if (depth == FRAMES) {
      return 0;
    }
    depth++;
    stack.resize(0, FRAME * depth);
    clear();
    return stack.address() + (long) FRAME * depth;
  }

  /// Forgets what the frame holds: the program that goes on with it has written none of it.
  void clear() {
    stack.forget(FRAME * (depth - 1), FRAME * depth);
  }

  void leave() {
    leaveTo(depth - 1);
  }

  /// Leaves all frames but so many.
  void leaveTo(int frames) {
    depth = frames;
    stack.resize(0, FRAME * frames);
  }

  /// How many frames there are.
  int depth() {
    return depth;
  }

  /// The memory of the frames.
  Region stack() {
    return stack;
  }

  /// Runs a function of the program, as functions of the kernel do that are given one.
  ///
  /// @param function its address
  /// @throws MemoryFault where there is no function
  public long callback(long function, long a, long b, long c, long d, long e) {
    if (!(memory.find(function) instanceof Code.Place place)
        || !place.code().isInstruction((int) function)) {
      throw new MemoryFault(function, "no function of the program");
    }
    return Interpreter.execute(this, place.code(), (int) function, a, b, c, d, e);
  }
}
