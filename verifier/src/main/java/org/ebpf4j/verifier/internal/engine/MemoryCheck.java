package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.verifier.internal.rule.ContextField;
import org.ebpf4j.verifier.internal.scalar.Tnum;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// Loads and stores, by what the register points to.
final class MemoryCheck {
  private static final int FLOW_KEYS_BYTES = 56;

  private final Walk walk;
  private final StackCheck stack;
  private final RegionCheck regions;
  private final ObjectAccess objects;
  private final MapAccess maps;

  MemoryCheck(Walk walk, StackBounds bounds) {
    this.walk = walk;
    stack = new StackCheck(walk, bounds);
    regions = new RegionCheck(walk);
    objects = new ObjectAccess(walk);
    maps = new MapAccess(walk, regions);
  }

  RegionCheck regions() {
    return regions;
  }

  MapAccess maps() {
    return maps;
  }

  /// An access to memory.
  ///
  /// @param base the register that points to it
  /// @param offset the offset of the instruction
  /// @param write whether it is written
  /// @param value the register that is loaded or stored, or −1
  /// @param immediate the number that is stored, where it is known and no register is
  record Access(
      int base,
      int offset,
      int size,
      boolean write,
      int value,
      @Nullable Long immediate,
      boolean signed,
      boolean atomic) {}

  void load(Instruction.Load load) {
    int base = load.base().number();
    walk.requireSet(base);
    int target = load.dst().number();
    walk.requireWritable(target);
    var access =
        new Access(
            base, load.offset(), load.size().bytes(), false, target, null, load.signed(), false);
    check(access);
    walk.repairBounds(walk.reg(target));
  }

  void store(Instruction.StoreRegister store) {
    int source = store.source().number();
    walk.requireSet(source);
    int base = store.base().number();
    walk.requireSet(base);
    check(new Access(base, store.offset(), store.size().bytes(), true, source, null, false, false));
  }

  void store(Instruction.StoreImmediate store) {
    int base = store.base().number();
    walk.requireSet(base);
    check(
        new Access(
            base,
            store.offset(),
            store.size().bytes(),
            true,
            -1,
            (long) store.value(),
            false,
            false));
  }

  /// Checks an access, and puts into the target of a load what it loads.
  void check(Access access) {
    var reg = walk.reg(access.base());
    checkAlignment(reg, access);
    int offset = access.offset() + reg.off;
    boolean load = !access.write() && access.value() >= 0;
    var target = load ? walk.reg(access.value()) : null;
    int size = access.size();
    int base = access.base();
    walk.noteKind(reg, access.write());
    switch (reg.kind) {
      case STACK -> {
        if (access.write()) {
          stack.write(base, offset, size, access.value(), access.immediate());
        } else {
          stack.read(base, offset, size, access.value());
        }
      }
      case MAP_VALUE -> {
        requireNotNull(reg, base);
        maps.value(access, reg, offset, target);
      }
      case MAP_KEY -> {
        requireNotNull(reg, base);
        if (access.write()) {
          throw denied(base, "write to change key R" + base + " not allowed");
        }
        regions.region(base, offset, size, reg.requireMap().keySize(), false);
        unknown(target);
      }
      case CONTEXT -> context(access, reg, offset, target);
      case PACKET, PACKET_META -> {
        if (access.write() && !walk.context().packetAccess(true)) {
          throw denied(base, "cannot write into packet");
        }
        regions.packet(base, offset, size, false);
        unknown(target);
      }
      case MEMORY -> {
        requireNotNull(reg, base);
        requireWritable(access, reg);
        if (!reg.has(Reg.UNTRUSTED)) {
          regions.region(base, offset, size, reg.memorySize, false);
        } else if (access.atomic()) {
          throw denied(base, "R" + base + " is memory that nobody vouches for");
        }
        unknown(target);
      }
      case BUFFER -> {
        requireNotNull(reg, base);
        requireWritable(access, reg);
        buffer(base, access.offset(), reg.has(Reg.READ_ONLY) ? "rdonly" : "rdwr");
        unknown(target);
      }
      case FLOW_KEYS -> {
        if (offset < 0 || offset + size > FLOW_KEYS_BYTES) {
          throw new Refusal(
              Reason.BOUNDS, base, "invalid access to flow keys off=" + offset + " size=" + size);
        }
        unknown(target);
      }
      case SOCKET, SOCKET_COMMON, TCP_SOCKET, XDP_SOCKET -> {
        requireNotNull(reg, base);
        if (access.write()) {
          throw denied(base, "R" + base + " cannot write into " + RegisterText.kind(reg));
        }
        socket(access, reg, offset);
        unknown(target);
      }
      case TP_BUFFER -> {
        buffer(base, access.offset(), "tracepoint");
        unknown(target);
      }
      case BTF_OBJECT -> {
        requireNotNull(reg, base);
        objects.check(access, reg, offset, target);
      }
      case MAP -> {
        requireNotNull(reg, base);
        objects.map(access, reg, offset, target);
      }
      case ARENA -> unknown(target);
      case INSTRUCTION, UNSET, SCALAR, PACKET_END, FUNCTION, DYNPTR -> throw noPointer(reg, base);
    }
    if (target != null && target.isScalar()) {
      StackCheck.cut(target, size, access.signed());
    }
  }

