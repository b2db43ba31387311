package org.ebpf4j.verifier.internal.engine;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Register;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.verifier.internal.scalar.Scalar;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.result.Facts;
import org.ebpf4j.verifier.result.RegisterFact;
import org.jspecify.annotations.Nullable;

/// Joins what is known of registers over all paths to the instructions that read them.
///
/// A path may end at a state that covers it, and states are compared by the numbers that matter
/// only. So the bounds of a number hold on all paths only where it mattered each time; those of the
/// offset of a pointer always do.
final class FactCollector {
  private final Code code;
  private final RegisterLiveness registers;
  private final @Nullable Joined[] joined;
  private final boolean[] reached;

  /// What is known so far of a register before an instruction.
  private static final class Joined {
    final Scalar number = new Scalar();
    @Nullable RegisterKind kind;
    boolean mixed;
    boolean nullable;
    @Nullable MapSpec map;
    boolean sameMap = true;
    int off;
    boolean fixed = true;
    int frame;
  }

  FactCollector(Code code, RegisterLiveness registers) {
    this.code = code;
    this.registers = registers;
    joined = new @Nullable Joined[code.size() * Frame.REGISTERS];
    reached = new boolean[code.size()];
  }

  void note(State state, int at, Instruction instruction) {
    reached[at] = true;
    int read = registers.read(instruction);
    for (int i = 0; read != 0; i++, read >>>= 1) {
      if ((read & 1) != 0) {
        join(at * Frame.REGISTERS + i, state.current().regs[i]);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // A map is one object in a check.
  private void join(int index, Reg reg) {
    if (reg.kind == RegisterKind.UNSET) {
      return;
    }
    boolean unsure = reg.kind == RegisterKind.MEMORY && reg.has(Reg.UNTRUSTED);
    var one = joined[index];
    if (one == null) {
      one = new Joined();
      joined[index] = one;
      one.number.setNumber(reg);
      one.kind = reg.kind;
      one.map = reg.map;
      one.off = reg.off;
      one.frame = reg.frame;
      one.nullable = reg.mayBeNull();
      one.mixed = unsure;
      return;
    }
    one.mixed |= unsure || one.kind != reg.kind || one.frame != reg.frame;
    one.nullable |= reg.mayBeNull();
    one.sameMap &= one.map == reg.map;
    one.fixed &= one.off == reg.off;
    widen(one.number, reg);
  }

  private static void widen(Scalar to, Scalar from) {
    if (from.isWithin(to)) {
      return;
    }
    to.bits = to.bits.union(from.bits);
    to.smin = Math.min(to.smin, from.smin);
    to.smax = Math.max(to.smax, from.smax);
    to.umin = Long.compareUnsigned(to.umin, from.umin) <= 0 ? to.umin : from.umin;
    to.umax = Long.compareUnsigned(to.umax, from.umax) >= 0 ? to.umax : from.umax;
    to.s32min = Math.min(to.s32min, from.s32min);
    to.s32max = Math.max(to.s32max, from.s32max);
    to.u32min = Integer.compareUnsigned(to.u32min, from.u32min) <= 0 ? to.u32min : from.u32min;
    to.u32max = Integer.compareUnsigned(to.u32max, from.u32max) >= 0 ? to.u32max : from.u32max;
  }

  Facts result() {
    var bySlot = new HashMap<Integer, Map<Register, RegisterFact>>();
    for (int at = 0; at < code.size(); at++) {
      for (int i = 0; i < Frame.REGISTERS; i++) {
        var one = joined[at * Frame.REGISTERS + i];
        if (one != null) {
          bySlot
              .computeIfAbsent(at, _ -> new EnumMap<>(Register.class))
              .put(Register.of(i), fact(one));
        }
      }
    }
    return new Facts(bySlot, reached);
  }

  private static RegisterFact fact(Joined one) {
    var kind = one.kind;
    boolean mixed = one.mixed || kind == null;
    boolean exact = !mixed && kind != RegisterKind.SCALAR;
    return new RegisterFact(
        mixed || kind == null ? RegisterFact.Kind.MIXED : kind(kind),
        one.nullable,
        one.sameMap ? Optional.ofNullable(one.map).map(MapSpec::name) : Optional.empty(),
        one.off,
        one.fixed,
        exact,
        exact ? one.number.smin : Long.MIN_VALUE,
        exact ? one.number.smax : Long.MAX_VALUE,
        exact ? one.number.umin : 0,
        exact ? one.number.umax : -1,
        exact ? one.number.bits.value() : 0,
        exact ? one.number.bits.mask() : -1,
        one.frame);
  }

  private static RegisterFact.Kind kind(RegisterKind kind) {
    return switch (kind) {
      case SCALAR -> RegisterFact.Kind.SCALAR;
      case CONTEXT -> RegisterFact.Kind.CONTEXT;
      case MAP -> RegisterFact.Kind.MAP;
      case MAP_VALUE -> RegisterFact.Kind.MAP_VALUE;
      case MAP_KEY -> RegisterFact.Kind.MAP_KEY;
      case STACK -> RegisterFact.Kind.STACK;
      case PACKET_META -> RegisterFact.Kind.PACKET_META;
      case PACKET -> RegisterFact.Kind.PACKET;
      case PACKET_END -> RegisterFact.Kind.PACKET_END;
      case FLOW_KEYS -> RegisterFact.Kind.FLOW_KEYS;
      case SOCKET, SOCKET_COMMON, TCP_SOCKET -> RegisterFact.Kind.SOCKET;
      case TP_BUFFER -> RegisterFact.Kind.TP_BUFFER;
      case XDP_SOCKET -> RegisterFact.Kind.XDP_SOCKET;
      case BTF_OBJECT -> RegisterFact.Kind.BTF_OBJECT;
      case MEMORY -> RegisterFact.Kind.MEMORY;
      case ARENA -> RegisterFact.Kind.ARENA;
      case BUFFER -> RegisterFact.Kind.BUFFER;
      case FUNCTION -> RegisterFact.Kind.FUNCTION;
      case INSTRUCTION -> RegisterFact.Kind.INSTRUCTION;
      case DYNPTR -> RegisterFact.Kind.DYNPTR;
      case UNSET -> RegisterFact.Kind.MIXED;
    };
  }
}
