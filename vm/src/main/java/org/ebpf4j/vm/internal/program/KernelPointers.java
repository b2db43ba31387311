package org.ebpf4j.vm.internal.program;

import static org.ebpf4j.insn.Opcode.*;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.jspecify.annotations.Nullable;

/// The loads of a program through pointers to objects of the kernel: those that come from its
/// context, from some functions, and from such objects. Linux reads zero where such a pointer is
/// null (`BPF_PROBE_MEM`). What a verifier knows of types is not known here: a value that was
/// loaded from an object is taken for a pointer, as a program may not load through a number.
public final class KernelPointers {
  /// Nothing that is known.
  private static final byte OTHER = 0;

  /// The context of an iterator: what it holds may be absent, so that programs look first.
  private static final byte ITERATION = 1;

  /// What has pointers in it, and is not null where a program loads through it: a context, what a
  /// function returned and the program has looked at.
  private static final byte HOLDER = 2;

  /// A pointer to an object of the kernel, which may be null.
  private static final byte POINTER = 3;

  private static final int REGISTERS = 11;
  private static final int FRAME_POINTER = 10;
  private static final int LAST_ARGUMENT = 5;

  private static final Set<String> RETURN_POINTERS =
      Set.of(
          "bpf_get_current_task_btf",
          "bpf_task_pt_regs",
          "bpf_rdonly_cast",
          "bpf_cast_to_kern_ctx");

  private static final Set<String> RETURN_HOLDERS =
      Set.of(
          "bpf_sock_from_file",
          "bpf_skc_to_tcp_sock",
          "bpf_skc_to_tcp6_sock",
          "bpf_skc_to_tcp_timewait_sock",
          "bpf_skc_to_tcp_request_sock",
          "bpf_skc_to_udp6_sock",
          "bpf_skc_to_unix_sock",
          "bpf_skc_to_mptcp_sock",
          "bpf_kptr_xchg");

  private final Code code;
  private final IntFunction<Optional<String>> calls;
  private final BitSet loads = new BitSet();
  private final @Nullable State[] states;
  private final ArrayDeque<Integer> open = new ArrayDeque<>();

  /// The functions by their first instructions: what they may return.
  private final Map<Integer, Byte> results = new HashMap<>();

  /// The calls of functions, by the first instructions of these.
  private final Map<Integer, TreeSet<Integer>> callers = new HashMap<>();

  /// What is known before an instruction.
  ///
  /// @param kinds the registers
  /// @param stack the numbers that were put on the stack, by their offsets
  /// @param function the first instruction of the function that it is in
  @SuppressWarnings("ArrayRecordComponent") // Changed in place, and never compared.
  private record State(byte[] kinds, TreeMap<Integer, Byte> stack, int function) {
    State copy() {
      return new State(kinds.clone(), new TreeMap<>(stack), function);
    }

    /// Adds what is known on another way.
    ///
    /// @return whether that is more
    boolean add(State other) {
      boolean more = false;
      for (int i = 0; i < REGISTERS; i++) {
        more |= other.kinds[i] > kinds[i];
        kinds[i] = (byte) Math.max(kinds[i], other.kinds[i]);
      }
      for (var entry : other.stack.entrySet()) {
        var before = stack.merge(entry.getKey(), entry.getValue(), (a, b) -> (byte) Math.max(a, b));
        more |= !before.equals(stack.put(entry.getKey(), before));
      }
      return more;
    }
  }

  private KernelPointers(Code code, IntFunction<Optional<String>> calls) {
    this.code = code;
    this.calls = calls;
    this.states = new @Nullable State[code.size()];
  }

  /// The loads of a program through pointers that may be null.
  ///
  /// @param point where it is attached, as far as its section says it
  /// @param calls the name of the function of the kernel that is called, by the slot of the call
  public static BitSet of(
      Code code,
      ProgramType type,
      Optional<AttachPoint> point,
      IntFunction<Optional<String>> calls) {
    var found = new KernelPointers(code, calls);
    var kinds = new byte[REGISTERS];
    kinds[1] =
        switch (type) {
          case TRACING, LSM, STRUCT_OPS ->
              point.filter(KernelIterator.class::isInstance).isPresent() ? ITERATION : HOLDER;
          default -> OTHER;
        };
    found.reach(0, new State(kinds, new TreeMap<>(), 0));
    while (!found.open.isEmpty()) {
      found.step(found.open.remove());
    }
    return found.loads;
  }

  private void reach(int slot, State state) {
    if (slot < 0 || slot >= states.length) {
      return; // Code that is not taken.
    }
    var before = states[slot];
    if (before == null) {
      states[slot] = state.copy();
      open.add(slot);
    } else if (before.add(state)) {
      open.add(slot);
    }
  }

