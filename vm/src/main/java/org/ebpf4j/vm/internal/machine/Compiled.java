package org.ebpf4j.vm.internal.machine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A program that was compiled for the JVM. What it is made of are the functions of the program;
/// those here are what its code calls.
///
/// It counts instructions in blocks, and executes only what the interpreter would do the same way.
/// Where that is not known beforehand, as at the last instructions that a run may execute or an
/// access out of bounds, it lets the interpreter go on at that instruction ([Sites]).
public abstract class Compiled {
  private static final long UPPER = 0xffff_ffffL << 32;

  /// Stands for no region at all: no address leads there.
  protected static final Region NOWHERE = nowhere();

  private final Code code;

  /// @param code what it was made of
  protected Compiled(Code code) {
    this.code = code;
  }

  private static Region nowhere() {
    var region = new Region("nowhere", new byte[0], false);
    region.place(1L);
    return region;
  }

  /// Whether a function of the program can be executed.
  ///
  /// @param function its first instruction
  protected abstract boolean has(int function);

  /// Executes a function in a frame that is there.
  ///
  /// @param frame the address behind its end
  protected abstract long execute(
      Run run, int function, long frame, long a, long b, long c, long d, long e);

  /// Executes a function in a frame of its own.
  final long call(Run run, int function, long a, long b, long c, long d, long e) {
    int depth = run.depth();
    long frame = enter(run, code, function, a, b, c, d, e);
    try {
      return execute(run, function, frame, a, b, c, d, e);
    } finally {
      run.leaveTo(depth);
    }
  }

