package org.ebpf4j.verifier.internal.call;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Kfunc;
import org.ebpf4j.insn.KfuncFlag;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.result.Finding.Reason;

/// A kfunc that is called: what the table says of it, and its prototype in the kernel's types.
///
/// @param kfunc the row of the table
/// @param types the kernel's types
/// @param prototype its prototype
record CalledKfunc(Kfunc kfunc, Btf types, BtfType.Prototype prototype) {
  private static final Set<ProgramType> TRACING =
      Set.of(
          ProgramType.TRACING,
          ProgramType.TRACEPOINT,
          ProgramType.RAW_TRACEPOINT,
          ProgramType.PERF_EVENT,
          ProgramType.LSM);
  private static final Set<ProgramType> CGROUP =
      Set.of(
          ProgramType.CGROUP_SKB,
          ProgramType.CGROUP_SOCK,
          ProgramType.CGROUP_DEVICE,
          ProgramType.CGROUP_SOCK_ADDR,
          ProgramType.CGROUP_SOCKOPT,
          ProgramType.CGROUP_SYSCTL,
          ProgramType.SOCK_OPS);
  private static final Set<ProgramType> TUNNELS =
      Set.of(
          ProgramType.LWT_IN, ProgramType.LWT_OUT, ProgramType.LWT_XMIT, ProgramType.LWT_SEG6LOCAL);

  /// Functions on files and their attributes, which programs of LSM call.
  private static final Set<String> OF_FILES =
      Set.of(
          "bpf_get_task_exe_file",
          "bpf_put_file",
          "bpf_path_d_path",
          "bpf_get_dentry_xattr",
          "bpf_get_file_xattr",
          "bpf_set_dentry_xattr",
          "bpf_remove_dentry_xattr",
          "bpf_real_data_inode");

  /// The name of the function that a call is of; empty where the kernel's types do not say.
  static String name(CheckedProgram program, Call.Kfunc call) {
    var types = program.kernelTypes().orElse(null);
    return types != null
            && call.moduleIndex() == 0
            && call.btfId() > 0
            && call.btfId() < types.typeCount()
            && types.type(call.btfId()) instanceof BtfType.Function function
        ? function.name()
        : "";
  }

  /// The function that is called.
  ///
  /// @throws Refusal where nothing is known of it, or the program may not call it
  static CalledKfunc of(Walk walk, Call.Kfunc call) {
    var name = name(walk.program(), call);
    var types = walk.program().kernelTypes().orElse(null);
    if (name.isEmpty() || types == null) {
      throw new Refusal(Reason.GAVE_UP, -1, "which kfunc is called is not known");
    }
    var kfunc = KfuncRows.find(walk.program(), walk.rules(), call);
    if (kfunc.isEmpty()) {
      throw Kfunc.since(name).isPresent()
          ? new Refusal(
              Reason.CALL,
              -1,
              "calling kernel function " + name + " is not allowed",
              "",
              "call it only on kernels that have it: bpf_ksym_exists(" + name + ")")
          : new Refusal(Reason.GAVE_UP, -1, "nothing is known of kfunc " + name);
    }
    if (!(types.type(call.btfId()) instanceof BtfType.Function function)
        || !(types.type(function.prototype()) instanceof BtfType.Prototype prototype)) {
      throw new Refusal(Reason.GAVE_UP, -1, "the prototype of kfunc " + name + " is not known");
    }
    var called = new CalledKfunc(kfunc.get(), types, prototype);
    called.checkProgram(walk);
    return called;
  }

  private void checkProgram(Walk walk) {
    var type = walk.program().type();
    if (!isFor(type)) {
      throw new Refusal(
          Reason.CALL,
          -1,
          "calling kernel function " + kfunc.name() + " is not allowed",
          "",
          "call it from a program of a type that may");
    }
    if (kfunc.is(KfuncFlag.FILTERED)
        && !(type == ProgramType.LSM && OF_FILES.contains(kfunc.name()))
        && !(type != ProgramType.STRUCT_OPS && kfunc.name().startsWith("bpf_dynptr_"))) {
      if (OF_FILES.contains(kfunc.name())) {
        throw new Refusal(
            Reason.CALL, -1, "calling kernel function " + kfunc.name() + " is not allowed");
      }
      throw new Refusal(
          Reason.GAVE_UP, -1, "whether the program may call " + kfunc.name() + " is not known");
    }
    if (walk.program().type() != ProgramType.SYSCALL
        && walk.program().type() != ProgramType.STRUCT_OPS
        && !walk.program().gpl()) {
      throw new Refusal(
          Reason.CALL,
          -1,
          "cannot call kernel function from non-GPL compatible program",
          "",
          "give the object a license that is compatible with the GPL");
    }
  }

  private boolean isFor(ProgramType type) {
    if (kfunc.programTypes().isEmpty()) {
      return true;
    }
    for (var set : List.of(TRACING, CGROUP, TUNNELS)) {
      if (set.contains(type)) {
        var labels = new HashSet<>(kfunc.programTypes());
        labels.retainAll(set.stream().map(ProgramType::label).toList());
        return !labels.isEmpty();
      }
    }
    return kfunc.isFor(type.label());
  }

  Refusal notFollowed(int register) {
    return new Refusal(
        Reason.GAVE_UP,
        register,
        "argument " + register + " of " + name() + " is not followed here");
  }

  boolean is(KfuncFlag flag) {
    return kfunc.is(flag);
  }

  String name() {
    return kfunc.name();
  }

  /// The struct that a parameter points to; empty for another one.
  Optional<BtfType.Struct> struct(BtfType.Parameter parameter) {
    return types.type(types.resolve(parameter.type())) instanceof BtfType.Pointer(int target)
            && types.type(types.resolve(target)) instanceof BtfType.Struct struct
        ? Optional.of(struct)
        : Optional.empty();
  }

  /// Whether the name of a parameter ends with a suffix, such as `__sz`.
  static boolean hasSuffix(BtfType.Parameter parameter, String suffix) {
    return parameter.name().endsWith(suffix);
  }
}
