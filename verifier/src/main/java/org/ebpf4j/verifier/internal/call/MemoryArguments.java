package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Memory that programs hand to functions of the kernel (`check_helper_mem_access` in
/// `kernel/bpf/verifier.c`).
final class MemoryArguments {
  private static final int LARGEST = 1 << 29;
  private static final int CONTEXT = 0xffff;

  /// Programs may only write it (`BPF_F_WRONLY_PROG`).
  private static final int WRONLY_PROG = 1 << 8;

  private final Walk walk;
  private final StackArguments stack;

  MemoryArguments(Walk walk) {
    this.walk = walk;
    this.stack = new StackArguments(walk);
  }

  /// Memory whose size is in another register.
  ///
  /// @param size the register with the size
  /// @param zero whether no bytes are allowed
  void sized(int register, int size, boolean zero, Access access) {
    var bytes = walk.reg(size);
    if (!bytes.isScalar()) {
      throw Arguments.wrong(walk, size, "scalar");
    }
    if (bytes.smin < 0) {
      throw new Refusal(
          Reason.BOUNDS,
          size,
          "R" + size + " min value is negative, either use unsigned or 'var &= const'",
          "a check that the size is not negative",
          "make the variable unsigned, or bound it: if (size < 0 || size > MAX) return 0");
    }
    if (bytes.umin == 0 && !zero) {
      throw new Refusal(
          Reason.BOUNDS,
          size,
          "R%d invalid zero-sized read: u64=[%s,%s]"
              .formatted(
                  size, Long.toUnsignedString(bytes.umin), Long.toUnsignedString(bytes.umax)),
          "a check that the size is above 0",
          "leave out the call where the size is 0");
    }
    if (Long.compareUnsigned(bytes.umax, LARGEST) >= 0) {
      throw new Refusal(
          Reason.BOUNDS,
          size,
          "R" + size + " unbounded memory access, use 'var &= const' or 'if (var < const)'",
          "an upper bound of the size",
          "bound it before the call: if (size > MAX) size = MAX");
    }
    // Of memory that is perhaps filled in part only, all has to be set before.
    var filled = access == Access.FILL && !bytes.isConstant() ? Access.WRITE : access;
    check(register, (int) bytes.umax, zero, filled);
    walk.markPrecise(size);
  }

  /// Memory of a size.
  void check(int register, int size, boolean zero, Access access) {
    var reg = walk.reg(register);
    if (reg.mayBeNull()) {
      throw Arguments.wrong(walk, register, RegisterKind.STACK.label());
    }
    switch (reg.kind) {
      case STACK -> stack.check(register, size, zero, access);
      case PACKET, PACKET_META -> packet(register, size, zero);
      case MAP_KEY -> {
        readOnly(register, access, true);
        region(register, size, zero, reg.requireMap().keySize());
      }
      case MAP_VALUE -> value(register, size, zero, access);
      case MEMORY -> {
        readOnly(register, access, reg.has(Reg.READ_ONLY));
        region(register, size, zero, reg.memorySize);
      }
      case BUFFER -> {
        readOnly(register, access, reg.has(Reg.READ_ONLY));
        if (!reg.isConstant() || reg.off < 0 || reg.constant() != 0) {
          throw new Refusal(
              Reason.BOUNDS, register, "R" + register + " invalid variable buffer offset");
        }
        throw new Refusal(
            Reason.GAVE_UP, register, "buffers of iterators are not handed to functions here");
      }
      case CONTEXT -> {
        if (walk.program().type() != ProgramType.SYSCALL) {
          throw Arguments.wrong(walk, register, RegisterKind.STACK.label());
        }
        region(register, size, zero, CONTEXT);
      }
      case BTF_OBJECT ->
          throw new Refusal(
              Reason.GAVE_UP, register, "structures of the kernel are not handed as memory here");
      case SCALAR -> {
        if (!(zero && size == 0 && reg.isNull())) {
          throw Arguments.wrong(walk, register, RegisterKind.STACK.label());
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
          throw Arguments.wrong(walk, register, RegisterKind.STACK.label());
    }
  }

  private void readOnly(int register, Access access, boolean only) {
    if (only && access != Access.READ) {
      throw new Refusal(
          Reason.PERMISSION,
          register,
          "R" + register + " cannot write into " + Arguments.text(walk.reg(register)));
    }
  }

  private void packet(int register, int size, boolean zero) {
    var reg = walk.reg(register);
    if (!walk.context().packetAccess(false)) {
      throw new Refusal(Reason.PERMISSION, register, "helper access to the packet is not allowed");
    }
    if (reg.smin < 0) {
      throw new Refusal(
          Reason.BOUNDS,
          register,
          "R"
              + register
              + " min value is negative, either use unsigned index or do a if (index >=0) check.");
    }
    if (reg.range < 0) {
      throw new Refusal(
          Reason.BOUNDS, register, "R" + register + " offset is outside of the packet");
    }
    if (reg.off < 0 || (size == 0 && !zero) || reg.off + (long) size > reg.range) {
      throw new Refusal(
          Reason.BOUNDS,
          register,
          "invalid access to packet, off=%d size=%d, R%d(id=%d,off=%d,r=%d)"
              .formatted(reg.off, size, register, reg.id, reg.off, reg.range),
          "a comparison of the end of the memory with the end of the packet",
          "compare with data_end before: if (data + offset + size > data_end) return …");
    }
  }

  /// Bytes of a region whose begin a pointer was derived from.
  private void region(int register, int size, boolean zero, long of) {
    var reg = walk.reg(register);
    if ((reg.smin < 0 && (reg.smin == Long.MIN_VALUE || reg.off + reg.smin < 0))
        || reg.off + reg.smin != (int) (reg.off + reg.smin)) {
      throw new Refusal(
          Reason.BOUNDS,
          register,
          "R"
              + register
              + " min value is negative, either use unsigned index or do a if (index >=0) check.",
          "a check that the index is not negative",
          "make the index unsigned, or check it");
    }
    within(register, reg.off + reg.smin, size, zero, of);
    if (Long.compareUnsigned(reg.umax, LARGEST) >= 0) {
      throw new Refusal(
          Reason.BOUNDS,
          register,
          "R" + register + " unbounded memory access, make sure to bounds check any such access",
          "an upper bound of the index",
          "check the index before: if (index >= SIZE) return …");
    }
    within(register, reg.off + reg.umax, size, zero, of);
  }

  private void within(int register, long at, int size, boolean zero, long of) {
    if (at >= 0 && (size > 0 || zero) && at + size <= of) {
      return;
    }
    var reg = walk.reg(register);
    var text =
        switch (reg.kind) {
          case MAP_KEY -> "invalid access to map key, key_size=%d off=%d size=%d";
          case MAP_VALUE -> "invalid access to map value, value_size=%d off=%d size=%d";
          default -> "invalid access to memory, mem_size=%d off=%d size=%d";
        };
    throw new Refusal(
        Reason.BOUNDS,
        register,
        text.formatted(of, at, size),
        "a bound that keeps the access inside",
        "check index and size before the call");
  }

  private void value(int register, int size, boolean zero, Access access) {
    var reg = walk.reg(register);
    var map = reg.requireMap();
    if (access == Access.READ
        ? (map.flags() & WRONLY_PROG) != 0
        : (map.flags() & MapSpec.RDONLY_PROG) != 0) {
      throw new Refusal(
          Reason.PERMISSION,
          register,
          access == Access.READ
              ? "read from map forbidden, value_size=%d off=%d size=%d"
                  .formatted(map.valueSize(), reg.off, size)
              : "write into map forbidden, value_size=%d off=%d size=%d"
                  .formatted(map.valueSize(), reg.off, size));
    }
    region(register, size, zero, map.valueSize());
    ValueFields.of(walk.program(), map)
        .overlapping(reg.off + reg.smin, reg.off + reg.umax + size)
        .ifPresent(field -> {
          throw new Refusal(
              Reason.PERMISSION,
              register,
              field.isPointer()
                  ? "kptr cannot be accessed indirectly by helper"
                  : field.type() + " cannot be accessed directly by load/store");
        });
  }
}
