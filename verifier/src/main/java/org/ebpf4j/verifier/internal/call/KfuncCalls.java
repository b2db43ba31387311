package org.ebpf4j.verifier.internal.call;

import java.util.Set;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.KfuncFlag;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// One call of a kfunc (`check_kfunc_call` in `kernel/bpf/verifier.c`).
final class KfuncCalls {
  private static final int REGISTERS = 5;

  /// Functions with rules of their own, which are not followed here.
  private static final Set<String> NOT_FOLLOWED =
      Set.of(
          "bpf_percpu_obj_new",
          "bpf_percpu_obj_new_impl",
          "bpf_local_irq_save",
          "bpf_local_irq_restore",
          "bpf_iter_css_task_new",
          "bpf_session_cookie");

  private final Walk walk;
  private final CalledKfunc called;
  private final KfuncArguments arguments;

  KfuncCalls(Walk walk, CalledKfunc called) {
    this.walk = walk;
    this.called = called;
    this.arguments = new KfuncArguments(walk, called);
  }

  void call() {
    var name = called.name();
    if (name.equals("__bpf_trap")) {
      throw new Refusal(
          Reason.UNINITIALIZED, -1, "unexpected __bpf_trap() due to uninitialized variable?");
    }
    if (NOT_FOLLOWED.contains(name) || name.contains("res_spin_lock")) {
      throw new Refusal(Reason.GAVE_UP, -1, "calls of " + name + " are not followed here");
    }
    checkSection();
    if (called.prototype().parameters().size() > REGISTERS) {
      throw new Refusal(Reason.GAVE_UP, -1, "arguments on the stack are not followed here");
    }
    arguments.check();
    Regions.enterOrLeave(walk, name);
    if (called.is(KfuncFlag.SLEEPABLE) && !Sections.maySleep(walk)) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "kernel func %s is sleepable within %s".formatted(name, Sections.where(walk)));
    }
    if (called.is(KfuncFlag.RCU_PROTECTED) && !Trust.isUnderRcu(walk)) {
      throw new Refusal(
          Reason.SECTION, -1, "kernel func " + name + " requires RCU critical section protection");
    }
    if (is("bpf_obj_drop")) {
      OwnObjects.checkDrop(walk, name, walk.reg(1));
    }
    callBack();
    if (called.is(KfuncFlag.RELEASE)) {
      arguments.release();
    }
    if (name.startsWith("bpf_list_push") || name.equals("bpf_list_add") || is("bpf_rbtree_add")) {
      OwnObjects.disown(walk, walk.reg(2).referenceId);
    }
    if (name.equals("bpf_throw")) {
      checkThrown();
    }
    var iterator = arguments.iterator();
    int iteratorRegister = arguments.iteratorRegister();
    var first = new Reg(walk.reg(1));
    var place = iterator == null ? null : new Reg(walk.reg(iteratorRegister));
    long bytes = walk.reg(4).isConstant() ? walk.reg(4).constant() : -1;
    walk.clearCallerSaved();
    if (name.startsWith("bpf_dynptr_slice")) {
      slice(name.endsWith("_rdwr"), bytes);
    } else {
      result(first);
    }
    if (Traits.kfuncChangesPackets(name)) {
      walk.invalidatePackets();
    }
    if (iterator != null && place != null) {
      step(iterator, iteratorRegister, place);
    }
  }

  /// Whether it is a function of a name, or the form of it that programs of before 7.0 call.
  private boolean is(String name) {
    return called.name().equals(name) || called.name().equals(name + "_impl");
  }

  /// Functions of the program that it calls, at once or later.
  private void callBack() {
    var special = arguments.special();
    if (is("bpf_rbtree_add")) {
      Graphs.compare(walk, special.requireFunction(), special.requireRoot());
    } else if (is("bpf_wq_set_callback")) {
      later(0, 0);
    } else if (called.name().startsWith("bpf_task_work_schedule")) {
      later(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
  }

  private void later(int min, int max) {
    var special = arguments.special();
    new Callbacks(walk)
        .later(special.requireFunction(), special.requireMap(), special.mapUid(), true, min, max);
  }

  /// What a function of an iterator does to it. Its register is gone by then, so that it is put
  /// back for as long as that takes.
  private void step(Iterators iterator, int register, Reg place) {
    walk.reg(register).set(place);
    if (called.is(KfuncFlag.ITER_NEW)) {
      iterator.begin(register, called.is(KfuncFlag.RCU_PROTECTED));
    } else if (called.is(KfuncFlag.ITER_DESTROY)) {
      iterator.end(register);
    } else {
      iterator.next(register);
      walk.reg(0).markKnown(0);
    }
    walk.reg(register).markUnset();
  }

  /// Before 7.0 it was by their names that functions could be called while a lock was held
  /// (`kfunc_spin_allowed`).
  private boolean isAllowedWithLock() {
    var name = called.name();
    return called.is(KfuncFlag.SPINLOCK_SAFE)
        || (!walk.rules().atLeast(7, 0)
            && (name.startsWith("bpf_list_")
                || name.startsWith("bpf_rbtree_")
                || name.startsWith("bpf_iter_num_")
                || is("bpf_refcount_acquire")));
  }

  private void checkSection() {
    var held = walk.state().references;
    if (held.activeLocks > 0 && !isAllowedWithLock()) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "function calls are not allowed while holding a lock",
          "",
          "call it before bpf_spin_lock or after bpf_spin_unlock");
    }
    if (called.is(KfuncFlag.SLEEPABLE) && !walk.state().inSleepable) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "program must be sleepable to call sleepable kfunc " + called.name(),
          "",
          "mark the section of the program as sleepable, such as fentry.s");
    }
  }

  /// A part of what a dynptr points to.
  private void slice(boolean written, long bytes) {
    var from = arguments.dynptr();
    if (from == null || bytes < 0 || bytes > 1 << 29) {
      throw new Refusal(Reason.CALL, 4, "R4 must be a known constant");
    }
    if (written && from.objectKind == Dynptrs.SOCKET_BUFFER && !walk.context().packetAccess(true)) {
      throw new Refusal(Reason.PERMISSION, 1, "the prog does not allow writes to packet data");
    }
    Dynptrs.slice(walk, walk.reg(0), from, (int) bytes, !written);
  }

  /// What is thrown becomes what the program returns, unless it handles exceptions itself.
  private void checkThrown() {
    if (walk.program().exceptionCallback().isPresent()) {
      return;
    }
    var range = walk.context().result();
    var reg = walk.reg(1);
    if (range.isEmpty()) {
      return;
    }
    walk.markPrecise(1);
    long low = range.get().narrow() ? reg.s32min : reg.smin;
    long high = range.get().narrow() ? reg.s32max : reg.smax;
    if (low < range.get().min() || high > range.get().max()) {
      throw new Refusal(
          Reason.RETURN,
          1,
          "At program exit the register R1 should have been in [%d, %d]"
              .formatted(range.get().min(), range.get().max()));
    }
  }

  private void result(Reg first) {
    if (is("bpf_obj_new")) {
      OwnObjects.allocate(walk, walk.reg(0), arguments.constant());
      references(walk.reg(0), true);
      return;
    }
    if (is("bpf_rdonly_cast")) {
      Casts.readOnly(walk, walk.reg(0), called.types(), arguments.constant());
      return;
    }
    if (is("bpf_cast_to_kern_ctx")) {
      Casts.context(walk);
      return;
    }
    if (is("bpf_refcount_acquire")) {
      var types = first.btf;
      if (types == null) {
        throw new Refusal(Reason.GAVE_UP, 1, "the type of the object is not known");
      }
      OwnObjects.set(walk, walk.reg(0), first.btfType);
      references(walk.reg(0), first.referenceId == 0 || first.has(Reg.NON_OWNING));
      return;
    }
    var types = called.types();
    int id = types.resolve(called.prototype().result());
    var reg = walk.reg(0);
    switch (types.type(id)) {
      case BtfType.Void _ -> {}
      case BtfType.Int _, BtfType.Enum _ -> reg.markUnknown();
      case BtfType.Pointer(int target) -> pointer(reg, types.resolve(target));
      default ->
          throw new Refusal(
              Reason.GAVE_UP, -1, "the result of " + called.name() + " is not followed here");
    }
  }

  private void pointer(Reg reg, int target) {
    var types = called.types();
    switch (types.type(target)) {
      case BtfType.Struct struct -> {
        if (struct.name().equals("bpf_rb_node") || struct.name().equals("bpf_list_node")) {
          Graphs.set(walk, reg, arguments.special().requireRoot());
          references(reg, called.is(KfuncFlag.RET_NULL));
          if (!called.is(KfuncFlag.ACQUIRE)) {
            OwnObjects.makeNonOwning(walk, reg);
          }
          return;
        }
        reg.markPointer(RegisterKind.BTF_OBJECT);
        reg.btf = types;
        reg.btfType = target;
        reg.flags = isUnderRcu() ? Reg.RCU : Reg.TRUSTED;
        if (is("bpf_get_kmem_cache")) {
          reg.flags = Reg.UNTRUSTED;
        }
      }
      case BtfType.Void _ -> reg.markUnknown();
      default -> {
        reg.markPointer(RegisterKind.MEMORY);
        reg.memorySize = (int) types.size(target);
        reg.flags = Reg.READ_ONLY;
        var of = arguments.iterator();
        reg.referenceId = of == null ? 0 : arguments.iteratorReference();
      }
    }
    if (!reg.isPointer()) {
      return;
    }
    references(reg, called.is(KfuncFlag.RET_NULL));
  }

  /// Whether a result has to be compared with null, and given back.
  private void references(Reg reg, boolean nullable) {
    if (nullable) {
      reg.flags |= Reg.MAYBE_NULL;
      reg.id = walk.newId();
    }
    if (called.is(KfuncFlag.ACQUIRE)) {
      reg.referenceId = Held.acquire(walk);
      reg.id = reg.referenceId;
    }
  }

  private boolean isUnderRcu() {
    @Nullable Reg iterator = arguments.iteratorState();
    return called.is(KfuncFlag.RCU_PROTECTED)
        || (called.is(KfuncFlag.ITER_NEXT) && iterator != null && iterator.has(Reg.RCU));
  }

  /// How many slots a struct has on the stack.
  static int slots(BtfType.Struct struct) {
    return (int) (struct.size() / Slots.BYTES);
  }
}
