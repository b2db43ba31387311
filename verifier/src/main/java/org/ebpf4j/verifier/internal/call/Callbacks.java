package org.ebpf4j.verifier.internal.call;

import java.util.EnumSet;
import java.util.Set;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Functions of a program that the kernel calls, and what it gives them (`set_…_callback_state` in
/// `kernel/bpf/verifier.c`).
final class Callbacks {
  /// Maps that can be gone through.
  private static final Set<MapType> EACH =
      EnumSet.of(
          MapType.ARRAY,
          MapType.PERCPU_ARRAY,
          MapType.HASH,
          MapType.LRU_HASH,
          MapType.PERCPU_HASH,
          MapType.LRU_PERCPU_HASH);

  private final Walk walk;

  Callbacks(Walk walk) {
    this.walk = walk;
  }

  /// The subprogram that a register points to.
  private int function(int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.FUNCTION) {
      throw Arguments.wrong(walk, register, "func");
    }
    return reg.frame;
  }

  /// `bpf_loop(nr_loops, callback, context, flags)`.
  void loop() {
    walk.markPrecise(1);
    int subprogram = function(2);
    var caller = walk.state().current();
    if (Long.compareUnsigned(caller.callbackDepth, walk.reg(1).umax) < 0) {
      var context = new Reg(walk.reg(3));
      walk.pushCallback(
          subprogram,
          0,
          1,
          frame -> {
            frame.regs[1].markUnknown();
            frame.regs[2].set(context);
          });
    } else {
      caller.callbackDepth = 0;
    }
  }

  /// `bpf_for_each_map_elem(map, callback, context, flags)`.
  void each(MapSpec map, int uid) {
    if (MapType.of(map.type()).filter(EACH::contains).isEmpty()) {
      throw new Refusal(Reason.CALL, 2, "callback function not allowed for map");
    }
    int subprogram = function(2);
    var context = new Reg(walk.reg(3));
    walk.pushCallback(
        subprogram,
        0,
        1,
        frame -> {
          element(frame, map, uid);
          frame.regs[4].set(context);
        });
  }

  private void element(Frame frame, MapSpec map, int uid) {
    var first = frame.regs[1];
    first.markPointer(RegisterKind.MAP);
    first.map = map;
    first.mapUid = uid;
    var key = frame.regs[2];
    key.markPointer(RegisterKind.MAP_KEY);
    key.map = map;
    walk.pointToValue(frame.regs[3], map, uid, false);
  }

  /// `bpf_find_vma(task, address, callback, context, flags)`.
  void area() {
    int subprogram = function(3);
    var task = new Reg(walk.reg(1));
    var context = new Reg(walk.reg(4));
    int type = Objects.id(walk, "vm_area_struct");
    var types = walk.program().kernelTypes().orElseThrow();
    walk.pushCallback(
        subprogram,
        0,
        1,
        frame -> {
          frame.regs[1].set(task);
          var area = frame.regs[2];
          area.markPointer(RegisterKind.BTF_OBJECT);
          area.btf = types;
          area.btfType = type;
          frame.regs[3].set(context);
        });
  }

  /// `bpf_user_ringbuf_drain(map, callback, context, flags)`.
  void record() {
    var context = new Reg(walk.reg(3));
    walk.pushCallback(
        function(2),
        0,
        1,
        frame -> {
          frame.regs[1].markPointer(RegisterKind.DYNPTR);
          frame.regs[1].objectKind = Dynptrs.LOCAL;
          frame.regs[1].referenceId = walk.newId();
          frame.regs[2].set(context);
        });
  }

  /// `bpf_timer_set_callback(timer, callback)`: it is called later.
  void timer(MapSpec map, int uid) {
    later(function(2), map, uid, false, 0, 0);
  }

  /// A function that is called later with a map, a key and its value.
  ///
  /// @param sleeps whether it may sleep
  void later(int subprogram, MapSpec map, int uid, boolean sleeps, int min, int max) {
    walk.pushAsync(
        subprogram,
        sleeps,
        frame -> {
          element(frame, map, uid);
          frame.returnMin = min;
          frame.returnMax = max;
        });
  }
}
