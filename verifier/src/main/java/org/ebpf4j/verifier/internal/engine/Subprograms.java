package org.ebpf4j.verifier.internal.engine;

import java.util.BitSet;
import java.util.function.Consumer;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Calls of subprograms, and the way back out of them.
final class Subprograms {
  private final Walk walk;
  private final Code code;
  private final GlobalFunctions globals;
  private final Layout layout;

  /// The global functions that were called where nothing may sleep, and so have to be checked as
  /// called there.
  private final BitSet calledAtomic = new BitSet();

  /// Those that were called where the program may sleep.
  private final BitSet calledSleepable = new BitSet();

  private final BitSet later = new BitSet();

  Subprograms(Walk walk, Code code, GlobalFunctions globals, Layout layout) {
    this.walk = walk;
    this.code = code;
    this.globals = globals;
    this.layout = layout;
  }

  /// A call.
  ///
  /// @return the instruction that the walk goes on with
  int call(int target) {
    int subprogram = code.subprogramAt(target);
    var state = walk.state();
    if (globals.isGlobal(subprogram)) {
      callGlobal(subprogram);
      return walk.at() + 1;
    }
    var caller = state.current();
    enter(state, subprogram, walk.at(), callee -> copyArguments(caller, callee));
    clearArguments(caller);
    return code.start(subprogram);
  }

  private static void copyArguments(Frame caller, Frame callee) {
    for (int i = 1; i <= 5; i++) {
      callee.regs[i].set(caller.regs[i]);
    }
  }

  private static void clearArguments(Frame caller) {
    for (int i = 0; i <= 5; i++) {
      caller.regs[i].markUnset();
    }
  }

  /// Puts a frame for a subprogram on top of a state.
  void enter(State state, int subprogram, int site, Consumer<Frame> arguments) {
    int depth = state.depth + 1;
    if (depth >= walk.rules().frames()) {
      throw new Refusal(
          Reason.LIMIT, -1, "the call stack of " + (depth + 1) + " frames is too deep");
    }
    var frame = new Frame(site, depth, subprogram);
    arguments.accept(frame);
    state.enter(frame);
  }