  private void step(int slot) {
    var state = Objects.requireNonNull(states[slot]).copy();
    long s = code.slot(slot);
    int next = slot + (Slot.isWide(s) ? 2 : 1);
    switch (Slot.opcode(s) & CLASS_MASK) {
      case LDX -> load(slot, s, state);
      case STX, ST -> store(s, state);
      case ALU64 -> state.kinds[Slot.dst(s)] = computed(s, state);
      case ALU -> state.kinds[Slot.dst(s)] = OTHER;
      case LD -> state.kinds[Slot.isWide(s) ? Slot.dst(s) : 0] = OTHER;
      default -> {
        jump(slot, s, state);
        return;
      }
    }
    reach(next, state);
  }

  private void load(int slot, long s, State state) {
    int from = Slot.src(s);
    var kind = state.kinds[from];
    if (kind == POINTER) {
      loads.set(slot);
    }
    var whole = (Slot.opcode(s) & SIZE_MASK) == DW && (Slot.opcode(s) & MODE_MASK) == MEM;
    state.kinds[Slot.dst(s)] =
        !whole
            ? OTHER
            : from == FRAME_POINTER
                ? state.stack.getOrDefault((int) Slot.offset(s), OTHER)
                : behind(kind);
  }

  /// What a pointer in something is.
  private static byte behind(byte kind) {
    return switch (kind) {
      case ITERATION -> HOLDER;
      case HOLDER, POINTER -> POINTER;
      default -> OTHER;
    };
  }

  private static void store(long s, State state) {
    int opcode = Slot.opcode(s);
    var atomic = (opcode & CLASS_MASK) == STX && (opcode & MODE_MASK) == ATOMIC;
    if (atomic) {
      state.kinds[Slot.src(s)] = OTHER;
      state.kinds[0] = OTHER;
    }
    if (Slot.dst(s) == FRAME_POINTER) {
      var whole = (opcode & CLASS_MASK) == STX && (opcode & SIZE_MASK) == DW && !atomic;
      state.stack.put((int) Slot.offset(s), whole ? state.kinds[Slot.src(s)] : OTHER);
    }
  }

  private static byte computed(long s, State state) {
    int opcode = Slot.opcode(s);
    var register = (opcode & SOURCE_MASK) == X;
    var other = register ? state.kinds[Slot.src(s)] : OTHER;
    return switch (opcode & OPERATION_MASK) {
      case MOV -> Slot.offset(s) == 0 ? other : OTHER;
      case ADD -> (byte) Math.max(state.kinds[Slot.dst(s)], other);
      case SUB -> other == OTHER ? state.kinds[Slot.dst(s)] : OTHER;
      default -> OTHER;
    };
  }

  private void jump(int slot, long s, State state) {
    int opcode = Slot.opcode(s);
    switch (opcode) {
      case CALL -> call(slot, s, state);
      case EXIT -> returned(state);
      case JUMP -> reach(slot + 1 + Slot.offset(s), state);
      case JUMP_LONG -> reach(slot + 1 + Slot.imm(s), state);
      case JUMP_INDIRECT -> {
        // What is behind a jump table is not followed: null is a fault there.
      }
      default -> {
        if (opcode == Code.CALL_REGISTER) {
          forget(state, OTHER);
        } else {
          reach(slot + 1 + Slot.offset(s), state);
        }
        reach(slot + 1, state);
      }
    }
  }

  private void call(int slot, long s, State state) {
    byte result = OTHER;
    if (Slot.src(s) == PSEUDO_CALL) {
      int function = slot + 1 + Slot.imm(s);
      callers.computeIfAbsent(function, _ -> new TreeSet<>()).add(slot);
      var kinds = new byte[REGISTERS];
      System.arraycopy(state.kinds, 1, kinds, 1, LAST_ARGUMENT);
      reach(function, new State(kinds, new TreeMap<>(), function));
      result = results.getOrDefault(function, OTHER);
    } else {
      var name = calls.apply(slot).orElse("");
      if (RETURN_POINTERS.contains(name)) {
        result = POINTER;
      } else if (Slot.src(s) == PSEUDO_KFUNC_CALL || RETURN_HOLDERS.contains(name)) {
        result = HOLDER;
      }
    }
    forget(state, result);
    reach(slot + 1, state);
  }

  /// What is left of the registers after a call.
  private static void forget(State state, byte result) {
    Arrays.fill(state.kinds, 1, LAST_ARGUMENT + 1, OTHER);
    state.kinds[0] = result;
  }

  private void returned(State state) {
    var before = results.getOrDefault(state.function(), OTHER);
    if (state.kinds[0] > before) {
      results.put(state.function(), state.kinds[0]);
      open.addAll(callers.getOrDefault(state.function(), new TreeSet<>()));
    }
  }
}
