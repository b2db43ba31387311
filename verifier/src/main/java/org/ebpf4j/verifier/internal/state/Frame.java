package org.ebpf4j.verifier.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The registers and the stack of one function in a chain of calls.
///
/// Bytes of the stack are counted downwards: byte 0 is the one below the frame pointer. Eight of
/// them are a slot; the lowest address of slot 0 is −8.
public final class Frame {
  public static final int REGISTERS = 11;
  private static final int FRAME_POINTER = 10;

  public final Reg[] regs = new Reg[REGISTERS];

  /// What each byte holds ([Slots]), as far as the stack was used.
  public byte[] types = new byte[0];

  /// What was stored of registers, by slot.
  public @Nullable Reg[] spills = new @Nullable Reg[0];

  /// The call that led here, or −1.
  public final int callSite;

  public final int number;
  public final int subprogram;

  /// Whether a function of the kernel calls this one.
  public boolean inCallback;

  /// Whether it is called later, without the callers' frames.
  public boolean inAsyncCallback;

  /// Whether it is called for an exception.
  public boolean inExceptionCallback;

  /// What a callback may return.
  public int returnMin;

  public int returnMax;

  /// What the function does with its stack, as the walk notes it; shared by all copies.
  public @Nullable Object uses;

  public int callbackDepth;
  public int asyncEntries;

  public Frame(int callSite, int number, int subprogram) {
    this.callSite = callSite;
    this.number = number;
    this.subprogram = subprogram;
    for (int i = 0; i < REGISTERS; i++) {
      regs[i] = new Reg();
    }
    regs[FRAME_POINTER].markPointer(RegisterKind.STACK);
    regs[FRAME_POINTER].frame = number;
  }

  /// A copy that changes apart from the original.
  public Frame(Frame other) {
    callSite = other.callSite;
    number = other.number;
    subprogram = other.subprogram;
    inCallback = other.inCallback;
    inAsyncCallback = other.inAsyncCallback;
    inExceptionCallback = other.inExceptionCallback;
    returnMin = other.returnMin;
    returnMax = other.returnMax;
    callbackDepth = other.callbackDepth;
    asyncEntries = other.asyncEntries;
    uses = other.uses;
    for (int i = 0; i < REGISTERS; i++) {
      regs[i] = new Reg(other.regs[i]);
    }
    types = other.types.clone();
    spills = new @Nullable Reg[other.spills.length];
    for (int i = 0; i < spills.length; i++) {
      var spill = other.spills[i];
      spills[i] = spill == null ? null : new Reg(spill);
    }
  }

  /// The slots that the stack has so far.
  public int slots() {
    return spills.length;
  }

  /// Makes the stack at least so many bytes deep.
  public void grow(int bytes) {
    int slots = (bytes + Slots.BYTES - 1) / Slots.BYTES;
    if (slots > spills.length) {
      spills = Arrays.copyOf(spills, slots);
      types = Arrays.copyOf(types, slots * Slots.BYTES);
    }
  }

  /// What was stored of a register in a slot; made if there is nothing yet.
  public Reg spill(int slot) {
    var reg = spills[slot];
    if (reg == null) {
      reg = new Reg();
      spills[slot] = reg;
    }
    return reg;
  }

  /// The same where there has to be one.
  public Reg requireSpill(int slot) {
    var reg = spills[slot];
    if (reg == null) {
      throw new IllegalStateException("nothing is stored in slot " + slot);
    }
    return reg;
  }

  /// What the byte of a slot holds whose address is the highest.
  public byte type(int slot) {
    return types[slot * Slots.BYTES];
  }

  /// Whether a slot holds a register, or the low part of one: its lowest byte does.
  public boolean isSpill(int slot) {
    return types[slot * Slots.BYTES + Slots.BYTES - 1] == Slots.SPILL;
  }

  /// Whether a slot holds the whole of a register.
  public boolean isWholeSpill(int slot) {
    return types[slot * Slots.BYTES] == Slots.SPILL;
  }

  /// Whether a slot holds a number from a register, or its low part.
  public boolean isScalarSpill(int slot) {
    var reg = spills[slot];
    return isSpill(slot) && reg != null && reg.isScalar();
  }
}