  private void callGlobal(int subprogram) {
    var references = walk.state().references;
    if (references.activeLocks > 0) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "global function calls are not allowed while holding a lock,\n"
              + "use static function instead");
    }
    if (references.preemptLocks > 0 && !walk.rules().atLeast(7, 0)) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "global function calls are not allowed with preemption disabled,\n"
              + "use static function instead");
    }
    if (layout.sleeping.get(subprogram) && !walk.state().maySleep()) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "sleepable global function %s() called in %s"
              .formatted(
                  globals.name(subprogram),
                  references.rcuLocks > 0 ? "rcu_read_lock region" : "non-sleepable context"),
          "",
          "call it outside of sections in which nothing may sleep");
    }
    if (layout.throwing.get(subprogram)) {
      // Then the program may end here.
      new ExitCheck(walk).held(true);
    }
    var parameters = globals.parameters(subprogram);
    for (int i = 0; i < parameters.size(); i++) {
      if (layout.packetChanging.get(subprogram) && walk.reg(i + 1).kind.isPacket()) {
        throw refused(
            i + 1,
            "R%d is a packet pointer, but func#%d may change packet data"
                .formatted(i + 1, subprogram));
      }
      checkArgument(i, parameters.get(i));
    }
    if (layout.packetChanging.get(subprogram)) {
      walk.invalidatePackets();
    }
    // Before 7.0 it was the program alone that decided.
    demand(
        subprogram,
        walk.rules().atLeast(7, 0) ? walk.state().maySleep() : walk.program().sleepable());
    clearArguments(walk.state().current());
    walk.reg(0).markUnknown();
  }

  /// The functions that the kernel calls after the program ended.
  BitSet later() {
    return later;
  }

  /// The global functions that have to be checked.
  ///
  /// @param sleepable whether as called where the program may sleep
  BitSet called(boolean sleepable) {
    return sleepable ? calledSleepable : calledAtomic;
  }

  /// Has a function checked by itself.
  void demand(int subprogram, boolean sleepable) {
    called(sleepable).set(subprogram);
  }

  /// An argument, as the kernel names it.
  private String expected(int index) {
    return walk.rules().atLeast(7, 3) ? "R" + (index + 1) : "arg#" + index;
  }

  private static String moved(int number, Reg reg) {
    return reg.isConstant()
        ? "dereference of modified ctx ptr R%d off=%d disallowed"
            .formatted(number, reg.off + reg.constant())
        : "variable ctx access var_off=(0x%x; 0x%x) disallowed"
            .formatted(reg.bits.value() + reg.off, reg.bits.mask());
  }

  private void checkArgument(int index, GlobalFunctions.Parameter parameter) {
    int number = index + 1;
    var reg = walk.reg(number);
    switch (parameter.kind()) {
      case NUMBER -> {
        if (!reg.isScalar()) {
          throw refused(number, "R" + number + " is not a scalar");
        }
      }
      case CONTEXT -> {
        if (reg.kind != RegisterKind.CONTEXT) {
          throw refused(number, "arg#" + index + " expects pointer to ctx");
        }
        if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
          throw refused(number, moved(number, reg));
        }
      }
      case MEMORY -> {
        if (!parameter.nullable() && reg.mayBeNull()) {
          throw refused(number, expected(index) + " is expected to be non-NULL");
        }
        if (reg.isNull()) {
          if (!parameter.nullable()) {
            throw refused(number, expected(index) + " is expected to be non-NULL");
          }
          return;
        }
        walk.checkMemoryArgument(number, parameter.size());
      }
      case OBJECT -> {
        if (reg.isNull() && parameter.nullable()) {
          return;
        }
        walk.requireObject(number, parameter.type(), parameter.nullable(), parameter.trusted());
      }
      // The function reads it as what nobody vouches for, so that any value does.
      case UNTRUSTED_MEMORY -> {}
      case DYNPTR -> walk.requireDynptr(number);
      case ARENA -> {
        if (reg.kind != RegisterKind.ARENA && !reg.isScalar()) {
          throw refused(number, "R" + number + " is not a pointer to arena or scalar.");
        }
      }
    }
  }

  private static Refusal refused(int register, String message) {
    return new Refusal(Reason.TYPES, register, message);
  }

  /// What the registers of a global function hold when it is checked by itself.
  void describeArguments(int subprogram, Frame frame) {
    var parameters = globals.parameters(subprogram);
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      var reg = frame.regs[i + 1];
      switch (parameter.kind()) {
        case NUMBER, ARENA -> reg.markUnknown();
        case CONTEXT -> reg.markPointer(RegisterKind.CONTEXT);
        case MEMORY -> {
          reg.markPointer(RegisterKind.MEMORY);
          reg.flags = parameter.nullable() ? Reg.MAYBE_NULL : 0;
          reg.memorySize = parameter.size();
          reg.id = walk.newId();
        }
        case UNTRUSTED_MEMORY -> {
          reg.markPointer(RegisterKind.MEMORY);
          reg.flags = Reg.READ_ONLY | Reg.UNTRUSTED;
        }
        case OBJECT -> {
          reg.markPointer(RegisterKind.BTF_OBJECT);
          reg.flags =
              (parameter.nullable() ? Reg.MAYBE_NULL : 0)
                  | (parameter.trusted() ? Reg.TRUSTED : Reg.UNTRUSTED);
          reg.btf = walk.program().kernelTypes().orElse(null);
          reg.btfType = parameter.type();
          reg.id = walk.newId();
        }
        case DYNPTR -> walk.describeDynptr(reg);
      }
    }
  }

  /// The way back out of a subprogram.
  ///
  /// @return the instruction that the walk goes on with
  int leave() {
    var state = walk.state();
    var callee = state.current();
    var result = callee.regs[0];
    if (result.kind == RegisterKind.STACK) {
      throw new Refusal(Reason.RETURN, 0, "cannot return stack pointer to the caller");
    }
    var caller = state.frame(state.depth - 1);
    if (callee.inCallback) {
      if (!result.isScalar()) {
        throw new Refusal(Reason.RETURN, 0, "R0 not a scalar value");
      }
      walk.markPrecise(0);
      if (result.smin < callee.returnMin || result.smax > callee.returnMax) {
        throw ExitCheck.outside(
            "At callback return", 0, result, callee.returnMin, callee.returnMax);
      }
    } else {
      caller.regs[0].set(result);
    }
    state.leave();
    if (callee.inCallback) {
      walk.widenSinceCall(callee.callSite);
      return callee.callSite;
    }
    return callee.callSite + 1;
  }
}
