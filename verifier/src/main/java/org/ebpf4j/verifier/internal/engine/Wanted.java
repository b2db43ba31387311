package org.ebpf4j.verifier.internal.engine;

import java.util.Arrays;

/// The registers and stack slots, by frame, that a walk back looks for: where their values came
/// from matters.
final class Wanted {
  static final int SLOTS = Long.SIZE;
  private static final int REGISTERS_OF_FRAME = 11;

  private final int[] registers;
  private final long[] slots;

  /// The frame that the walk back is in.
  int frame;

  Wanted(int frames) {
    registers = new int[frames];
    slots = new long[frames];
  }

  void clear(int start) {
    Arrays.fill(registers, 0);
    Arrays.fill(slots, 0);
    frame = start;
  }

  boolean isEmpty() {
    for (int i = 0; i <= frame; i++) {
      if (registers[i] != 0 || slots[i] != 0) {
        return false;
      }
    }
    return true;
  }

  int registers(int of) {
    return registers[of];
  }

  long slots(int of) {
    return slots[of];
  }

  boolean has(int register) {
    return (registers[frame] & 1 << register) != 0;
  }

  boolean hasSlot(int of, int slot) {
    return (slots[of] & 1L << slot) != 0;
  }

  void addRegister(int of, int register) {
    registers[of] |= 1 << register;
  }

  void removeRegister(int of, int register) {
    registers[of] &= ~(1 << register);
  }

  void addSlot(int of, int slot) {
    slots[of] |= 1L << slot;
  }

  void removeSlot(int of, int slot) {
    slots[of] &= ~(1L << slot);
  }

  void add(int register) {
    addRegister(frame, register);
  }

  void remove(int register) {
    removeRegister(frame, register);
  }

  /// Goes back into a function that returned; false where there is no room for its frame.
  boolean enter() {
    if (frame + 1 >= registers.length) {
      return false;
    }
    frame++;
    registers[frame] = 0;
    slots[frame] = 0;
    return true;
  }

  /// Goes back out of a function, to where it was called; false at the outermost.
  boolean leave() {
    if (frame == 0) {
      return false;
    }
    frame--;
    return true;
  }

  /// Wants all of a group of registers and slots that had the same value, if it wants one of them.
  void addLinked(long[] group) {
    boolean some = false;
    for (long member : group) {
      some |= hasMember(member);
    }
    if (some) {
      for (long member : group) {
        addMember(member);
      }
    }
  }

  private boolean hasMember(long member) {
    int of = (int) (member >>> Integer.SIZE);
    int number = (int) member;
    return number < REGISTERS_OF_FRAME
        ? (registers[of] & 1 << number) != 0
        : hasSlot(of, number - REGISTERS_OF_FRAME);
  }

  private void addMember(long member) {
    int of = (int) (member >>> Integer.SIZE);
    int number = (int) member;
    if (number < REGISTERS_OF_FRAME) {
      addRegister(of, number);
    } else {
      addSlot(of, number - REGISTERS_OF_FRAME);
    }
  }

  /// A register of a frame, as a member of a group.
  static long register(int of, int register) {
    return (long) of << Integer.SIZE | register;
  }

  /// A slot of a frame, as a member of a group.
  static long slot(int of, int slot) {
    return (long) of << Integer.SIZE | slot + REGISTERS_OF_FRAME;
  }
}