  /// A buffer is reached at a known offset, which is not negative.
  ///
  /// @param offset what the instruction adds
  void buffer(int base, int offset, String name) {
    var reg = walk.reg(base);
    if (!reg.isConstant()) {
      throw new Refusal(
          Reason.BOUNDS,
          base,
          "R"
              + base
              + " invalid variable buffer offset: off="
              + offset
              + ", var_off="
              + tnum(reg.bits.add(Tnum.of(reg.off))));
    }
    long at = reg.off + reg.constant();
    if (at + offset < 0) {
      throw new Refusal(
          Reason.BOUNDS,
          base,
          "R%d invalid negative %s buffer offset: off=%d, var_off=%d"
              .formatted(base, name, offset, at));
    }
  }

  private static void unknown(@Nullable Reg target) {
    if (target != null) {
      target.markUnknown();
    }
  }

  private static Refusal denied(int register, String message) {
    return new Refusal(Reason.PERMISSION, register, message);
  }

  static Refusal noPointer(Reg reg, int number) {
    return new Refusal(
        reg.mayBeNull() ? Reason.NULL : Reason.NO_POINTER,
        number,
        "R" + number + " invalid mem access '" + RegisterText.kind(reg) + "'",
        reg.mayBeNull() ? "a comparison of the pointer with null" : "",
        reg.mayBeNull()
            ? "compare the pointer with NULL before it is used"
            : "read memory of the kernel with bpf_probe_read_kernel or BPF_CORE_READ");
  }

  private static void requireNotNull(Reg reg, int number) {
    if (reg.mayBeNull()) {
      throw noPointer(reg, number);
    }
  }

  private static void requireWritable(Access access, Reg reg) {
    if (access.write() && reg.has(Reg.READ_ONLY)) {
      throw denied(
          access.base(), "R" + access.base() + " cannot write into " + RegisterText.kind(reg));
    }
  }

  private void checkAlignment(Reg reg, Access access) {
    boolean strict = access.atomic() || reg.kind == RegisterKind.STACK || walk.strictAlignment();
    int size = access.size();
    if (!strict || size == 1 || reg.kind == RegisterKind.ARENA) {
      return;
    }
    long fixed = (long) reg.off + access.offset();
    if (reg.kind.isPacket()) {
      // Packets begin two bytes off a multiple of four.
      fixed += 2;
    }
    var whole = reg.bits.add(Tnum.of(fixed));
    if (!whole.isAligned(size)) {
      throw new Refusal(
          Reason.ALIGNMENT,
          access.base(),
          "misaligned "
              + alignmentName(reg.kind)
              + "access off "
              + moved(reg)
              + "+"
              + access.offset()
              + " size "
              + size);
    }
  }

  /// How far a pointer was moved, in the text of the kernel: since 7.3 one number, before it what
  /// is not known of it and the fixed part.
  private String moved(Reg reg) {
    if (walk.rules().atLeast(7, 3)) {
      var all = reg.bits.add(Tnum.of(reg.off));
      return (reg.kind.isPacket() ? "2+" : "")
          + (all.isConstant() ? Long.toString(all.value()) : tnum(all));
    }
    return tnum(reg.bits) + "+" + reg.off;
  }

  private static String tnum(Tnum bits) {
    return "(0x" + Long.toHexString(bits.value()) + "; 0x" + Long.toHexString(bits.mask()) + ")";
  }

