package org.ebpf4j.verifier.internal.state;

import java.util.Arrays;

/// How a walk went since a state was kept: where it jumped, and what instructions did with the
/// stack through pointers. For going back over it.
public final class History {
  /// The instruction accessed the stack; frame and slot are in the flags.
  public static final int STACK_ACCESS = 1 << 16;

  /// The left side of a comparison is a stack pointer.
  public static final int LEFT_STACK = 1 << 17;

  /// The right side of a comparison is a stack pointer.
  public static final int RIGHT_STACK = 1 << 18;

  private int[] instructions = new int[4];
  private int[] previous = new int[4];
  private int[] flags = new int[4];
  private long[][] linked = new long[4][];
  private int size;
  private static final long[] NONE = {};

  public History() {}

  public History(History other) {
    instructions = other.instructions.clone();
    previous = other.previous.clone();
    flags = other.flags.clone();
    linked = other.linked.clone();
    size = other.size;
  }

  /// The flags of an access to a slot of the stack.
  public static int stackAccess(int frame, int slot) {
    return STACK_ACCESS | frame << 8 | slot;
  }

  public static int frame(int flags) {
    return flags >> 8 & 0xff;
  }

  public static int slot(int flags) {
    return flags & 0xff;
  }

  public int size() {
    return size;
  }

  public int instruction(int at) {
    return instructions[at];
  }

  public int previous(int at) {
    return previous[at];
  }

  public int flags(int at) {
    return flags[at];
  }

  /// The registers that had the same id, or ids, when an instruction compared one of them.
  public long[] linked(int at) {
    return linked[at];
  }

  public void add(int instruction, int before, int moreFlags, long[] moreLinked) {
    if (size == instructions.length) {
      int length = size * 2;
      instructions = Arrays.copyOf(instructions, length);
      previous = Arrays.copyOf(previous, length);
      flags = Arrays.copyOf(flags, length);
      linked = Arrays.copyOf(linked, length);
    }
    instructions[size] = instruction;
    previous[size] = before;
    flags[size] = moreFlags;
    linked[size] = moreLinked;
    size++;
  }

  public void add(int instruction, int before, int moreFlags) {
    add(instruction, before, moreFlags, NONE);
  }

  /// Says more of the instruction that was added last.
  public void extend(int moreFlags, long[] moreLinked) {
    flags[size - 1] |= moreFlags;
    if (moreLinked.length > 0) {
      linked[size - 1] = moreLinked;
    }
  }
}
