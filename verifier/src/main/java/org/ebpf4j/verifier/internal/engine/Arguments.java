package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Memory that functions of the kernel, and global functions, are given.
final class Arguments {
  private static final long FARTHEST = 1 << 29;
  static final int SYSCALL_CONTEXT = 0xffff;

  private final Walk walk;
  private final StackBounds bounds;
  private final MemoryCheck memory;

  Arguments(Walk walk, StackBounds bounds, MemoryCheck memory) {
    this.walk = walk;
    this.bounds = bounds;
    this.memory = memory;
  }

  /// Memory of a size that is known.
  ///
  /// @param fills whether the function writes all of it, so that nothing has to be there before
  void memory(int register, int size, boolean zeroAllowed, boolean write, boolean fills) {
    var reg = walk.reg(register);
    walk.noteArgument(register);
    switch (reg.kind) {
      case PACKET, PACKET_META -> {
        if (!walk.context().packetAccess(write)) {
          throw new Refusal(
              Reason.PERMISSION, register, "helper access to the packet is not allowed");
        }
        memory.regions().packet(register, reg.off, size, zeroAllowed);
      }
      case MAP_KEY -> {
        requireReadOnly(register, reg, write);
        memory.regions().region(register, reg.off, size, reg.requireMap().keySize(), zeroAllowed);
      }
      case MAP_VALUE -> {
        memory.maps().requireAllowed(register, reg.requireMap(), write);
        memory.maps().check(register, reg, reg.off, size, zeroAllowed, false);
      }
      case MEMORY -> {
        if (reg.has(Reg.READ_ONLY)) {
          requireReadOnly(register, reg, write);
        }
        memory.regions().region(register, reg.off, size, reg.memorySize, zeroAllowed);
      }
      case BUFFER -> {
        if (reg.has(Reg.READ_ONLY)) {
          requireReadOnly(register, reg, write);
        }
        memory.buffer(register, 0, reg.has(Reg.READ_ONLY) ? "rdonly" : "rdwr");
      }
      case STACK -> stack(register, reg, size, zeroAllowed, write, fills);
      case BTF_OBJECT ->
          memory.check(new MemoryCheck.Access(register, 0, size, write, -1, null, false, false));
      case CONTEXT -> {
        if (walk.program().type() != ProgramType.SYSCALL) {
          throw wrong(register, reg);
        }
        memory.regions().region(register, reg.off, size, SYSCALL_CONTEXT, zeroAllowed);
      }
      case SCALAR -> {
        if (!(zeroAllowed && size == 0 && reg.isNull())) {
          throw wrong(register, reg);
        }
      }
      case UNSET,
          MAP,
          PACKET_END,
          FLOW_KEYS,
          SOCKET,
          SOCKET_COMMON,
          TCP_SOCKET,
          TP_BUFFER,
          XDP_SOCKET,
          ARENA,
          FUNCTION,
          INSTRUCTION,
          DYNPTR ->
          throw wrong(register, reg);
    }
  }

  private static Refusal wrong(int register, Reg reg) {
    return new Refusal(
        Reason.CALL, register, "R" + register + " type=" + RegisterText.kind(reg) + " expected=fp");
  }

  private static void requireReadOnly(int register, Reg reg, boolean write) {
    if (write) {
      throw new Refusal(
          Reason.PERMISSION,
          register,
          "R" + register + " cannot write into " + RegisterText.kind(reg));
    }
  }

  private void stack(
      int register, Reg reg, int size, boolean zeroAllowed, boolean write, boolean fills) {
    if (size == 0 && !zeroAllowed) {
      throw new Refusal(Reason.BOUNDS, register, "invalid zero-sized read");
    }
    boolean named = walk.rules().atLeast(6, 13);
    var use = named ? write ? StackBounds.Use.WRITE : StackBounds.Use.READ : StackBounds.Use.CALL;
    bounds.check(register, reg.off, size, use);
    if (fills && reg.isConstant()) {
      int offset = reg.off + (int) reg.constant();
      var frame = walk.state().frame(reg.frame);
      for (int i = offset; i < offset + size; i++) {
        int at = -i - 1;
        if (frame.types[at] == Slots.DYNPTR) {
          throw new Refusal(
              Reason.CALL, register, "potential write to dynptr at off=" + i + " disallowed");
        }
      }
      for (int i = offset; i < offset + size; i++) {
        int at = -i - 1;
        StackCheck.scrub(frame, at / Slots.BYTES);
        frame.types[at] = Slots.MISC;
      }
      return;
    }
    // Older kernels take each access of a function for a write.
    boolean clobbers = write || !named;
    bounds.requireInitialized(register, reg.off, size, !named, clobbers);
  }

  /// Memory of a size that another register has.
  void sized(int register, int sizeRegister, boolean zeroAllowed, boolean write, boolean fills) {
    var size = walk.reg(sizeRegister);
    if (!size.isScalar()) {
      throw new Refusal(
          Reason.CALL,
          sizeRegister,
          "R" + sizeRegister + " type=" + RegisterText.kind(size) + " expected=scalar");
    }
    if (size.smin < 0) {
      throw new Refusal(
          Reason.BOUNDS,
          sizeRegister,
          "R" + sizeRegister + " min value is negative, either use unsigned or 'var &= const'",
          "a lower bound of the size",
          "make the size unsigned, or check that it is not below 0");
    }
    if (size.umin == 0 && !zeroAllowed) {
      throw new Refusal(
          Reason.BOUNDS,
          sizeRegister,
          "R"
              + sizeRegister
              + " invalid zero-sized read: u64=["
              + Long.toUnsignedString(size.umin)
              + ","
              + Long.toUnsignedString(size.umax)
              + "]",
          "a check that the size is not 0",
          "check that the size is above 0 before the call");
    }
    if (Long.compareUnsigned(size.umax, FARTHEST) >= 0) {
      throw new Refusal(
          Reason.BOUNDS,
          sizeRegister,
          "R" + sizeRegister + " unbounded memory access, use 'var &= const' or 'if (var < const)'",
          "an upper bound of the size",
          "compare the size with the size of the buffer, or mask it");
    }
    memory(register, (int) size.umax, zeroAllowed, write, fills && size.isConstant());
    walk.markPrecise(sizeRegister);
  }

  /// Memory that a global function may read and write.
  void readAndWritten(int register, int size) {
    var reg = walk.reg(register);
    if (reg.isNull()) {
      return;
    }
    int flags = reg.flags;
    reg.flags &= ~Reg.MAYBE_NULL;
    memory(register, size, true, false, false);
    memory(register, size, true, true, false);
    walk.reg(register).flags = flags;
  }
}
