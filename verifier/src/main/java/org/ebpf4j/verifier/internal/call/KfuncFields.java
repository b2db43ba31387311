package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.btf.BtfType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.GraphRoot;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// Arguments of a kfunc that point to special fields: lists, trees, timers and work; and the maps
/// and functions that are handed with them.
final class KfuncFields {
  private final Walk walk;
  private final CalledKfunc called;
  private @Nullable GraphRoot root;
  private @Nullable MapSpec map;
  private int mapUid;
  private int function = -1;

  KfuncFields(Walk walk, CalledKfunc called) {
    this.walk = walk;
    this.called = called;
  }

  /// The root of the list or tree among the arguments.
  GraphRoot requireRoot() {
    var known = root;
    if (known == null) {
      throw new Refusal(
          Reason.GAVE_UP, -1, "which list " + called.name() + " is about is not known");
    }
    return known;
  }

  /// The map whose value has the field.
  MapSpec requireMap() {
    var known = map;
    if (known == null) {
      throw new Refusal(
          Reason.GAVE_UP, -1, "which map " + called.name() + " is about is not known");
    }
    return known;
  }

  int mapUid() {
    return mapUid;
  }

  /// The subprogram among the arguments.
  int requireFunction() {
    if (function < 0) {
      throw new Refusal(
          Reason.GAVE_UP, -1, "which function " + called.name() + " calls is not known");
    }
    return function;
  }

  /// Checks an argument, where its struct is that of a special field.
  boolean takes(int register, BtfType.Parameter parameter, String struct) {
    var kind = Graphs.kind(struct);
    if (kind == null) {
      return false;
    }
    switch (kind) {
      case LIST_HEAD, RB_ROOT -> root = Graphs.root(walk, register, kind);
      case LIST_NODE, RB_NODE ->
          Graphs.node(
              walk,
              called.name(),
              register,
              root,
              kind,
              CalledKfunc.hasSuffix(parameter, "__nonown_allowed"));
      case WORKQUEUE, TASK_WORK, TIMER -> field(register, kind);
      case SPIN_LOCK,
          RES_SPIN_LOCK,
          REFCOUNT,
          UNTRUSTED_POINTER,
          POINTER,
          PER_CPU_POINTER,
          USER_POINTER ->
          throw called.notFollowed(register);
    }
    return true;
  }

  private void field(int register, SpecialField.Kind kind) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.MAP_VALUE) {
      throw new Refusal(Reason.CALL, register, "R" + register + " doesn't point to a map value");
    }
    Timers.check(walk, register, kind);
    map = reg.requireMap();
    mapUid = reg.mapUid;
  }

  /// An argument that is a map; beside a field it is the one that the field is in.
  void map(int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.MAP || reg.mayBeNull()) {
      throw new Refusal(Reason.CALL, register, "pointer in R" + register + " isn't map pointer");
    }
    var known = map;
    if (known != null && (!known.equals(reg.map) || mapUid != reg.mapUid)) {
      throw new Refusal(
          Reason.CALL,
          register,
          "workqueue pointer in R%d map_uid=%d doesn't match map pointer in R%d map_uid=%d"
              .formatted(register - 1, mapUid, register, reg.mapUid));
    }
    map = reg.requireMap();
    mapUid = reg.mapUid;
  }

  /// An argument that is a function of the program.
  void function(int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.FUNCTION) {
      throw new Refusal(Reason.CALL, register, "R" + register + " expected pointer to func");
    }
    function = reg.frame;
  }
}