  /// Opens a frame for a function.
  ///
  /// @return the address behind its end
  protected static long enter(
      Run run, Code code, int function, long a, long b, long c, long d, long e) {
    long frame = run.enter();
    if (frame == 0) {
      var r = new long[] {0, a, b, c, d, e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      throw new Fault(code, function, r, Interpreter.TOO_MANY_FRAMES);
    }
    return frame;
  }

  /// Closes the frame of a function that came back.
  protected static void leave(Run run) {
    run.leave();
  }

  /// How many instructions may be executed before a run must be looked after one by one.
  ///
  /// @param size how many it executes at most before it looks again
  protected static int limit(long left, int size) {
    return (int) Math.min(left - size, Integer.MAX_VALUE / 2);
  }

  protected static long left(Run run) {
    return run.stepsLeft();
  }

  protected static void setLeft(Run run, long left) {
    run.setStepsLeft(left);
  }

  /// Checks that so many instructions may be executed.
  ///
  /// @throws IndexOutOfBoundsException where they are too many
  protected static void within(int used, int limit) {
    Objects.checkIndex(used, limit);
  }

  protected static long load8(Run run, long address) {
    return run.memory().at(address).load8((int) address);
  }

  protected static long load16(Run run, long address) {
    return run.memory().at(address).load16((int) address);
  }

  protected static long load32(Run run, long address) {
    return run.memory().at(address).load32((int) address);
  }

  protected static long load64(Run run, long address) {
    return run.memory().at(address).load64((int) address);
  }

  protected static void store8(Run run, long address, long value) {
    run.memory().at(address).store8((int) address, value);
  }

  protected static void store16(Run run, long address, long value) {
    run.memory().at(address).store16((int) address, value);
  }

  protected static void store32(Run run, long address, long value) {
    run.memory().at(address).store32((int) address, value);
  }

  protected static void store64(Run run, long address, long value) {
    run.memory().at(address).store64((int) address, value);
  }

  /// The region of an address, where it is not the one that was found before.
  ///
  /// @param before the region, or [#NOWHERE]
  protected static Region region(Run run, Region before, long address) {
    return (address & UPPER) == before.address() ? before : run.memory().at(address);
  }

  /// The region of the frames of a run.
  protected static Region frames(Run run) {
    return run.stack();
  }

  protected static long load8(Region region, long address) {
    return region.load8((int) address);
  }

  protected static long load16(Region region, long address) {
    return region.load16((int) address);
  }

  protected static long load32(Region region, long address) {
    return region.load32((int) address);
  }

  protected static long load64(Region region, long address) {
    return region.load64((int) address);
  }

  protected static void store8(Region region, long address, long value) {
    region.store8((int) address, value);
  }

  protected static void store16(Region region, long address, long value) {
    region.store16((int) address, value);
  }

  protected static void store32(Region region, long address, long value) {
    region.store32((int) address, value);
  }

  protected static void store64(Region region, long address, long value) {
    region.store64((int) address, value);
  }

  protected static int get8(byte[] bytes, int at) {
    return bytes[at] & 0xff;
  }

  protected static int get16(byte[] bytes, int at) {
    return (short) Region.U16.get(bytes, at) & 0xffff;
  }

  protected static int get32(byte[] bytes, int at) {
    return (int) Region.U32.get(bytes, at);
  }

  protected static long get64(byte[] bytes, int at) {
    return (long) Region.U64.get(bytes, at);
  }

  protected static void put8(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
  }

  protected static void put16(byte[] bytes, int at, int value) {
    Region.U16.set(bytes, at, (short) value);
  }

  protected static void put32(byte[] bytes, int at, int value) {
    Region.U32.set(bytes, at, value);
  }

  protected static void put64(byte[] bytes, int at, long value) {
    Region.U64.set(bytes, at, value);
  }

  /// The array that the frames of a run are in.
  protected static byte[] stack(Run run) {
    return Objects.requireNonNull(run.stack().bytes());
  }

  protected static long atomic(
      Run run, long address, int size, int operation, long operand, long expected) {
    return Atomics.operate(run.memory(), address, size, operation, operand, expected);
  }

  protected static long packet(Run run, long context, int offset, int size) {
    return Interpreter.packet(run.memory(), context, offset, size);
  }

  protected static long cast(Code code, long value, int spaces) {
    return code.cast(value, spaces);
  }

  protected static long divide(long dividend, long divisor, int signed) {
    return Alu.divide(dividend, divisor, signed);
  }

  protected static int divide(int dividend, int divisor, int signed) {
    return (int) Alu.divide(dividend, divisor, signed);
  }

  protected static long remainder(long dividend, long divisor, int signed) {
    return Alu.remainder(dividend, divisor, signed);
  }

  protected static int remainder(int dividend, int divisor, int signed) {
    return (int) Alu.remainder(dividend, divisor, signed);
  }

  /// The program that a tail call goes on with; null where it goes on with none.
  protected static @Nullable Code tail(Run run, Helper call, long context, long map, long index) {
    return Interpreter.tailCall(run, (TailCall) call, context, map, index);
  }

  /// Goes on with another program in the same frame.
  protected static long goOn(
      Run run, Code next, long frame, long a, long b, long c, long d, long e) {
    run.clear();
    var compiled = next.compiled(run.memory(), 0);
    if (compiled != null) {
      return compiled.execute(run, 0, frame, a, b, c, d, e);
    }
    var r = new long[] {0, a, b, c, d, e, 0, 0, 0, 0, frame, 0, 0, 0, 0, 0};
    return Interpreter.goOn(run, next, 0, r, Interpreter.ROUNDS);
  }

  /// Does what is to be done where a function cannot go on by itself: the interpreter goes on, or
  /// the instruction was a fault.
  ///
  /// @param site where
  /// @param wide the variables of 64 bits
  /// @param narrow those of 32 bits
  /// @param left how many instructions were left before those that `used` counts
  /// @param why what was thrown; null where it is known that only the interpreter can go on
  protected static long rescue(
      Run run,
      Sites sites,
      int site,
      long[] wide,
      int[] narrow,
      long left,
      int used,
      int rounds,
      @Nullable RuntimeException why) {
    var r = sites.registers(site, wide, narrow);
    if (why instanceof MemoryFault fault) {
      if (!sites.code().readsZero(sites.slot(site), fault.address())) {
        throw new Fault(sites.code(), sites.slot(site), r, fault);
      }
    } else if (why instanceof ArithmeticException) {
      sites.code().distrust(sites.slot(site));
    } else if (why != null && !(why instanceof IndexOutOfBoundsException)) {
      throw why;
    }
    run.setStepsLeft(left - used + sites.rest(site));
    sites.write(run.memory(), site, wide, narrow);
    return Interpreter.goOn(run, sites.code(), sites.slot(site), r, rounds);
  }
}