  private static String alignmentName(RegisterKind kind) {
    return switch (kind) {
      case STACK -> "stack ";
      case PACKET, PACKET_META -> "packet ";
      case MAP_VALUE -> "value ";
      case MAP_KEY -> "key ";
      case CONTEXT -> "context ";
      case FLOW_KEYS -> "flow keys ";
      case SOCKET -> "sock ";
      case SOCKET_COMMON -> "sock_common ";
      case TCP_SOCKET -> "tcp_sock ";
      case XDP_SOCKET -> "xdp_sock ";
      case ARENA -> "arena ";
      case UNSET,
          SCALAR,
          MAP,
          PACKET_END,
          TP_BUFFER,
          BTF_OBJECT,
          MEMORY,
          BUFFER,
          FUNCTION,
          INSTRUCTION,
          DYNPTR ->
          "";
    };
  }

  private void context(Access access, Reg reg, int offset, @Nullable Reg target) {
    int base = access.base();
    if (walk.program().type() == ProgramType.SYSCALL && walk.rules().atLeast(7, 3)) {
      // User space says how large this context is, so that any place in it will do.
      regions.region(base, offset, access.size(), Arguments.SYSCALL_CONTEXT, false);
      field(access, base, offset + (int) reg.umax, target);
      return;
    }
    if (reg.off < 0 && reg.isConstant()) {
      throw new Refusal(
          Reason.BOUNDS,
          base,
          "negative offset ctx ptr R" + base + " off=" + reg.off + " disallowed");
    }
    if (reg.off != 0 && !walk.context().allowsOffset()) {
      throw new Refusal(
          Reason.BOUNDS,
          base,
          "dereference of modified ctx ptr R" + base + " off=" + reg.off + " disallowed",
          "",
          "read the field through the context itself; a compiler may have moved the pointer");
    }
    if (!reg.isConstant() || reg.constant() != 0) {
      throw new Refusal(
          Reason.BOUNDS,
          base,
          "variable ctx access var_off=(0x"
              + Long.toHexString(reg.bits.value())
              + "; 0x"
              + Long.toHexString(reg.bits.mask())
              + ") disallowed");
    }
    field(access, base, offset, target);
  }

  private void field(Access access, int base, int offset, @Nullable Reg target) {
    if (offset < 0) {
      throw new Refusal(
          Reason.FIELD,
          base,
          "invalid bpf_context access off=" + offset + " size=" + access.size());
    }
    var field = walk.context().field(offset, access.size(), access.write(), access.signed());
    switch (field) {
      case ContextField.Refused(var message) ->
          throw new Refusal(
              Reason.FIELD,
              base,
              message.isEmpty()
                  ? "invalid bpf_context access off=" + offset + " size=" + access.size()
                  : message);
      case ContextField.Unknown(var reason) -> throw new Refusal(Reason.GAVE_UP, base, reason);
      case ContextField.Number _ -> unknown(target);
      case ContextField.Ranged(long min, long max) -> {
        if (target != null) {
          target.markUnknown();
          target.smin = min;
          target.smax = max;
          target.s32min = (int) min;
          target.s32max = (int) max;
          target.sync();
        }
      }
      case ContextField.Pointer pointer -> {
        if (target != null) {
          point(target, pointer);
        }
      }
    }
  }

  private void point(Reg target, ContextField.Pointer pointer) {
    target.markPointer(pointer.kind());
    target.flags = pointer.flags();
    target.memorySize = pointer.memorySize();
    target.btf = pointer.btf().orElse(null);
    target.btfType = pointer.type();
    if (target.mayBeNull()) {
      target.id = walk.newId();
    }
    if (pointer.referenced()) {
      target.referenceId = walk.contextReference(pointer);
    }
  }

  private void socket(Access access, Reg reg, int offset) {
    if (reg.smin < 0) {
      throw new Refusal(
          Reason.BOUNDS,
          access.base(),
          "R"
              + access.base()
              + " min value is negative, either use unsigned index or do a if (index >=0) check.");
    }
    if (!reg.isConstant()
        || !SocketFields.allows(reg.kind, (int) (offset + reg.constant()), access.size())) {
      throw new Refusal(
          Reason.FIELD,
          access.base(),
          "R"
              + access.base()
              + " invalid "
              + RegisterText.kind(reg)
              + " access off="
              + offset
              + " size="
              + access.size());
    }
  }
}
